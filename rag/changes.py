"""What has changed in a folder since it was read last, and what came of reading it.

Files are recognised by the hash of their bytes, so an unchanged one costs a read and no more.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents import FoundFile, absolute, read_document
from rag.errors import DocumentError
from rag.ledger.rows import Entry
from rag.types import Document


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, by public document name; ``failed`` pairs a name with a sentence."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def summary(self) -> str:
        """Say in one line how many documents were added, changed and so on."""
        counts: dict[str, Sequence[object]] = {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "failed": self.failed,
        }
        return ", ".join(f"{len(names)} {word}" for word, names in counts.items())


@dataclass(frozen=True, slots=True)
class Change:
    """A document to write, the hash of what it was read from, and the entry that it replaces."""

    document: Document
    hash: str
    replaces: Entry | None


def read_changes(
    files: Iterable[FoundFile], entries: Sequence[Entry], done: IngestReport
) -> Iterator[Change]:
    """Read the files that are new or have other bytes than their entries.

    What is unchanged or cannot be read is noted in ``done`` and passed over.
    """
    held = {entry.source: entry for entry in entries}
    names = {entry.id for entry in entries}
    for found in files:
        entry = held.get(str(found.path))
        name = entry.id if entry else _free_name(found, names)
        try:
            change = _read(found, name, entry)
        except DocumentError as error:
            done.failed.append((_shown(name), str(error)))
            continue
        if change is None:
            done.unchanged.append(name)
            continue
        names.add(name)
        yield change


def _read(found: FoundFile, name: str, entry: Entry | None) -> Change | None:
    if _shown(str(found.path)) != str(found.path):
        raise DocumentError(f"{_shown(name)} has a name that is not UTF-8; rename it.")
    try:
        data = found.path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{name} cannot be read ({error.strerror}).") from error
    digest = hash_of(data)
    if entry is not None and entry.hash == digest:
        return None
    return Change(read_document(data, name, found.path), digest, entry)


def _shown(name: str) -> str:
    """A name as it can be kept and shown; one from an old system may hold other bytes."""
    return name.encode(errors="replace").decode()


def _free_name(found: FoundFile, taken: set[str]) -> str:
    """The name below its folder; with the folders above it, where another root has that name."""
    parts = list(found.root.parts[1:])
    name = found.name
    while name in taken and parts:
        name = f"{parts.pop()}/{name}"
    return name


def only_changes(changes: Iterable[Change], done: IngestReport) -> Iterator[Change]:
    """Note in the report what each change is, and let through those that change something."""
    for change in changes:
        name = change.document.id
        if change.replaces is not None and change.replaces.hash == change.hash:
            done.unchanged.append(name)
            continue
        (done.changed if change.replaces else done.added).append(name)
        if change.document.note:
            done.notes.append((name, change.document.note))
        yield change


def gone_from(path: Path, files: Sequence[FoundFile], entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a folder whose files are no longer there.

    Raises DocumentError when the folder holds nothing at all: that is a drive not mounted or a
    wrong name far more often than a wish to forget everything.
    """
    root = absolute(path)
    mine = [entry for entry in entries if Path(entry.source).is_relative_to(root)]
    if not files:
        kept = f" The {len(mine)} documents indexed from it are kept." if mine else ""
        raise DocumentError(
            f"{path} holds no documents; put .txt or .md files into it, or name another folder."
            + kept
        )
    present = {str(found.path) for found in files}
    return [entry for entry in mine if entry.source not in present]


def hash_of(data: bytes) -> str:
    """Return the hash by which content is recognised."""
    return hashlib.sha256(data).hexdigest()

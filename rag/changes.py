"""What has changed in a folder since it was read last, and what came of reading it.

Files are recognised by the hash of their bytes, so an unchanged one costs a read and no more.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from rag.documents import FoundFile, absolute, read_document, readable_kinds, reading_apart
from rag.documents.folder import read_bytes, size_of
from rag.errors import DocumentError
from rag.ledger.rows import Entry
from rag.types import Document

UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)  # of a name: what steers a terminal, turns the writing round, or hides


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, by public document name; ``failed`` pairs a name with a sentence."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        """Whether anything is not as it was."""
        return any((self.added, self.changed, self.removed, self.failed))

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
class Progress:
    """How far a piece of work is: documents done of all, sentences embedded, share of the whole.

    ``share`` goes from 0 to 1 by the size of the files, so that it tells the time that is left.
    """

    what: str
    done: int
    total: int
    sentences: int
    share: float


Watch = Callable[[Progress], None]


def unwatched(_: Progress) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to read, because it is new or has other bytes than the entry that it replaces."""

    found: FoundFile
    name: str
    size: int
    replaces: Entry | None


@dataclass(frozen=True, slots=True)
class Change:
    """A document to write, the hash of what it was read from, and the entry that it replaces.

    ``share`` is how much of all that is to be written is done with this one.
    """

    document: Document
    hash: str
    replaces: Entry | None
    share: float = 1.0


def find_changed(
    files: Sequence[FoundFile],
    entries: Sequence[Entry],
    done: IngestReport,
    watch: Watch = unwatched,
) -> list[Wanted]:
    """Name the files that are new or have other bytes than their entries.

    What is unchanged or cannot be read is noted in ``done`` and passed over.
    """
    held = {entry.source: entry for entry in entries}
    names = {entry.id for entry in entries}
    wanted = []
    for number, found in enumerate(files, start=1):
        entry = held.get(found.source)
        name = entry.id if entry else _free_name(found, names)
        names.add(name)
        try:
            if entry and hash_of(read_bytes(found, name)) == entry.hash:
                done.unchanged.append(name)
            else:
                wanted.append(_wanted(found, name, entry))
        except DocumentError as error:
            done.failed.append((shown(name), str(error)))
        watch(Progress("Comparing", number, len(files), 0, number / len(files)))
    return wanted


def as_wanted(one: Wanted) -> Wanted | None:
    """Take every file."""
    return one


def read_changes(
    wanted: Sequence[Wanted],
    done: IngestReport,
    claim: Callable[[Wanted], Wanted | None] = as_wanted,
) -> Iterator[Change]:
    """Read files; one that cannot be read is noted in ``done`` and passed over.

    Each is claimed right before, and passed over if it cannot be.
    """
    sizes = list(accumulate((one.size for one in wanted), initial=0))
    with reading_apart() as read_others:
        for each, reached in zip(wanted, sizes[1:], strict=True):
            one = claim(each)
            if one is None:
                continue
            try:
                data = read_bytes(one.found, one.name)
                document = read_document(data, one.name, one.found.path, read_others)
            except DocumentError as error:
                done.failed.append((one.name, str(error)))
                continue
            yield Change(document, hash_of(data), one.replaces, reached / max(1, sizes[-1]))


def _wanted(found: FoundFile, name: str, entry: Entry | None) -> Wanted:
    if found.source.encode(errors="replace").decode() != found.source:
        raise DocumentError(f"{shown(name)} has a name that is not UTF-8; rename it.")
    if UNSHOWABLE.search(name):
        raise DocumentError(f"{shown(name)} has signs in its name that nobody sees; rename it.")
    return Wanted(found, name, size_of(found, name), entry)


def shown(name: str) -> str:
    """A name as it can be kept and shown: what is no letter of any script is a question mark."""
    return UNSHOWABLE.sub("?", name.encode(errors="replace").decode())


def _free_name(found: FoundFile, taken: set[str]) -> str:
    """The name below its folder; with the folders above it, where another root has that name."""
    name = found.name
    parts = list(found.root.parts[1:]) if name in taken else []
    while name in taken and parts:
        name = f"{parts.pop()}/{name}"
    return name


def only_changes(changes: Iterable[Change], done: IngestReport) -> Iterator[Change]:
    """Let through what differs from the entry that it replaces, and note the rest."""
    for change in changes:
        if change.replaces is not None and change.replaces.hash == change.hash:
            done.unchanged.append(change.document.id)
            continue
        yield change


def note_written(changes: Iterable[Change], done: IngestReport) -> None:
    """Note in the report what has been committed."""
    for change in changes:
        name = change.document.id
        (done.changed if change.replaces else done.added).append(name)
        if change.document.note:
            done.notes.append((name, change.document.note))


def gone_from(path: Path, files: Sequence[FoundFile], entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a folder whose files are no longer there.

    Raises DocumentError when the folder holds nothing at all: that is a drive not mounted or a
    wrong name far more often than a wish to forget everything.
    """
    below = os.path.join(absolute(path), "")  # noqa: PTH118 - with a slash at its end
    mine = [entry for entry in entries if entry.source.startswith(below)]
    if not files:
        kept = f" The {len(mine)} documents indexed from it are kept." if mine else ""
        raise DocumentError(
            f"{path} holds no documents; put {readable_kinds()} files into it, or name another "
            f"folder.{kept}"
        )
    present = {found.source for found in files}
    return [entry for entry in mine if entry.source not in present]


def hash_of(data: bytes) -> str:
    """Return the hash by which content is recognised."""
    return hashlib.sha256(data).hexdigest()

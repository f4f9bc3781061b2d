"""A folder and the ledger are brought into step: what is new, changed or gone is followed.

Files are recognised by the hash of their bytes, so an unchanged one costs a read and no more.
Work goes in batches: read and cut, embed, commit to the ledger, add to the index, mark the
index as being in step. What is interrupted between two of these is put right on the next open.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rag.documents import FoundFile, absolute, find_files, read_document
from rag.embedding import Embedding
from rag.errors import DocumentError
from rag.index import passage_rows
from rag.ledger.rows import Entry, Record
from rag.library import Library, Report, quiet
from rag.sentences import split_sentences
from rag.types import Document

BATCH_SENTENCES = 4_000  # embedded together: enough to fill the cores, small enough to hold


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


def ingest(library: Library, paths: Sequence[Path], report: Report = quiet) -> IngestReport:
    """Bring the library into step with folders or single files.

    A file that cannot be read is named in the report and its last good version is kept, as is
    everything from a folder that is missing or has become empty. Raises OwnedError when another
    process owns the data folder.
    """
    done = IngestReport()
    with library.changing:
        library.prepare_index(report)
        for path in paths:
            try:
                _ingest_path(library, path, done, report)
            except DocumentError as error:
                done.failed.append((str(path), str(error)))
    return done


def ingest_documents(
    library: Library, documents: Sequence[Document], report: Report = quiet
) -> IngestReport:
    """Take in documents that are no files (from another reader, say); nothing is removed."""
    done = IngestReport()
    with library.changing:
        library.prepare_index(report)
        held = {entry.id: entry for entry in library.documents()}
        changes = _sorted_out(
            (
                Change(document, _hash(repr(document).encode()), held.get(document.id))
                for document in documents
            ),
            done,
        )
        _write_all(library, changes, report)
    return done


def remove_documents(library: Library, document_ids: Sequence[str]) -> list[str]:
    """Remove documents by their public names; returns those that were not there."""
    with library.changing:
        library.prepare_index()
        held = {entry.id: entry for entry in library.documents()}
        _commit(library, [], [held[name] for name in document_ids if name in held])
    return [name for name in document_ids if name not in held]


def _ingest_path(library: Library, path: Path, done: IngestReport, report: Report) -> None:
    files = find_files(path)
    entries = library.documents()
    held = {entry.source: entry for entry in entries}
    names = {entry.id for entry in entries}
    gone = [] if path.is_file() else _gone(path, files, entries)
    changes = _sorted_out(_read_all(files, held, names, done), done)
    _write_all(library, changes, report)
    _commit(library, [], gone)
    done.removed += [entry.id for entry in gone]


def _gone(path: Path, files: Sequence[FoundFile], entries: Iterable[Entry]) -> list[Entry]:
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


def _read_all(
    files: Iterable[FoundFile],
    held: dict[str, Entry],
    names: set[str],
    done: IngestReport,
) -> Iterator[Change]:
    for found in files:
        entry = held.get(str(found.path))
        document_id = entry.id if entry else _free_name(found, names)
        if not _is_utf8(str(found.path)):
            name = document_id.encode(errors="replace").decode()
            done.failed.append((name, f"{name} has a name that is not UTF-8; rename it."))
            continue
        try:
            data = found.path.read_bytes()
            digest = _hash(data)
            if entry is not None and entry.hash == digest:
                done.unchanged.append(document_id)
                continue
            document = read_document(data, document_id, found.path)
        except DocumentError as error:
            done.failed.append((document_id, str(error)))
            continue
        except OSError as error:
            done.failed.append((document_id, f"{document_id} cannot be read ({error.strerror})."))
            continue
        names.add(document_id)
        yield Change(document, digest, entry)


def _is_utf8(path: str) -> bool:
    """Whether a path can be kept and shown; one from an old system may hold other bytes."""
    return path == path.encode(errors="replace").decode()


def _free_name(found: FoundFile, taken: set[str]) -> str:
    """The name below its folder; with the folders above it, where another root has that name."""
    parts = list(found.root.parts[1:])
    name = found.name
    while name in taken and parts:
        name = f"{parts.pop()}/{name}"
    return name


def _sorted_out(changes: Iterable[Change], done: IngestReport) -> Iterator[Change]:
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


def _write_all(library: Library, changes: Iterable[Change], report: Report) -> None:
    written = sentences = 0
    for batch in _batches(changes):
        records = _records(
            [change for change, _ in batch], [cut for _, cut in batch], library.embedding
        )
        _commit(library, records, [c.replaces for c, _ in batch if c.replaces is not None])
        written += len(records)
        sentences += sum(len(record.bounds) for record in records)
        report(f"documents: {written}, sentences: {sentences}")


Cut = list[tuple[int, int]]


def _batches(changes: Iterable[Change]) -> Iterator[list[tuple[Change, Cut]]]:
    batch: list[tuple[Change, Cut]] = []
    size = 0
    for change in changes:
        cut = [(s.start, s.end) for s in split_sentences(change.document)]
        batch.append((change, cut))
        size += len(cut)
        if size >= BATCH_SENTENCES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _records(changes: Sequence[Change], cuts: Sequence[Cut], embedding: Embedding) -> list[Record]:
    """Embed all sentences of a batch at once, equal ones only once, and share them out."""
    texts = [
        change.document.text[start:end]
        for change, cut in zip(changes, cuts, strict=True)
        for start, end in cut
    ]
    vectors = embed_unique(texts, embedding.embed)
    ends = np.cumsum([len(cut) for cut in cuts]).tolist()
    return [
        Record(
            document=change.document,
            hash=change.hash,
            bounds=np.array(cut, np.int32).reshape(-1, 2),
            vectors=vectors[end - len(cut) : end],
        )
        for change, cut, end in zip(changes, cuts, ends, strict=True)
    ]


def embed_unique(texts: Sequence[str], embed: Callable[..., np.ndarray]) -> np.ndarray:
    """Embed texts, equal ones only once; (n, dimension) float16 in their order."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(text, len(numbers)) for text in texts]
    return embed(list(numbers))[places].astype(np.float16)


def _commit(library: Library, records: Sequence[Record], replaced: Sequence[Entry]) -> None:
    """Ledger first, then the index, then the word that they are in step."""
    if not records and not replaced:
        return
    store = library.prepare_index()
    keys = library.ledger.write(records, [entry.key for entry in replaced])
    store.remove(entry.key for entry in replaced)
    for record, key in zip(records, keys, strict=True):
        store.add(*passage_rows(replace(record, key=key)))
    library.ledger.set_state({"index": "clean", "passages": str(store.count())})


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

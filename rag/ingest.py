"""A folder and the ledger are brought into step: what is new, changed or gone is followed.

Work goes in batches: read and cut, embed, commit to the ledger, add to the index, mark the
index as being in step. What is interrupted between two of these is put right on the next open.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rag.changes import (
    Change,
    IngestReport,
    gone_from,
    hash_of,
    only_changes,
    read_changes,
)
from rag.documents import find_files
from rag.errors import DocumentError
from rag.index import passage_rows
from rag.ledger.rows import Entry, Record
from rag.libraries import Library, Report, quiet
from rag.records import Bounds, cut, make_records
from rag.types import Document

__all__ = ["IngestReport", "ingest", "ingest_documents", "remove_documents"]

BATCH_SENTENCES = 4_000  # embedded together: enough to fill the cores, small enough to hold


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
        changes = only_changes(
            (
                Change(document, hash_of(repr(document).encode()), held.get(document.id))
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
    gone = [] if path.is_file() else gone_from(path, files, entries)
    changes = only_changes(read_changes(files, entries, done), done)
    _write_all(library, changes, report)
    _commit(library, [], gone)
    done.removed += [entry.id for entry in gone]


def _write_all(library: Library, changes: Iterable[Change], report: Report) -> None:
    written = sentences = 0
    for batch, bounds in _batches(changes):
        records = make_records(
            [change.document for change in batch],
            [change.hash for change in batch],
            bounds,
            library.embedding.embed,
        )
        _commit(library, records, [c.replaces for c in batch if c.replaces is not None])
        written += len(records)
        sentences += sum(len(own) for own in bounds)
        report(f"documents: {written}, sentences: {sentences}")


def _batches(changes: Iterable[Change]) -> Iterator[tuple[list[Change], list[Bounds]]]:
    batch: list[Change] = []
    bounds: list[Bounds] = []
    for change in changes:
        batch.append(change)
        bounds.append(cut(change.document))
        if sum(map(len, bounds)) >= BATCH_SENTENCES:
            yield batch, bounds
            batch, bounds = [], []
    if batch:
        yield batch, bounds


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

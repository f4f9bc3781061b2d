"""A folder and the ledger are brought into step: what is new, changed or gone is followed.

Work goes in batches: read and cut, embed, commit to the ledger, add to the index, mark the
index as being in step. What is interrupted between two of these is put right on the next open.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.changes import (
    Change,
    IngestReport,
    Progress,
    Watch,
    find_changed,
    gone_from,
    hash_of,
    note_written,
    only_changes,
    read_changes,
    shown,
    unwatched,
)
from rag.claiming import take_in_shared
from rag.documents import FoundFile, find_files
from rag.errors import DocumentError, StoreAway
from rag.index import passage_rows
from rag.ledger.rows import Entry, Record
from rag.libraries import Library, Report, quiet
from rag.records import Advance, Cut, batches, records_of
from rag.store import Store
from rag.types import Document

__all__ = ["IngestReport", "ingest", "ingest_documents", "ingest_files", "remove_documents"]

REMOVED_AT_ONCE = 200  # documents; the index takes some milliseconds for each


def ingest(
    library: Library, paths: Sequence[Path], report: Report = quiet, watch: Watch = unwatched
) -> IngestReport:
    """Bring the library into step with folders or single files.

    A file that cannot be read is named in the report and its last good version is kept, as is
    everything from a folder that is missing or has become empty. ``watch`` is shown how far it
    is. What was committed before an interruption is kept, and the next call goes on from there.
    Raises OwnedError when another process owns the data folder.
    """
    done = IngestReport()
    with library.change():
        _prepared(library, report)
        for path in paths:
            try:
                _ingest_path(library, path, done, watch)
            except DocumentError as error:
                done.failed.append((str(path), str(error)))
    return done


def ingest_files(
    library: Library, files: Sequence[FoundFile], watch: Watch = unwatched
) -> IngestReport:
    """Take in single files of a folder by their names below it; nothing is removed."""
    done = IngestReport()
    with library.change():
        _take_in_files(library, files, done, watch)
    return done


def ingest_documents(
    library: Library, documents: Sequence[Document], report: Report = quiet
) -> IngestReport:
    """Take in documents that are no files (from another reader, say); nothing is removed."""
    done = IngestReport()
    with library.change():
        _prepared(library, report)
        held = {entry.id: entry for entry in library.documents()}
        changes = (
            Change(document, hash_of(repr(document).encode()), held.get(document.id))
            for document in documents
        )
        _write_all(library, only_changes(changes, done), len(documents), done)
    return done


def remove_documents(library: Library, document_ids: Sequence[str]) -> list[str]:
    """Remove documents by their public names; returns those that were not there."""
    with library.change(), library.claimed(document_ids):
        held = {entry.id: entry for entry in library.documents()}
        _remove_all(library, [held[name] for name in document_ids if name in held])
    return [name for name in document_ids if name not in held]


def _ingest_path(library: Library, path: Path, done: IngestReport, watch: Watch) -> None:
    entries = library.documents()  # before the files, so that what others add is not missed there
    files = find_files(path, lambda name, reason: done.failed.append((shown(name), shown(reason))))
    gone = [] if path.is_file() else gone_from(path, files, entries)
    _take_in_files(library, files, done, watch)
    _remove_all(library, gone)
    done.removed += [entry.id for entry in gone]


def _take_in_files(
    library: Library, files: Sequence[FoundFile], done: IngestReport, watch: Watch
) -> None:
    wanted = find_changed(files, library.documents(), done, watch)

    def write(changes: Iterable[Change]) -> None:
        _write_all(library, changes, len(wanted), done, watch)

    if library.sharing is not None:
        take_in_shared(library.sharing, wanted, done, write)
    else:
        write(only_changes(read_changes(wanted, done), done))


def _write_all(
    library: Library,
    changes: Iterable[Change],
    total: int,
    done: IngestReport,
    watch: Watch = unwatched,
) -> None:
    """Embed batch after batch, each while the one before is being committed.

    Commits have a thread of their own, also because an interruption then waits for the one at
    work: it would leave an index behind that has to be built anew.
    """
    store = _prepared(library)
    following = _Following(total, len(done.added) + len(done.changed), done, watch)
    following.show()
    with ThreadPoolExecutor(1, "commit") as writer:
        at_work: Future[None] | None = None
        for batch in batches(changes, library.embedding, done):
            records = records_of(batch, library.embedding, following.through(batch))
            if at_work:
                at_work.result()
            at_work = writer.submit(_take_in, library, store, records, batch, done)
        if at_work:
            at_work.result()
    following.show()


def _prepared(library: Library, report: Report = quiet) -> Store | None:
    """Open the index; None while it is shared and its server is away, for then it follows later."""
    try:
        return library.prepare_index(report)
    except StoreAway:
        if library.sharing is None:
            raise
        return None


def _take_in(
    library: Library,
    store: Store | None,
    records: Sequence[Record],
    batch: Sequence[Cut],
    done: IngestReport,
) -> None:
    changes = [change for change, _ in batch]
    replaced = [one.replaces for one in changes if one.replaces is not None]
    _commit(library, store, records, replaced)
    note_written(changes, done)
    library.follow_change()


def _commit(
    library: Library, store: Store | None, records: Sequence[Record], replaced: Sequence[Entry]
) -> None:
    """Ledger first, then the index, then the word that they are in step."""
    if library.sharing is not None or store is None:
        assert library.sharing is not None  # else the index was opened
        library.sharing.commit(records, [entry.key for entry in replaced])
        library.sharing.release([record.document.id for record in records])
        return
    keys = library.ledger.write(records, [entry.key for entry in replaced])
    store.remove((entry.key for entry in replaced), library.pace)
    made = [
        passage_rows(replace(record, key=key)) for record, key in zip(records, keys, strict=True)
    ]
    if made:
        rows = [row for own, _ in made for row in own]
        vectors = np.concatenate([vectors for _, vectors in made])
        store.add(rows, vectors, library.pace)
    library.ledger.set_state({"index": "clean", "passages": str(store.count())})


def _remove_all(library: Library, entries: Sequence[Entry]) -> None:
    store = _prepared(library)
    for start in range(0, len(entries), REMOVED_AT_ONCE):
        _commit(library, store, [], entries[start : start + REMOVED_AT_ONCE])


@dataclass(slots=True)
class _Following:
    """Counts what has been embedded and shows it; a document is done when it is committed."""

    total: int
    before: int
    done: IngestReport
    watch: Watch
    sentences: int = 0
    share: float = 0.0

    def through(self, batch: Sequence[Cut]) -> Advance:
        """Return what is to be told how many sentences of a batch have been embedded."""
        step = (batch[-1][0].share - self.share) / sum(len(bounds) for _, bounds in batch)

        def advance(sentences: int) -> None:
            self.sentences += sentences
            self.share += step * sentences
            self.show()

        return advance

    def show(self) -> None:
        """Show how far it is."""
        written = len(self.done.added) + len(self.done.changed) - self.before
        self.watch(Progress("Indexing", written, self.total, self.sentences, self.share))

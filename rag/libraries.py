"""The document set, opened: the ledger, the vector index, the embedding, and who owns the folder.

State is held here and nowhere else. One process owns the data folder and may change it; others
may ask, and then every passage is compared exactly instead of through the index.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.errors import FootnoteError, OwnedError, StoreError
from rag.fingerprint import check_fingerprint
from rag.index import build_index, complete_index, is_current, open_index, seal_index
from rag.latest import Latest
from rag.ledger import Ledger, open_ledger
from rag.ledger.rows import Entry, Record
from rag.ownership import Ownership, take_ownership
from rag.seal import Seal, is_touched
from rag.snapshot import Snapshot
from rag.store import CARE, HASTE, Pace, Store
from rag.types import Document, Sentence

Report = Callable[[str], None]


def quiet(_: str) -> None:
    """Report nothing."""


class Library:
    """An open document set; safe to ask from several threads, changed by one at a time."""

    def __init__(
        self, config: Config, embedding: Embedding, ledger: Ledger, owner: Ownership | None
    ) -> None:
        self.config = config
        self.embedding = embedding
        self.ledger = ledger
        self.changing = threading.RLock()
        self.is_shared = False  # whether others work in this process, who should not wait
        self._owner = owner
        self._store: Store | None = None
        self._seal: Seal | None = None
        self._latest = Latest(ledger, embedding.dimension)
        self._searching = threading.Lock()  # an index that is being searched is not closed
        self._index_folder = config.data / "index"

    @property
    def is_owner(self) -> bool:
        """Whether this process may change the data folder."""
        return self._owner is not None

    @property
    def store(self) -> Store | None:
        """The vector index, if it is open; without it questions are answered by exact search."""
        return self._store

    def snapshot(self) -> Snapshot:
        """Return the documents as they are now, read again only where they have changed."""
        return self._latest.snapshot()

    @property
    def pace(self) -> Pace:
        """How fast the index may be written: with care where somebody else may be waiting."""
        return CARE if self.is_shared or self._latest.is_asked else HASTE

    @contextmanager
    def change(self) -> Iterator[None]:
        """Change documents within this block; it waits for whoever else changes them."""
        with self.changing:
            is_outermost = not self._latest.is_changing
            with self._latest.changed():
                try:
                    yield
                finally:
                    if is_outermost:
                        self._seal_index()

    def follow_change(self) -> None:
        """Let questions see what a long change has committed so far, now and then."""
        self._latest.follow()

    def nearest(
        self,
    ) -> Callable[[NDArray[np.float32], int], Sequence[tuple[int, int, int]]] | None:
        """Return the index's search, or None while there is no index in step with the ledger.

        While documents are being changed it may find too much, which no snapshot knows.
        """
        if self._store is not None and (self._latest.is_changing or is_current(self.ledger)):
            return self._nearest
        return None

    def documents(self) -> list[Entry]:
        """List the documents held."""
        return self.ledger.entries()

    def document(self, document_id: str) -> Document | None:
        """Return one document with its text, by its public name."""
        record = self.ledger.record(document_id)
        return record.document if record else None

    def sentences(self, document_id: str) -> list[Sentence]:
        """Return the sentences of one document, none for an unknown one."""
        record = self.ledger.record(document_id)
        return sentences_of(record) if record else []

    def prepare_index(self, report: Report = quiet) -> Store:
        """Open the vector index, building it from the ledger if it is behind or broken.

        It is searched as soon as all vectors are in it; the texts beside them come after.
        """
        with self.changing:
            self._require_owner()
            if self._store is None or not self._is_sound(self._store):
                self._close_store()
                self._store = open_index(self.ledger, self._index_folder) or build_index(
                    self.ledger, self._index_folder, report, self.pace
                )
            return self._completed(self._store)

    def rebuild_index(self, report: Report = quiet) -> Store:
        """Build the vector index anew from the ledger; nothing is embedded again."""
        with self.changing:
            self._require_owner()
            self._close_store()
            self._store = build_index(self.ledger, self._index_folder, report, self.pace)
            return self._completed(self._store)

    def close(self) -> None:
        """Give the data folder back."""
        self._close_store()
        self.ledger.close()
        if self._owner is not None:
            self._owner.release()
            self._owner = None

    def _is_sound(self, store: Store) -> bool:
        """Whether the open index is in step, and nobody else has had a hand in its files."""
        is_ours = store.is_written or not self._seal or not is_touched(store.folder, self._seal)
        return is_ours and is_current(self.ledger)

    def _completed(self, store: Store) -> Store:
        try:
            complete_index(self.ledger, store, self.pace)
        except StoreError:
            self._close_store()  # not sealed, and so built anew
            raise
        if self._seal is None:
            self._seal_index()
        return store

    def _seal_index(self) -> None:
        """Seal the index if it was written; where that fails, it is built anew next time."""
        store = self._store
        if store is None or not (store.is_written or self._seal is None):
            return
        with suppress(OSError, FootnoteError):
            self._seal = seal_index(self.ledger, store, self._seal)
            store.is_written = False

    def _require_owner(self) -> None:
        if self._owner is None:
            raise OwnedError("The data folder is in use by another process; close that first.")

    def _nearest(self, vector: NDArray[np.float32], count: int) -> Sequence[tuple[int, int, int]]:
        with self._searching:
            if self._store is None:
                raise StoreError("The index was closed to be built anew; ask again.")
            return self._store.nearest(vector, count)

    def _close_store(self) -> None:
        with self._searching:
            store, self._store, self._seal = self._store, None, None
            if store is not None:
                store.close()


def open_library(config: Config, report: Report = quiet, *, change: bool = False) -> Library:
    """Open the data folder of a configuration.

    With ``change`` the folder is owned or OwnedError says by whom it is; without, it is owned if
    it is free, and a folder that another process owns can still be asked. Raises
    FingerprintError when it was built with another embedding, and the other errors of what it
    opens.
    """
    return _open(config, report, _take(config.data, change=change))


@contextmanager
def opened(config: Config, report: Report = quiet, *, change: bool = False) -> Iterator[Library]:
    """Open a library for the length of a ``with`` block.

    Without ``change`` it is never owned, so that a long answer keeps nobody from an ingest.
    """
    library = _open(config, report, take_ownership(config.data) if change else None)
    try:
        yield library
    finally:
        library.close()


def sentences_of(record: Record) -> list[Sentence]:
    """Return the sentences of a document as the ledger holds them."""
    document = record.document
    return [
        Sentence(document.id, number, start, end, document.text[start:end])
        for number, (start, end) in enumerate(record.bounds.tolist())
    ]


def _open(config: Config, report: Report, owner: Ownership | None) -> Library:
    try:
        embedding = open_embedding(config, report)
        ledger = _checked_ledger(config.data, embedding, is_owner=owner is not None)
    except FootnoteError:
        if owner is not None:
            owner.release()
        raise
    return Library(config, embedding, ledger, owner)


def _checked_ledger(folder: Path, embedding: Embedding, *, is_owner: bool) -> Ledger:
    ledger = open_ledger(folder)
    try:
        if is_owner or ledger.entries():  # a reader leaves an empty ledger unmarked
            check_fingerprint(ledger, embedding)
    except FootnoteError:
        ledger.close()
        raise
    return ledger


def _take(folder: Path, *, change: bool) -> Ownership | None:
    try:
        return take_ownership(folder)
    except OwnedError:
        if change:
            raise
        return None

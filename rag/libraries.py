"""The document set, opened: the ledger, the vector index, the embedding, and who owns the folder.

State is held here and nowhere else. One process owns the data folder and may change it; others
may ask, and then every passage is compared exactly instead of through the index. Where ledger and
index are both on servers nobody owns anything: every process may ask and change (rag.sharing).
"""

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.errors import FootnoteError, LedgerAway, OwnedError, StoreAway, StoreError
from rag.fingerprint import check_fingerprint, fingerprint_of
from rag.generations import Generations, InFolder, OnServer
from rag.index import build_index, complete_index, is_current, open_index, seal_index
from rag.latest import Latest
from rag.ledger import Ledger, open_ledger
from rag.ledger.rows import Entry, Record
from rag.mishaps import words_for
from rag.ownership import Ownership, take_ownership
from rag.seal import Seal, is_touched
from rag.segments import Segments
from rag.sharing import Sharing
from rag.snapshot import Snapshot
from rag.store import APART, CARE, HASTE, Pace, Store
from rag.types import Document, Sentence

Report = Callable[[str], None]
UNTIL_THEN = "Until then, answers rest on the documents as they were read last."
Opening = Callable[[Config, Report], Embedding]
"""What opens the embedding model; a process with several libraries opens each model once."""

_LOG = logging.getLogger("rag")


def quiet(_: str) -> None:
    """Report nothing."""


class Library:
    """An open document set; safe to ask from several threads, changed by one at a time."""

    def __init__(
        self,
        config: Config,
        embedding: Embedding,
        ledger: Ledger,
        owner: Ownership | None,
        sharing: Sharing | None = None,
    ) -> None:
        self.config = config
        self.embedding = embedding
        self.ledger = ledger
        self.changing = threading.RLock()
        self.sharing = sharing
        self.serves_others = False  # whether people work in this process, who should not wait
        self._trouble = ""
        self.ledger_trouble = ""  # why documents are as they were read last, in a sentence
        self._owner = owner
        self._store: Store | None = None
        self._seal: Seal | None = None
        segments = Segments(embedding.dimension, config.data / "segments")
        self._latest = Latest(ledger, embedding.dimension, segments)
        self._searching = threading.Lock()  # an index that is being searched is not closed
        self._generations = generations_of(config, ledger)

    def serve_others(self) -> None:
        """From now on people work in this process: they are not to wait for Chroma either.

        So it works in a process of its own (rag.store_apart), unless it is on a server anyway.
        """
        gc.collect()
        gc.freeze()  # what is loaded by now stays; looking through it again takes 50 ms and more
        self.serves_others = True
        if isinstance(self._generations, InFolder):
            self._generations = replace(self._generations, is_apart=os.name == "posix")

    @property
    def is_owner(self) -> bool:
        """Whether this process may change the documents."""
        return self._owner is not None or self.sharing is not None

    @property
    def trouble(self) -> str:
        """Which server is away, and what that costs, in a sentence; else empty."""
        index = self.sharing.trouble if self.sharing else self._trouble
        return self.ledger_trouble or index

    @property
    def store(self) -> Store | None:
        """The vector index, if it is open; without it questions are answered by exact search."""
        return self.sharing.store if self.sharing else self._store

    def snapshot(self) -> Snapshot:
        """Return the documents as they are now, read again only where they have changed.

        While the server of the ledger is away they are what they were when it went: nothing can
        be changed without it.
        """
        try:
            found = self._latest.snapshot()
        except LedgerAway as error:
            present = self._latest.present
            if present is None:
                raise
            self.ledger_trouble = f"{error} {UNTIL_THEN}"
            return present
        self.ledger_trouble = ""
        return found

    @property
    def pace(self) -> Pace:
        """How fast the index may be written: with care where somebody else may be waiting."""
        if isinstance(self._generations, InFolder) and self._generations.is_apart:
            return APART
        return CARE if self.serves_others or self._latest.is_asked else HASTE

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

    def look(self) -> None:
        """See what other processes have changed, and whether the index can be opened again."""
        self._latest.look()
        if self.sharing is not None and self.changing.acquire(blocking=False):
            try:
                self.sharing.look()
            finally:
                self.changing.release()

    def examine(self) -> None:
        """See whether the index on a server still answers rightly, and mend it if not."""
        if self.sharing is not None and self.changing.acquire(blocking=False):
            try:
                self.sharing.examine()
            finally:
                self.changing.release()

    @contextmanager
    def claimed(self, names: Sequence[str]) -> Iterator[None]:
        """Have documents to oneself, if need be once other processes are done with them."""
        if self.sharing is None:  # they belong to this process anyway
            yield
            return
        with self.sharing.claimed(names):
            yield

    def nearest(
        self,
    ) -> Callable[[NDArray[np.float32], int], Sequence[tuple[int, int, int]]] | None:
        """Return the index's search, or None while there is no index in step with the ledger.

        While documents are being changed it may find too much, which no snapshot knows.
        """
        if self.sharing is not None:
            return self.sharing.nearest(self._latest.snapshot)
        store = self._store
        if store is None or store.is_lost:
            return None
        return self._nearest if self._latest.is_changing or is_current(self.ledger) else None

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
            if self.sharing is not None:
                return self.sharing.prepare(report)
            self._require_owner()
            if self._store is None or not self._is_sound(self._store):
                self._close_store()
                self._store = open_index(self.ledger, self._generations) or build_index(
                    self.ledger, self._generations, report, self.pace
                )
            return self._completed(self._store)

    def prepare_index_aside(self) -> None:
        """Do so in a thread of its own; what goes wrong is in ``trouble``."""
        threading.Thread(target=self._prepare_or_tell, name="index", daemon=True).start()

    def _prepare_or_tell(self) -> None:
        try:
            self.prepare_index()
            self._trouble = ""
        except FootnoteError as error:
            self._trouble = str(error)
        except Exception as error:  # noqa: BLE001 - the outermost place: a thread ends here
            self._trouble = words_for(error)
            _LOG.exception("opening the index ended")

    def rebuild_index(self, report: Report = quiet) -> Store:
        """Build the vector index anew from the ledger; nothing is embedded again."""
        with self.changing:
            if self.sharing is not None:
                return self.sharing.rebuild(report)
            self._require_owner()
            self._close_store()
            self._store = build_index(self.ledger, self._generations, report, self.pace)
            return self._completed(self._store)

    def close(self) -> None:
        """Give the data folder back."""
        self._close_store()
        if self.sharing is not None:
            self.sharing.close()
        self.ledger.close()
        if self._owner is not None:
            self._owner.release()
            self._owner = None

    def _is_sound(self, store: Store) -> bool:
        """Whether the open index is in step, and nobody else has had a hand in its files."""
        is_ours = store.is_written or not self._seal or not is_touched(store.folder, self._seal)
        return is_ours and is_current(self.ledger) and not store.is_lost

    def _completed(self, store: Store) -> Store:
        if self._generations.is_remote:  # it was filled whole, and has no files to seal
            return store
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
        if store is None or self._generations.is_remote or store.is_lost:
            return  # what a process that was killed has left is sealed by nobody
        if self._seal is not None and not store.is_written:
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
            try:
                found = self._store.nearest(vector, count)
            except StoreAway as error:
                self._trouble = str(error)
                raise
            except StoreError:
                if self._store.is_lost:  # a question ended it, so it is built anew
                    self.ledger.set_state({"index": "behind"})
                    self.prepare_index_aside()
                raise
            self._trouble = ""
            return found

    def _close_store(self) -> None:
        with self._searching:
            store, self._store, self._seal = self._store, None, None
            if store is not None:
                store.close()


def open_library(
    config: Config,
    report: Report = quiet,
    *,
    change: bool = False,
    embeddings: Opening = open_embedding,
) -> Library:
    """Open the data folder of a configuration.

    With ``change`` the folder is owned or OwnedError says by whom it is; without, it is owned if
    it is free, and a folder that another process owns can still be asked. Raises
    FingerprintError when it was built with another embedding, and the other errors of what it
    opens.
    """
    if config.is_shared:
        return _open(config, report, None, embeddings)
    try:
        return _open(config, report, take_ownership(config.data), embeddings)
    except OwnedError:
        if change:
            raise
        return _open(config, report, None, embeddings)


def open_to_ask(
    config: Config, report: Report = quiet, embeddings: Opening = open_embedding
) -> Library:
    """Open a library that is never owned, so that a long answer keeps nobody from an ingest."""
    library = _open(config, report, None, embeddings)
    if library.sharing is not None:
        library.sharing.open_lightly()
        if library.trouble:
            report(library.trouble)
    return library


@contextmanager
def opened(config: Config, report: Report = quiet, *, change: bool = False) -> Iterator[Library]:
    """Open a library for the length of a ``with`` block; without ``change`` it is never owned."""
    if change:
        owner = None if config.is_shared else take_ownership(config.data)
        library = _open(config, report, owner, open_embedding)
    else:
        library = open_to_ask(config, report)
    try:
        yield library
    finally:
        library.close()


def assembled(config: Config, embedding: Embedding, owner: Ownership | None) -> Library:
    """Put an open library together; what was opened is closed again if it does not fit.

    Raises OwnedError when a ledger on a server belongs to a process with another data folder.
    """
    try:
        ledger = _checked_ledger(config, embedding, may_change=bool(owner) or config.is_shared)
    except FootnoteError:
        if owner is not None:
            owner.release()
        raise
    sharing = None
    if config.is_shared:
        fingerprint = fingerprint_of(embedding)
        sharing = Sharing(ledger, generations_of(config, ledger), fingerprint)
    return Library(config, embedding, ledger, owner, sharing)


def generations_of(config: Config, ledger: Ledger) -> Generations:
    """Return where the vector index of a ledger is kept."""
    if config.chroma_url:
        return OnServer(config.chroma_url, ledger.name())
    return InFolder(config.data / "index")


def sentences_of(record: Record) -> list[Sentence]:
    """Return the sentences of a document as the ledger holds them."""
    document = record.document
    return [
        Sentence(document.id, number, start, end, document.text[start:end])
        for number, (start, end) in enumerate(record.bounds.tolist())
    ]


def _open(config: Config, report: Report, owner: Ownership | None, embeddings: Opening) -> Library:
    try:
        embedding = embeddings(config, report)
    except FootnoteError:
        if owner is not None:
            owner.release()
        raise
    return assembled(config, embedding, owner)


def _checked_ledger(config: Config, embedding: Embedding, *, may_change: bool) -> Ledger:
    ledger = open_ledger(config.data, config.ledger_url)
    try:
        if may_change and not config.is_shared and ledger.is_on_server:
            ledger.own()
        if may_change or ledger.entries():  # a reader leaves an empty ledger unmarked
            check_fingerprint(ledger, embedding)
    except FootnoteError:
        ledger.close()
        raise
    return ledger

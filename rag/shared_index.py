"""The vector index of a shared document set, as one process has it open."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from rag.errors import FootnoteError, LedgerAway, StoreAway, StoreError
from rag.generations import Generations
from rag.ledger import Ledger
from rag.mending import Mending, Report
from rag.snapshot import Snapshot
from rag.store import Store

INDEX = "index"
MOST_PENDING = 2_000  # documents; if more are missing from the index, all are compared exactly
SECONDS_AWAY = 2.0  # before a server that was away is tried again
SECONDS_NOTED = 3.0  # that a note may wait for its worker, before another does what it says
Names = Sequence[tuple[int, int, int]]


class SharedIndex:
    """An index on a server, seen to by all; ``trouble`` says why it is not open."""

    def __init__(self, ledger: Ledger, generations: Generations) -> None:
        self._ledger = ledger
        self._generations = generations
        self._locks = ledger.locks()
        self._outbox = ledger.outbox()
        self._mending = Mending(ledger, self._outbox, generations)
        self._store: Store | None = None
        self._number = 0
        self._try_again = 0.0
        self._noted: dict[int, float] = {}  # since when each note has been seen
        self.trouble = ""

    @property
    def store(self) -> Store | None:
        """The index as it was opened last, if it was."""
        return self._store

    # it is opened, mended, built

    def prepare(self, report: Report) -> Store:
        """Open the index whole: what others left undone is done, what is in doubt is built anew.

        Raises StoreAway when its server does not answer.
        """
        try:
            if self._is_behind():
                with self._locks.alone(INDEX):
                    if self._is_behind():  # and not because somebody was at work this moment
                        self._mend(report)
            return self._require()
        except StoreAway as error:
            self._lose(error)
            raise

    def _is_behind(self) -> bool:
        return not self._is_current(self._ledger.state()) or bool(self._outbox.keys())

    def rebuild(self, report: Report) -> Store:
        """Build the index anew from the ledger; nothing is embedded again."""
        with self._locks.alone(INDEX):
            self.close_store()
            self._store, self._number = self._mending.built(report)
        return self._require()

    def look(self) -> None:
        """Open the index that the ledger names, if that is another; a server may be away.

        What a worker noted and left is done, too.
        """
        if monotonic() < self._try_again:
            return
        if self._is_current(self._ledger.state()) and not self._is_left_undone():
            return
        self._try_again = monotonic() + SECONDS_AWAY
        try:
            self.prepare(lambda _: None)
            self.trouble = ""
        except FootnoteError as error:
            self.trouble = str(error)

    def _is_left_undone(self) -> bool:
        """Whether a note has waited so long that nobody is at work on it."""
        now, notes = monotonic(), self._outbox.keys()
        self._noted = {key: self._noted.get(key, now) for key in notes}
        return any(now - since > SECONDS_NOTED for since in self._noted.values())

    def examine(self) -> None:
        """See whether an open index still answers rightly; if not, it is mended."""
        store = self._store
        try:
            if store is not None and not self._mending.is_whole(store):
                self._doubt()
        except StoreAway as error:
            self._lose(error)
        except StoreError:
            self._doubt()

    def _doubt(self) -> None:
        """Have the index that this process knows built anew, unless another did so already."""
        with self._locks.alone(INDEX), suppress(FootnoteError):
            if int(self._ledger.state()["generation"]) == self._number:
                self._mend(lambda _: None)

    def _require(self) -> Store:
        if self._store is None or not self._is_current(self._ledger.state()):
            with self._locks.alone(INDEX):
                self._mend(lambda _: None)
        if self._store is None:
            raise StoreError("The index was closed this very moment; try again.")
        return self._store

    def _is_current(self, state: Mapping[str, str]) -> bool:
        is_named = self._number == int(state["generation"]) and state["index"] == "clean"
        return self._store is not None and is_named

    def _mend(self, report: Report) -> None:
        self.close_store()
        self._store, self._number = self._mending.mended(report)

    # it follows the ledger

    def _is_open(self) -> bool:
        """Open the index, mended if need be, unless its server is away."""
        if self._store is None and monotonic() < self._try_again:
            return False
        try:
            self._require()
        except StoreAway as error:
            self._lose(error)
            return False
        return True

    def _followed(self, keys: Sequence[int]) -> bool:
        """Have the index follow these documents, if it is there and can."""
        store = self._store
        if store is None:
            return False
        try:
            self._mending.follow(store, keys)
        except StoreAway as error:
            self._lose(error)
            return False
        except StoreError:
            self.close_store()
            return False
        return True

    # questions

    def open_lightly(self) -> None:
        """Open the index that the ledger names for a question, without mending anything."""
        state = self._ledger.state()
        if state["index"] != "clean":
            return
        try:
            self._store = self._generations.open(int(state["generation"]))
            self._number = int(state["generation"])
        except StoreError as error:
            self.trouble = str(error)

    def nearest(
        self, snapshot: Callable[[], Snapshot]
    ) -> Callable[[NDArray[np.float32], int], Names] | None:
        """Return the index's search, with what it has not followed compared exactly beside it.

        None when it is not there, or nobody can say how it stands because the ledger is away.
        """
        try:
            if not self._is_current(self._ledger.state()):
                return None
            pending = self._outbox.keys()
        except LedgerAway:
            return None
        return None if len(pending) > MOST_PENDING else partial(self._near, snapshot, pending)

    def _near(
        self,
        snapshot: Callable[[], Snapshot],
        pending: Sequence[int],
        vector: NDArray[np.float32],
        count: int,
    ) -> Names:
        store = self._store
        if store is None:
            raise StoreError("The index was closed to be opened anew; ask again.")
        try:
            found = store.nearest(vector, count)
        except StoreAway as error:
            self._lose(error)
            raise
        return [*found, *(snapshot().near_of(pending, vector, count) if pending else ())]

    def _lose(self, error: StoreError) -> None:
        self.trouble = str(error)
        self._try_again = monotonic() + SECONDS_AWAY
        self.close_store()

    def close_store(self) -> None:
        """Let go of the index; questions go on without it."""
        store, self._store = self._store, None
        if store is not None:
            store.close()

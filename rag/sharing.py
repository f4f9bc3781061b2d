"""A document set on two servers, changed by as many processes as there are, all of them equal.

A document is at work in one process at a time (``Locks``). Its commit to the ledger is the truth;
what the vector index has still to follow is noted in the same transaction (``Outbox``) and done
by whoever comes next if its worker is killed. The index is mended or built anew by one alone,
while nobody commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic, sleep

import numpy as np
from numpy.typing import NDArray

from rag.errors import FingerprintError, FootnoteError, LedgerAway, StoreAway, StoreError
from rag.generations import Generations
from rag.index import fill, finds_itself, gathered
from rag.ledger import Connection, Ledger
from rag.ledger.rows import Entry, Record
from rag.passages import window_bounds
from rag.snapshot import Snapshot
from rag.store import Pace, Store

INDEX = "index"
MOST_PENDING = 2_000  # documents; if more are missing from the index, all are compared exactly
SECONDS_AWAY = 2.0  # before a server that was away is tried again
SECONDS_NOTED = 3.0  # that a note may wait for its worker, before another does what it says
MOST_STRIKES = 2  # crashes of a server over an index; it is opened no more then, but built anew
STRUCK = "struck"
PAUSE = 0.1  # seconds between looks whether another process is done with a document
ADDED_AT_ONCE = Pace(bare=200, whole=200)  # passages in one request
Report = Callable[[str], None]
Names = Sequence[tuple[int, int, int]]


class Sharing:
    """This process's part in a shared document set; ``trouble`` says why there is no index."""

    def __init__(self, ledger: Ledger, generations: Generations, fingerprint: str) -> None:
        self._ledger = ledger
        self._generations = generations
        self._fingerprint = fingerprint
        self._locks = ledger.locks()
        self._outbox = ledger.outbox()
        self._store: Store | None = None
        self._number = 0
        self._try_again = 0.0
        self._noted: dict[int, float] = {}  # since when each note has been seen
        self.trouble = ""

    @property
    def store(self) -> Store | None:
        """The index as it was opened last, if it was."""
        return self._store

    # documents are claimed

    def claim(self, name: str) -> bool:
        """Claim a document by its name, unless another process is at work on it."""
        return self._locks.take(name)

    def release(self, names: Iterable[str]) -> None:
        """Let others have documents."""
        self._locks.release(names)

    def release_all(self) -> None:
        """Let others have every document that was claimed here."""
        self._locks.release_all()

    @contextmanager
    def claimed(self, names: Iterable[str]) -> Iterator[None]:
        """Wait until no other process is at work on any of these, and keep it so."""
        wanted = sorted(set(names))  # in one order everywhere, so that no two wait for each other
        try:
            for name in wanted:
                while not self.claim(name):
                    sleep(PAUSE)
            yield
        finally:
            self.release(wanted)

    def entry(self, name: str) -> Entry | None:
        """How a document stands this moment, whoever wrote it."""
        return self._ledger.entry(name)

    # documents are written

    def commit(self, records: Sequence[Record], removed: Sequence[int]) -> None:
        """Ledger first, then the index, then the word that it has followed.

        While the server of the index is away the ledger goes on: its notes say what the index has
        to follow, and whoever finds the server back sees to it.
        """
        while True:
            is_open = self._is_open()
            with self._locks.together(INDEX):
                if is_open and not self._is_current(self._ledger.state()):
                    continue  # another one has just been built
                keys = self._write(records, removed)
                is_followed = self._followed([*keys, *removed])
            if not is_followed:
                self._is_open()  # and with it everything is followed
            return

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

    def _write(self, records: Sequence[Record], removed: Sequence[int]) -> list[int]:
        counts = [len(window_bounds(record.bounds)) for record in records]

        def beside(connection: Connection, keys: Sequence[int]) -> None:
            self._check(self._ledger.state_in(connection))
            self._outbox.note(connection, dict(zip(keys, counts, strict=True)), removed)

        return self._ledger.write(records, removed, beside)

    def _followed(self, keys: Sequence[int]) -> bool:
        """Have the index follow these documents, if it is there and can."""
        store = self._store
        if store is None:
            return False
        try:
            self._follow(store, keys)
        except StoreAway as error:
            self._lose(error)
            return False
        except StoreError:
            self.close_store()
            return False
        return True

    def _follow(self, store: Store, keys: Sequence[int]) -> None:
        """Have the index hold of these documents just what the ledger holds."""
        store.remove(keys)
        for rows, vectors in gathered(self._ledger.records(sorted(keys))):
            store.add(rows, vectors, ADDED_AT_ONCE)
        self._outbox.settle(keys)

    def _check(self, state: Mapping[str, str]) -> None:
        if state.get("fingerprint") != self._fingerprint:
            raise FingerprintError(
                "The documents were embedded again with other settings meanwhile; start this "
                "process again with those settings."
            )

    # the index is opened, mended, built

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
            self._build(report)
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
            if store is not None and not self._is_whole(store):
                self._doubt()
        except StoreAway as error:
            self._lose(error)
        except StoreError:
            self._doubt()

    def _is_whole(self, store: Store) -> bool:
        """Whether an index holds as much as it should and answers rightly."""
        is_settled = not self._outbox.keys()
        if is_settled and store.count() != self._outbox.passages():
            return False
        return finds_itself(store, self._ledger)

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
        """While nobody else changes anything: make the index hold what the ledger holds."""
        self.close_store()
        state = self._ledger.state()
        number = int(state["generation"])
        is_fatal = strikes(state) >= MOST_STRIKES
        if state["index"] != "clean" or number == 0 or is_fatal or not self._opened(number, state):
            self._build(report)

    def _opened(self, number: int, state: Mapping[str, str]) -> bool:
        """Open the index that the ledger names, unless it is gone or damaged.

        One that makes its server crash leaves a note of that, for it would do so for ever.
        """
        try:
            store = self._generations.open(number)
        except StoreAway:
            raise
        except StoreError:
            return False
        try:
            self._follow(store, self._outbox.keys())
            is_whole = self._is_whole(store)
        except StoreAway:  # it answered a moment ago
            self._ledger.set_state(struck(state))
            store.close()
            raise
        except StoreError:
            is_whole = False
        if not is_whole:
            store.close()
            return False
        self._store, self._number = store, number
        if strikes(state):
            self._ledger.set_state({STRUCK: ""})
        return True

    def _build(self, report: Report) -> None:
        self.close_store()
        number = int(self._ledger.state()["generation"]) + 1
        store = self._generations.make(number)
        counts: dict[int, int] = {}
        done = fill(store, _counted(self._ledger.records(), counts), report)
        state = {"generation": str(number), "index": "clean", "passages": str(done)}
        self._outbox.start_anew(counts, state)
        self._store, self._number = store, number
        with suppress(StoreError):  # what is left over goes with the next one
            self._generations.keep_only(number)

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

    def close(self) -> None:
        """Let go of everything."""
        self.close_store()
        self._locks.close()


def strikes(state: Mapping[str, str]) -> int:
    """How often the server was gone when the index that the ledger names was first searched."""
    generation, _, count = state.get(STRUCK, "").partition(" ")
    return int(count) if generation == state["generation"] else 0


def struck(state: Mapping[str, str]) -> dict[str, str]:
    """The same as the ledger notes it after one more time."""
    return {STRUCK: f"{state['generation']} {strikes(state) + 1}"}


def _counted(records: Iterable[Record], counts: dict[int, int]) -> Iterator[Record]:
    for record in records:
        counts[record.key] = len(window_bounds(record.bounds))
        yield record

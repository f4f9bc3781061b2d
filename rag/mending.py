"""The vector index of a shared document set is mended, or built anew from the ledger.

Both are for a process that holds the index's lock alone: nobody else changes anything meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rag.errors import StoreAway, StoreError
from rag.generations import Generations
from rag.index import fill, finds_itself, gathered
from rag.ledger import Ledger
from rag.ledger.outbox import Outbox
from rag.ledger.rows import Record
from rag.passages import window_bounds
from rag.store import Pace, Store

MOST_STRIKES = 2  # crashes of a server over an index; it is opened no more then, but built anew
STRUCK = "struck"
ADDED_AT_ONCE = Pace(bare=200, whole=200)  # passages in one request
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mending:
    """Makes an index hold what the ledger holds; an index is returned open, with its number."""

    ledger: Ledger
    outbox: Outbox
    generations: Generations

    def mended(self, report: Report) -> tuple[Store, int]:
        """Open the index that the ledger names and see that it is whole, or build another."""
        state = self.ledger.state()
        number = int(state["generation"])
        is_fatal = strikes(state) >= MOST_STRIKES
        if state["index"] != "clean" or number == 0 or is_fatal:
            return self.built(report)
        store = self._opened(number, state)
        return self.built(report) if store is None else (store, number)

    def built(self, report: Report) -> tuple[Store, int]:
        """Build another index from the ledger, which names it from now on."""
        number = int(self.ledger.state()["generation"]) + 1
        store = self.generations.make(number)
        counts: dict[int, int] = {}
        done = fill(store, _counted(self.ledger.records(), counts), report)
        state = {"generation": str(number), "index": "clean", "passages": str(done)}
        self.outbox.start_anew(counts, state)
        with suppress(StoreError):  # what is left over goes with the next one
            self.generations.keep_only(number)
        return store, number

    def _opened(self, number: int, state: Mapping[str, str]) -> Store | None:
        """Open the index that the ledger names, or None if it is gone or damaged.

        One that makes its server crash leaves a note of that, for it would do so for ever.
        """
        try:
            store = self.generations.open(number)
        except StoreAway:
            raise
        except StoreError:
            return None
        try:
            self.follow(store, self.outbox.keys())
            is_whole = self.is_whole(store)
        except StoreAway:  # it answered a moment ago
            self.ledger.set_state(struck(state))
            store.close()
            raise
        except StoreError:
            is_whole = False
        if not is_whole:
            store.close()
            return None
        if strikes(state):
            self.ledger.set_state({STRUCK: ""})
        return store

    def follow(self, store: Store, keys: Sequence[int]) -> None:
        """Have the index hold of these documents just what the ledger holds."""
        store.remove(keys)
        for rows, vectors in gathered(self.ledger.records(sorted(keys))):
            store.add(rows, vectors, ADDED_AT_ONCE)
        self.outbox.settle(keys)

    def is_whole(self, store: Store) -> bool:
        """Whether an index holds as much as it should and answers rightly."""
        is_settled = not self.outbox.keys()
        if is_settled and store.count() != self.outbox.passages():
            return False
        return finds_itself(store, self.ledger)


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

"""The vector index kept in step with the ledger: opened when sealed, built anew when in doubt.

Each build goes into a place of its own (``rag.generations``); only when it is complete does the
ledger name it, and only then does the old one go, unless that is of no use any more.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from rag.errors import FootnoteError, StoreAway, StoreError
from rag.generations import Generations
from rag.ledger import Ledger
from rag.ledger.rows import Record
from rag.passages import sum_vectors, window_bounds
from rag.seal import Seal, seal_of, seal_text
from rag.store import HASTE, Pace, PassageRow, Store

GATHER = 5_000  # passages made ready before they are handed to the index
TRIED = 12  # documents from all over the ledger, and as many of the newest
WIDER = 100  # what an approximate search does not put first, it has among so many
SAME = 1e-3  # of distance
Rows = tuple[list[PassageRow], NDArray[np.float32]]


def is_current(ledger: Ledger) -> bool:
    """Whether the index that the ledger names holds all that the ledger holds."""
    return ledger.state()["index"] == "clean"


def open_index(ledger: Ledger, generations: Generations) -> Store | None:
    """Open the index that the ledger names; None when it is behind, or not as it was left.

    Raises StoreAway when the server that keeps it does not answer.
    """
    state = ledger.state()
    number = int(state["generation"])
    if state["index"] != "clean" or number == 0:
        return None
    if not generations.is_unbroken(number, state.get("seal", ""), state["revision"]):
        return None
    try:
        store = generations.open(number)
        is_whole = store.count() == int(state["passages"])
        if is_whole and (not generations.is_remote or finds_itself(store, ledger)):
            return store
        store.close()
    except StoreAway:
        raise
    except StoreError:
        return None
    return None


def seal_index(ledger: Ledger, store: Store, before: Seal | None) -> Seal | None:
    """Note in the ledger what the files of an index are; None where it is not in step."""
    state = ledger.state()
    if state["index"] != "clean" or state.get("texts") != state["generation"]:
        return None
    seal = seal_of(store.folder, before)
    text = seal_text(seal, state["revision"])
    if text != state.get("seal"):
        ledger.set_state({"seal": text})
    return seal


def build_index(
    ledger: Ledger, generations: Generations, report: Callable[[str], None], pace: Pace = HASTE
) -> Store:
    """Build a new generation from the ledger, name it there, and remove the others.

    It holds what a search needs; ``complete_index`` adds the rest. Nothing is embedded: passages'
    vectors are sums of their sentences'. Raises StoreError, and then leaves nothing behind.
    """
    number = int(ledger.state()["generation"]) + 1
    generations.keep_only(number - 1 if is_current(ledger) else 0)
    store = generations.make(number)
    try:
        done = fill(store, ledger.records(), report, pace)
        ledger.set_state({"generation": str(number), "index": "clean", "passages": str(done)})
    except FootnoteError:
        store.close()
        generations.drop(number)  # it would fill a disk that is full
        raise
    generations.keep_only(number)
    return store


def fill(
    store: Store, records: Iterable[Record], report: Callable[[str], None], pace: Pace = HASTE
) -> int:
    """Add what a search needs of all documents to an empty index; returns how many passages."""
    done = 0
    for rows, vectors in gathered(records):
        store.add_bare(rows, vectors, pace)
        done += len(rows)
        report(f"index: {done} passages")
    return done


def finds_itself(store: Store, ledger: Ledger) -> bool:
    """Whether passages of the index are found by their own vectors, as they are in the ledger.

    Tried with some documents from all over the ledger and with the newest ones, which a server
    that was killed is most likely to have lost.
    """
    keys = sorted(ledger.keys())
    some = {*keys[:: max(1, len(keys) // TRIED)], *keys[-TRIED:]}
    records = [*ledger.records(sorted(some))]
    return all(
        _is_found(store, rows[place].id, vectors[place])
        for rows, vectors in map(passage_rows, records)
        for place in {0, len(rows) - 1} & set(range(len(rows)))
    )


def _is_found(store: Store, name: str, vector: NDArray[np.float32]) -> bool:
    """Whether a passage comes back for its own vector, or only ones that are the same to it."""
    found: list[tuple[str, float]] = []
    for count in (1, WIDER):
        found = store.near(vector, count)
        if any(other == name and distance < SAME for other, distance in found):
            return True
    return bool(found) and all(distance < SAME for _, distance in found)


def complete_index(ledger: Ledger, store: Store, pace: Pace = HASTE) -> None:
    """Add to an index that was just built what other programs read of it; search needs it not."""
    state = ledger.state()
    if state.get("texts") == state["generation"]:
        return
    for rows, _ in gathered(ledger.records()):
        store.add_texts(rows, pace)
    ledger.set_state({"texts": state["generation"]})


def passage_rows(record: Record) -> Rows:
    """Return a document's passages as the index keeps them, with their (n, dimension) vectors."""
    document, bounds = record.document, record.bounds
    windows = window_bounds(bounds)
    rows = [
        PassageRow(
            key=record.key,
            first=first,
            last=last,
            text=document.text[bounds[first, 0] : bounds[last, 1]],
            document=document.id,
            title=document.title,
            date=int(document.date.strftime("%Y%m%d")) if document.date else None,
        )
        for first, last in windows
    ]
    return rows, sum_vectors(record.vectors, bounds[:, 1] - bounds[:, 0], windows)


def gathered(records: Iterable[Record]) -> Iterator[Rows]:
    """Yield the passages of many documents, some thousands at a time."""
    rows: list[PassageRow] = []
    vectors: list[NDArray[np.float32]] = []
    for record in records:
        new_rows, new_vectors = passage_rows(record)
        rows += new_rows
        vectors.append(new_vectors)
        if len(rows) >= GATHER:
            yield rows, np.concatenate(vectors)
            rows, vectors = [], []
    if rows:
        yield rows, np.concatenate(vectors)

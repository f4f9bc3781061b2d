"""The vector index kept in step with the ledger: opened when sound, built anew when in doubt.

Each build goes into a folder of its own, ``index/gen-N``; only when it is complete does the
ledger name it, and only then does the old one go.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.ledger import Ledger
from rag.ledger.rows import Record
from rag.passages import sum_vectors, window_bounds
from rag.store import PassageRow, Store, is_sound, open_store

GATHER = 5_000  # passages made ready before they are handed to the index
Rows = tuple[list[PassageRow], NDArray[np.float32]]


def is_current(ledger: Ledger) -> bool:
    """Whether the index that the ledger names holds all that the ledger holds."""
    return ledger.state()["index"] == "clean"


def open_index(ledger: Ledger, folder: Path, dimension: int, *, doubtful: bool) -> Store | None:
    """Open the index that the ledger names; None when it is behind, broken or missing.

    A ``doubtful`` one (its last owner was killed) is tried in another process first.
    """
    state = ledger.state()
    generation = folder / f"gen-{state['generation']}"
    if state["index"] != "clean" or not generation.exists():
        return None
    if doubtful and not is_sound(generation, dimension):
        return None
    try:
        store = open_store(generation)
        if store.count() == int(state["passages"]):
            return store
        store.close()
    except StoreError:
        return None
    return None


def build_index(ledger: Ledger, folder: Path, report: Callable[[str], None]) -> Store:
    """Build a new generation from the ledger, name it there, and remove the others.

    Nothing is embedded: passages' vectors are sums of their sentences'.
    """
    number = int(ledger.state()["generation"]) + 1
    generation = folder / f"gen-{number}"
    shutil.rmtree(generation, ignore_errors=True)
    store = open_store(generation, create=True)
    done = 0
    for rows, vectors in _gathered(ledger.records()):
        store.add(rows, vectors)
        done += len(rows)
        report(f"index: {done} passages")
    ledger.set_state({"generation": str(number), "index": "clean", "passages": str(done)})
    for other in folder.glob("gen-*"):
        if other != generation:
            shutil.rmtree(other, ignore_errors=True)
    return store


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


def _gathered(records: Iterable[Record]) -> Iterator[Rows]:
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

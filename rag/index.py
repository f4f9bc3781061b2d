"""The vector index kept in step with the ledger: opened when sealed, built anew when in doubt.

Each build goes into a folder of its own, ``index/gen-N``; only when it is complete does the
ledger name it, and only then does the old one go, unless that is of no use any more.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import FootnoteError, StoreError
from rag.ledger import Ledger
from rag.ledger.rows import Record
from rag.passages import sum_vectors, window_bounds
from rag.seal import Seal, seal_of, seal_text, unbroken
from rag.store import HASTE, Pace, PassageRow, Store, open_store

GATHER = 5_000  # passages made ready before they are handed to the index
Rows = tuple[list[PassageRow], NDArray[np.float32]]


def is_current(ledger: Ledger) -> bool:
    """Whether the index that the ledger names holds all that the ledger holds."""
    return ledger.state()["index"] == "clean"


def open_index(ledger: Ledger, folder: Path) -> Store | None:
    """Open the index that the ledger names; None when it is behind, or not as it was sealed."""
    state = ledger.state()
    generation = folder / f"gen-{state['generation']}"
    if state["index"] != "clean" or not unbroken(
        generation, state.get("seal", ""), state["revision"]
    ):
        return None
    try:
        store = open_store(generation)
        if store.count() == int(state["passages"]):
            return store
        store.close()
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
    ledger: Ledger, folder: Path, report: Callable[[str], None], pace: Pace = HASTE
) -> Store:
    """Build a new generation from the ledger, name it there, and remove the others.

    It holds what a search needs; ``complete_index`` adds the rest. Nothing is embedded: passages'
    vectors are sums of their sentences'. Raises StoreError, and then leaves nothing behind.
    """
    number = int(ledger.state()["generation"]) + 1
    generation = folder / f"gen-{number}"
    _remove_generations(folder, keep=None if not is_current(ledger) else f"gen-{number - 1}")
    shutil.rmtree(generation, ignore_errors=True)
    store = open_store(generation, create=True)
    try:
        done = 0
        for rows, vectors in _gathered(ledger.records()):
            store.add_bare(rows, vectors, pace)
            done += len(rows)
            report(f"index: {done} passages")
        ledger.set_state({"generation": str(number), "index": "clean", "passages": str(done)})
    except FootnoteError:
        store.close()
        shutil.rmtree(generation, ignore_errors=True)  # it would fill a disk that is full
        raise
    _remove_generations(folder, keep=generation.name)
    return store


def complete_index(ledger: Ledger, store: Store, pace: Pace = HASTE) -> None:
    """Add to an index that was just built what other programs read of it; search needs it not."""
    state = ledger.state()
    if state.get("texts") == state["generation"]:
        return
    for rows, _ in _gathered(ledger.records()):
        store.add_texts(rows, pace)
    ledger.set_state({"texts": state["generation"]})


def _remove_generations(folder: Path, keep: str | None) -> None:
    for other in folder.glob("gen-*"):
        if other.name != keep:
            shutil.rmtree(other, ignore_errors=True)


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

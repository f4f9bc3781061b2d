"""The least that can be done: cut, embed every sentence once, write the passages, nothing else.

For a question: embed it, and ask Chroma once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from eval.speed.corpus import bounds_of, read_all
from eval.speed.costs import timed
from eval.speed.ours import config_of
from eval.speed.steps import Task, run_step
from rag.embedding import open_embedding
from rag.index import passage_rows
from rag.ledger.rows import Record
from rag.store import open_store
from rag.types import Document

FOUND = 5  # what a stock retriever asks for


def ingest(task: Task) -> Mapping[str, object]:
    """Do the indispensable work; the seconds are without opening the model and reading files."""
    embed = open_embedding(config_of(task.data)).embed
    documents = read_all(task.documents)
    store = open_store(task.data, create=True)
    records, cutting = timed(lambda: cut_all(documents))
    texts = [
        record.document.text[start:end]
        for record in records
        for start, end in record.bounds.tolist()
    ]
    vectors, embedding = timed(lambda: embed(texts).astype(np.float16))
    parts = np.split(vectors, np.cumsum([len(record.bounds) for record in records])[:-1])
    filled = [replace(record, vectors=part) for record, part in zip(records, parts, strict=True)]
    passages = [passage_rows(record) for record in filled]
    rows = [row for own, _ in passages for row in own]
    sums = np.concatenate([own for _, own in passages])
    _, writing = timed(lambda: store.add(rows, sums))
    store.close()
    note = f"cut {cutting:.1f}, embed {embedding:.1f}, Chroma {writing:.1f} s"
    total = cutting + embedding + writing
    return {"seconds": total, "note": note, "sentences": len(texts), "passages": len(rows)}


def cut_all(documents: list[Document]) -> list[Record]:
    """Cut documents into sentences; the vectors are still empty."""
    return [
        Record(document, "", bounds_of(document), np.zeros((0, 0), np.float16), key)
        for key, document in enumerate(documents, start=1)
    ]


@contextmanager
def search(task: Task) -> Iterator[Callable[[str], object]]:
    """Open the model and the collection; a question is one vector and one query."""
    embed = open_embedding(config_of(task.data)).embed
    store = open_store(task.data)
    yield lambda question: store.nearest(embed([question])[0], FOUND)
    store.close()


if __name__ == "__main__":
    run_step(ingest, search)

"""Chroma's own path: ``collection.add(documents=…)``, then ``query(query_texts=…)``.

Its default embedding function downloads all-MiniLM-L6-v2 as float32 ONNX, which a machine without
a network cannot. So the same weights stand in, run as it runs them: every text cut and padded to
256 tokens, 32 texts at a time. The texts are our passages, since Chroma brings no splitter.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api.types import Embeddable, EmbeddingFunction, Embeddings
from chromadb.config import Settings

from eval.speed.corpus import read_all
from eval.speed.float_graph import open_float
from eval.speed.floor import FOUND, cut_all
from eval.speed.steps import Task, run_step
from rag.embedding.minilm_files import MAX_TOKENS
from rag.passages import window_bounds

COLLECTION = "texts"
TEXTS_AT_ONCE = 32
ADDED_AT_ONCE = 1_000
"""Texts of one ``add``: below Chroma's limit, which differs with the SQLite it finds."""


class PaddedMiniLM(EmbeddingFunction[Embeddable]):
    """Chroma's default embedding function, with the weights that are installed."""

    def __init__(self, graph: Path) -> None:
        self._embed = open_float(graph, TEXTS_AT_ONCE, padding=MAX_TOKENS)

    def __call__(self, input: Embeddable) -> Embeddings:  # noqa: A002 - Chroma's name for it
        """Return a vector for each text."""
        return list(self._embed([str(text) for text in input]))

    @staticmethod
    def name() -> str:
        """Return the name that Chroma writes into the collection."""
        return "padded-minilm"

    def get_config(self) -> dict[str, Any]:
        """Return nothing: the collection is opened by this program only."""
        return {}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "EmbeddingFunction[Embeddable]":
        """Refuse: the graph is not named in the collection."""
        raise NotImplementedError  # Chroma's protocol wants the method; nothing here calls it


def ingest(task: Task) -> Mapping[str, object]:
    """Add all passages as texts."""
    texts = passage_texts(task)
    collection = open_collection(task)
    for start in range(0, len(texts), ADDED_AT_ONCE):
        some = texts[start : start + ADDED_AT_ONCE]
        names = [str(number) for number in range(start, start + len(some))]
        collection.add(ids=names, documents=some)
    return {"note": f"{len(texts)} passages, each padded to {MAX_TOKENS} tokens"}


def passage_texts(task: Task) -> list[str]:
    """Return the texts of our passages of all documents."""
    return [
        record.document.text[record.bounds[first, 0] : record.bounds[last, 1]]
        for record in cut_all(read_all(task.documents))
        for first, last in window_bounds(record.bounds)
    ]


def open_collection(task: Task) -> chromadb.Collection:
    """Open the collection, or make it."""
    client = chromadb.PersistentClient(task.data, Settings(anonymized_telemetry=False))
    return client.get_or_create_collection(COLLECTION, embedding_function=PaddedMiniLM(task.graph))


@contextmanager
def search(task: Task) -> Iterator[Callable[[str], object]]:
    """Open the collection; a question is a query by text."""
    collection = open_collection(task)
    yield lambda question: collection.query(query_texts=[question], n_results=FOUND)


if __name__ == "__main__":
    run_step(ingest, search)

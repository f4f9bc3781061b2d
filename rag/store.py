"""The vector index: passages in Chroma, for nearest-neighbour search. Derived from the ledger.

An index lives in a folder of its own, ``index/gen-N``, which the ledger names; when in doubt a
new one is built from the ledger and the old one goes. Nothing here is ever the only copy, and
an id that comes back from here counts only if the ledger knows it.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from rag.errors import StoreError

COLLECTION = "passages"
BATCH = 100  # more at once would hold the interpreter's lock for longer than a person notices
PROBE_SECONDS = 60
PASSAGE_ID = re.compile(r"\d+-\d+-\d+")  # other programs may add rows of their own


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as the index keeps it; ``key`` is its document's key in the ledger."""

    key: int
    first: int
    last: int
    text: str
    document: str
    title: str
    date: int | None

    @property
    def id(self) -> str:
        """A name that is never given to another content, because keys are never used again."""
        return f"{self.key}-{self.first}-{self.last}"

    def metadata(self) -> dict[str, str | int]:
        """What stock tools see beside the text; a date is an integer such as 20240826."""
        values: dict[str, str | int] = {
            "key": self.key,
            "document": self.document,
            "title": self.title,
            "first_sentence": self.first,
            "last_sentence": self.last,
        }
        return values if self.date is None else values | {"date": self.date}


class Store:
    """An open index; everything it does raises StoreError when Chroma fails."""

    def __init__(self, client: ClientAPI, collection: chromadb.Collection) -> None:
        self._client = client
        self._collection = collection

    @property
    def collection(self) -> chromadb.Collection:
        """Chroma's own handle, for other programs to read from, and never to write to."""
        return self._collection

    def add(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], at_once: int = BATCH
    ) -> None:
        """Add passages with their (n, dimension) vectors, a small batch at a time.

        Nothing else of the process runs while one of them is written.
        """
        for start in range(0, len(rows), at_once):
            self._add(rows[start : start + at_once], vectors[start : start + at_once])

    def _add(self, rows: Sequence[PassageRow], vectors: NDArray[np.float32]) -> None:
        with self._translated("written"):
            self._collection.add(
                ids=[row.id for row in rows],
                embeddings=vectors,
                documents=[row.text for row in rows],
                metadatas=[row.metadata() for row in rows],
            )

    def remove(self, keys: Iterable[int]) -> None:
        """Remove every passage of the documents with these keys."""
        every = list(keys)
        with self._translated("written"):
            for start in range(0, len(every), BATCH):
                self._collection.delete(where={"key": _among(every[start : start + BATCH])})

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[tuple[int, int, int]]:
        """Return (key, first, last) of the passages nearest to a vector, best first."""
        with self._translated("read"):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=count, include=[]
            )
        return [parse_id(name) for name in found["ids"][0] if PASSAGE_ID.fullmatch(name)]

    def near(self, vector: NDArray[np.float32], count: int) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector with their distances, best first."""
        with self._translated("read"):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=count, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return list(zip(found["ids"][0], map(float, distances[0]), strict=True))

    def count(self) -> int:
        """Return how many passages the index holds."""
        with self._translated("read"):
            return self._collection.count()

    def close(self) -> None:
        """Give the folder back."""
        if isinstance(self._client, Client):  # what PersistentClient makes, by its hidden name
            self._client.close()

    def _translated(self, done: str) -> AbstractContextManager[None]:
        return _translated(done)


@contextmanager
def _translated(done: str) -> Iterator[None]:
    try:
        yield
    except (ChromaError, OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"The search index could not be {done}, perhaps because the disk is full or a file was "
            "damaged; free some space, then run: rag rebuild (the documents are kept)."
        ) from error


def _among(keys: Sequence[int]) -> dict[Literal["$in", "$nin"], list[str | int | float | bool]]:
    return {"$in": [*keys]}


def parse_id(name: str) -> tuple[int, int, int]:
    """Take a passage's id apart into key, first and last sentence."""
    key, first, last = name.split("-")
    return int(key), int(first), int(last)


def open_store(folder: Path, *, create: bool = False) -> Store:
    """Open the index in a folder, or make an empty one.

    Raises StoreError when there is none, or when Chroma cannot read it.
    """
    if not create and not (folder / "chroma.sqlite3").exists():
        raise StoreError(f"There is no index in {folder}; run: rag rebuild")
    try:
        client = chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        space = collection.configuration_json["hnsw"]["space"]
        if space != "cosine":
            raise StoreError(f"The index in {folder} measures otherwise; run: rag rebuild")
    except (ChromaError, OSError, ValueError, KeyError) as error:
        raise StoreError(f"The index in {folder} cannot be read; run: rag rebuild") from error
    return Store(client, collection)


def is_sound(folder: Path, dimension: int) -> bool:
    """Whether an index opens, counts and answers, tried in another process.

    A broken HNSW file can end the whole process that reads it, so after an unclean stop the
    index is not opened here before it has been opened there.
    """
    command = [sys.executable, "-c", PROBE, str(folder), str(dimension)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603 - our own interpreter and text
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


PROBE = """
import sys
from pathlib import Path
import numpy as np
from rag.store import open_store
store = open_store(Path(sys.argv[1]))
vector = np.ones(int(sys.argv[2]), np.float32)
for _ in range(2):
    store.nearest(vector, max(1, min(100, store.count())))
store.close()
store = open_store(Path(sys.argv[1]))
store.nearest(vector, 1)
store.close()
"""

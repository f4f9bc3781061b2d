"""The vector index: passages in Chroma, for nearest-neighbour search. Derived from the ledger.

An index lives in a folder of its own, ``index/gen-N``, which the ledger names; when in doubt a
new one is built from the ledger and the old one goes. Nothing here is ever the only copy, and
an id that comes back from here counts only if the ledger knows it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.seal import is_whole

if TYPE_CHECKING:  # loading it takes a second, which who only asks is spared
    import chromadb
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

Among = dict[Literal["$in", "$nin"], list[str | int | float | bool]]
COLLECTION = "passages"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many passages are written at once, bare and with their texts.

    Meanwhile nothing else of the process runs, because Chroma holds the interpreter's lock.
    """

    bare: int
    whole: int


HASTE = Pace(bare=2_000, whole=1_000)  # where nobody waits; by 100, texts cost a third more
CARE = Pace(bare=100, whole=25)  # about 30 ms; it costs half as much again
APART = Pace(bare=1_000, whole=25)  # nobody asks an index in the making; one at work is waited for
BATCH = 100  # documents that are looked up together
PAGE = 5_000  # names that are listed together; SQLite takes 32,766
GRAPH: "CreateHNSWConfiguration" = {"space": "cosine", "ef_construction": 50, "ef_search": 200}
"""Built with half of Chroma's care, in half of the time, and searched with twice of it."""

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

    is_lost = False
    """Whether it is gone while it was open, as only one in a process of its own can be."""

    def __init__(
        self, client: "ClientAPI", collection: "chromadb.Collection", folder: Path
    ) -> None:
        self.folder = folder
        self.is_written = False
        self._client = client
        self._collection = collection

    @property
    def collection(self) -> "chromadb.Collection":
        """Chroma's own handle, for other programs to read from, and never to write to."""
        return self._collection

    def add(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], pace: Pace = HASTE
    ) -> None:
        """Add passages with their (n, dimension) vectors."""
        for start in range(0, len(rows), pace.whole):
            some = rows[start : start + pace.whole]
            with self._writing():
                self._collection.add(
                    ids=[row.id for row in some],
                    embeddings=vectors[start : start + pace.whole],
                    documents=[row.text for row in some],
                    metadatas=[row.metadata() for row in some],
                )

    def add_bare(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], pace: Pace = HASTE
    ) -> None:
        """Add what a search needs of passages, in a third of the time; ``add_texts`` follows."""
        for start in range(0, len(rows), pace.bare):
            some = rows[start : start + pace.bare]
            with self._writing():
                self._collection.add(
                    ids=[row.id for row in some],
                    embeddings=vectors[start : start + pace.bare],
                    metadatas=[{"key": row.key} for row in some],
                )

    def add_texts(self, rows: Sequence[PassageRow], pace: Pace = HASTE) -> None:
        """Add to bare passages what other programs read: the texts and what is said of them."""
        collection = self._collection
        for start in range(0, len(rows), pace.whole):
            some = rows[start : start + pace.whole]
            with self._writing():
                # Its public name wants the vectors again, and puts each into the graph anew.
                collection._client._update(  # noqa: SLF001
                    collection_id=collection.id,
                    ids=[row.id for row in some],
                    documents=[row.text for row in some],
                    metadatas=[row.metadata() for row in some],
                    tenant=collection.tenant,
                    database=collection.database,
                )

    def remove(self, keys: Iterable[int], pace: Pace = HASTE) -> None:
        """Remove every passage of the documents with these keys."""
        every = list(keys)
        for start in range(0, len(every), BATCH):
            some = _among(every[start : start + BATCH])
            with self._writing():
                while names := self._names_of(some):
                    for first in range(0, len(names), pace.whole):
                        self._collection.delete(ids=names[first : first + pace.whole])

    def _names_of(self, keys: Among) -> list[str]:
        return self._collection.get(where={"key": keys}, limit=PAGE, include=[])["ids"]

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
        _close(self._client)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.is_written = True
        with self._translated("written"):
            yield
            if not is_whole(self.folder):
                raise OSError("the graph was cut off")

    def _translated(self, done: str) -> AbstractContextManager[None]:
        return _translated(done)


def _client_of(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
    except BaseException:
        # What could not be started is kept, and handed out for this folder ever after.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001
        raise


def _close(client: "ClientAPI") -> None:
    from chromadb.api.client import Client

    if isinstance(client, Client):  # what PersistentClient makes, by its hidden name
        client.close()


@contextmanager
def _translated(done: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not _is_chromas(error):
            raise
        raise failed(done) from error


def failed(done: str) -> StoreError:
    """What is said of an index that could not be read, or written."""
    return StoreError(
        f"The search index could not be {done}, perhaps because the disk is full or a file was "
        "damaged; free some space, then run: rag rebuild (the documents are kept)."
    )


def _is_chromas(error: BaseException) -> bool:
    """Whether Chroma failed; a panic of its native half is no ``Exception``."""
    from chromadb.errors import ChromaError

    ordinary = isinstance(error, (ChromaError, OSError, RuntimeError, ValueError, KeyError))
    return ordinary or type(error).__name__ == "PanicException"


def _among(keys: Sequence[int]) -> Among:
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
    with _translated("written" if create else "read"):
        client = _client_of(folder)
        try:
            collection = client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": GRAPH}
            )
            space = collection.configuration_json["hnsw"]["space"]
        except BaseException:
            _close(client)  # else the next one of this folder would be this one again
            raise
    if space != "cosine":
        raise StoreError(f"The index in {folder} measures otherwise; run: rag rebuild")
    return Store(client, collection, folder)

"""The vector index on a Chroma server: one collection for each generation of each ledger.

The names begin with the ledger's own, so that several ledgers may share a server. As in a folder,
nothing there is the only copy.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from numpy.typing import NDArray

from rag.errors import StoreAway, StoreError
from rag.store import GRAPH, Pace, PassageRow, Store

AT_ONCE = Pace(bare=200, whole=200)  # passages in one request
SECONDS = 10.0  # for one request; a server that takes longer counts as away
PORTS = {"http": 8000, "https": 443}


def open_collection(url: str, name: str, *, create: bool = False) -> Store:
    """Open a collection of a server, or make an empty one in the place of what has its name.

    Raises StoreAway when the server does not answer, and StoreError when it has no such
    collection.
    """
    with _translated(url, "read"):
        client = _connected(url)
        try:
            collection = _made(client, name) if create else client.get_collection(name, None)
        except BaseException:
            _close(client)
            raise
    return RemoteStore(url, client, collection)


def drop_others(url: str, beginning: str, name: str) -> None:
    """Remove all collections whose names have this beginning, except one."""
    with _translated(url, "written"):
        client = _connected(url)
        try:
            for other in client.list_collections():
                if other.name.startswith(beginning) and other.name != name:
                    _drop(client, other.name)
        finally:
            _close(client)


def version_of(url: str) -> str:
    """Return the version that a server says it has; raises StoreAway when it does not answer."""
    with _translated(url, "read"):
        client = _connected(url)
        try:
            return client.get_version()
        finally:
            _close(client)


class RemoteStore(Store):
    """An open index on a server."""

    def __init__(self, url: str, client: ClientAPI, collection: chromadb.Collection) -> None:
        super().__init__(client, collection, Path())  # its files are the server's own matter
        self._url = url

    def close(self) -> None:
        """Give the connections back."""
        _close(self._client)

    def add_bare(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], pace: Pace = AT_ONCE
    ) -> None:
        """Add passages with their texts, at a pace of our own: it is the requests that cost."""
        del pace
        self.add(rows, vectors, AT_ONCE)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._translated("written"):
            yield

    def _translated(self, done: str) -> AbstractContextManager[None]:
        return _translated(self._url, done)


def _made(client: ClientAPI, name: str) -> chromadb.Collection:
    _drop(client, name)
    return client.create_collection(name, embedding_function=None, configuration={"hnsw": GRAPH})


def _connected(url: str) -> ClientAPI:
    parts = urlsplit(url)
    urlopen(f"{url}/api/v2/heartbeat", timeout=SECONDS).close()  # noqa: S310 - http or https
    client = chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        ssl=parts.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )
    for session in _sessions(client):
        session.timeout = SECONDS
    return client


def _sessions(client: ClientAPI) -> list[Any]:
    """What a client speaks through: it waits for ever, and is never closed, if left alone."""
    parts: list[Any] = [client, getattr(client, "_admin_client", None)]
    return [one._server._session for one in parts if one is not None]  # noqa: SLF001 - no other way


def _drop(client: ClientAPI, name: str) -> None:
    try:
        client.delete_collection(name)
    except NotFoundError:  # another process was faster
        return


def _close(client: ClientAPI) -> None:
    sessions = _sessions(client)
    if isinstance(client, Client):
        client.close()
    for session in sessions:
        session.close()


@contextmanager
def _translated(url: str, done: str) -> Iterator[None]:
    try:
        yield
    except NotFoundError as error:
        raise StoreError(
            f"The Chroma server at {_shown(url)} does not have the index; run: rag rebuild"
        ) from error
    except ChromaError as error:
        raise StoreError(
            f"The search index on the Chroma server at {_shown(url)} could not be {done}; "
            "run: rag rebuild (the documents are kept)."
        ) from error
    except Exception as error:  # the client raises its transport's errors, and bare ones
        raise StoreAway(
            f"The Chroma server at {_shown(url)} does not answer, so passages are compared one "
            "by one; start it, or correct RAG_CHROMA_URL."
        ) from error


def _shown(url: str) -> str:
    """An address without the user and the password that may stand in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

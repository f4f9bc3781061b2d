"""The collections that a process has open: each once, when it is first asked for.

Embedding models are shared: two collections with the same one hold it in memory once.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from rag.collections import Collection, found, names_of, settings
from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.errors import CollectionError

Room = TypeVar("Room")
Report = Callable[[str], None]


class Embeddings:
    """The embedding models of a process, each opened once, whoever wants it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[tuple[str, ...], Embedding] = {}

    def open(self, config: Config, report: Report) -> Embedding:
        """The model that the settings name; raises what ``open_embedding`` does."""
        key = (config.embedding, config.base_url, config.api_key, str(config.cache))
        with self._lock:
            if key not in self._open:
                self._open[key] = open_embedding(config, report)
            return self._open[key]


class Opened(Generic[Room]):
    """What a process has made of its collections; ``begin`` makes it, ``end`` lets go of it.

    Whether a collection is still there is looked up each time, so that one which was removed is
    not answered from; one that was removed and made anew, or changed, is opened anew.
    """

    def __init__(
        self,
        config: Config,
        begin: Callable[[Config], Room],
        end: Callable[[Room], None],
    ) -> None:
        self.config = config
        self._begin = begin
        self._end = end
        self._guard = Lock()
        self._locks: dict[str, Lock] = {}
        self._open: dict[str, tuple[Collection, Room]] = {}

    def names(self) -> Sequence[str]:
        """Those that there are, the usual one first."""
        return names_of(self.config)

    def of(self, name: str) -> Room:
        """What was made of a collection; raises CollectionError where there is no such one.

        Raises what ``begin`` raises, which is tried again the next time.
        """
        collection = self._found(name)
        with self._lock_of(collection.name):
            known = self._open.get(collection.name)
            if known is not None and known[0] == collection:
                return known[1]
            self._let_go(collection.name)
            room = self._begin(settings(self.config, collection))
            self._open[collection.name] = (collection, room)
            return room

    def has(self, name: str) -> bool:
        """Whether a collection has been opened."""
        return name in self._open

    def close(self) -> None:
        """Let go of all."""
        for name in list(self._open):
            self._let_go(name)

    def _found(self, name: str) -> Collection:
        try:
            return found(self.config, name)
        except CollectionError:
            if name in self._open:
                with self._lock_of(name):
                    self._let_go(name)
            raise

    def _lock_of(self, name: str) -> Lock:
        with self._guard:
            return self._locks.setdefault(name, Lock())

    def _let_go(self, name: str) -> None:
        known = self._open.pop(name, None)
        if known is not None:
            self._end(known[1])

"""Where the generations of a vector index are kept: folders below the data folder, or a server."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.ownership import holding_index
from rag.seal import unbroken
from rag.store import Store, open_store


class Generations(Protocol):
    """The builds of one ledger's index, by their numbers; all raise StoreError."""

    @property
    def is_remote(self) -> bool:
        """Whether a server keeps them, which may have lost or damaged what it was given."""

    def open(self, number: int) -> Store:
        """Open one that is there."""

    def make(self, number: int) -> Store:
        """Make an empty one, in the place of what an unfinished build left."""

    def is_unbroken(self, number: int, seal: str, revision: str) -> bool:
        """Whether one may be opened: its files, if they are here, are as they were sealed."""

    def drop(self, number: int) -> None:
        """Remove one."""

    def keep_only(self, number: int) -> None:
        """Remove all others; with 0, which none has, all."""


@dataclass(frozen=True, slots=True)
class InFolder:
    """Generations as folders ``gen-N``; one is opened in a process of its own, or in this one."""

    folder: Path
    is_remote: bool = False
    is_apart: bool = False

    def open(self, number: int) -> Store:
        """Open the index in its folder."""
        return self._opened(number)

    def make(self, number: int) -> Store:
        """Make an index in an empty folder."""
        shutil.rmtree(self._place(number), ignore_errors=True)
        return self._opened(number, create=True)

    def is_unbroken(self, number: int, seal: str, revision: str) -> bool:
        """Compare every byte, because a broken one can end the process that reads it."""
        return unbroken(self._place(number), seal, revision) is not None

    def drop(self, number: int) -> None:
        """Remove its folder."""
        shutil.rmtree(self._place(number), ignore_errors=True)

    def keep_only(self, number: int) -> None:
        """Remove the other folders."""
        for other in self.folder.glob("gen-*"):
            if other != self._place(number):
                shutil.rmtree(other, ignore_errors=True)

    def _opened(self, number: int, *, create: bool = False) -> Store:
        if self.is_apart:
            from rag.store_apart import open_apart

            return open_apart(self._place(number), create=create)
        with holding_index(self.folder):
            return open_store(self._place(number), create=create)

    def _place(self, number: int) -> Path:
        return self.folder / f"gen-{number}"


@dataclass(frozen=True, slots=True)
class OnServer:
    """Generations as collections ``passages-LEDGER-gen-N`` of a Chroma server."""

    url: str
    ledger: str
    is_remote: bool = True

    def open(self, number: int) -> Store:
        """Open its collection."""
        from rag.chroma_server import open_collection

        return open_collection(self.url, self.name(number))

    def make(self, number: int) -> Store:
        """Make an empty collection."""
        from rag.chroma_server import open_collection

        return open_collection(self.url, self.name(number), create=True)

    def is_unbroken(self, number: int, seal: str, revision: str) -> bool:
        """A broken one ends the server, not the process that asks it."""
        del number, seal, revision
        return True

    def drop(self, number: int) -> None:
        """Leave it: an unfinished one goes with the next that is finished."""

    def keep_only(self, number: int) -> None:
        """Remove this ledger's other collections."""
        from rag.chroma_server import drop_others

        drop_others(self.url, f"passages-{self.ledger}-gen-", self.name(number))

    def name(self, number: int) -> str:
        """The name of a generation's collection."""
        return f"passages-{self.ledger}-gen-{number}"

"""Where the generations of a vector index are kept: folders below the data folder, or a server."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.chroma_server import drop_others, open_collection
from rag.store import Store, is_sound, open_store


class Generations(Protocol):
    """The builds of one ledger's index, by their numbers; all raise StoreError."""

    @property
    def is_remote(self) -> bool:
        """Whether a server keeps them, which may have lost or damaged what it was given."""

    def open(self, number: int) -> Store:
        """Open one that is there."""

    def make(self, number: int) -> Store:
        """Make an empty one, in the place of what an unfinished build left."""

    def is_sound(self, number: int, dimension: int) -> bool:
        """Whether one can be opened and searched without harm, tried elsewhere."""

    def keep_only(self, number: int) -> None:
        """Remove all others."""


@dataclass(frozen=True, slots=True)
class InFolder:
    """Generations as folders ``gen-N``."""

    folder: Path
    is_remote: bool = False

    def open(self, number: int) -> Store:
        """Open the index in its folder."""
        return open_store(self._place(number))

    def make(self, number: int) -> Store:
        """Make an index in an empty folder."""
        shutil.rmtree(self._place(number), ignore_errors=True)
        return open_store(self._place(number), create=True)

    def is_sound(self, number: int, dimension: int) -> bool:
        """Try it in another process, because a broken one can end the process that reads it."""
        return self._place(number).exists() and is_sound(self._place(number), dimension)

    def keep_only(self, number: int) -> None:
        """Remove the other folders."""
        for other in self.folder.glob("gen-*"):
            if other != self._place(number):
                shutil.rmtree(other, ignore_errors=True)

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
        return open_collection(self.url, self.name(number))

    def make(self, number: int) -> Store:
        """Make an empty collection."""
        return open_collection(self.url, self.name(number), create=True)

    def is_sound(self, number: int, dimension: int) -> bool:
        """A broken one ends the server, not the process that asks it."""
        return number >= 0 and dimension > 0

    def keep_only(self, number: int) -> None:
        """Remove this ledger's other collections."""
        drop_others(self.url, f"passages-{self.ledger}-gen-", self.name(number))

    def name(self, number: int) -> str:
        """The name of a generation's collection."""
        return f"passages-{self.ledger}-gen-{number}"

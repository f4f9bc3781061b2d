"""What the pages need of the documents; ``rag.shelf`` has it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rag.arrivals import Brought
from rag.ledger.rows import Entry
from rag.removals import RemovalReport
from rag.shelf import Work


class Shelving(Protocol):
    """The documents as they are kept, the same for every visitor."""

    works: list[Work]

    @property
    def folder(self) -> Path:
        """Where documents are kept."""

    @property
    def removed_folder(self) -> Path:
        """Where the files of removed documents go."""

    @property
    def is_followed(self) -> bool:
        """Whether the folder is read by itself when it changes."""

    @property
    def listed_revision(self) -> str:
        """The revision that was listed last."""

    def revision(self) -> str:
        """Return what is another word after every change."""

    def entries(self) -> Sequence[Entry]:
        """List the documents."""

    def troubles(self) -> Sequence[str]:
        """Return what went wrong when the folder was last read by itself, a sentence each."""

    def bring(self, files: Sequence[Brought], *, overwrite: bool = False) -> Work:
        """Begin to save and index files."""

    def read_again(self, names: Sequence[str] | None = None) -> Work:
        """Begin to read some documents again, or the whole folder."""

    def remove(self, names: Sequence[str]) -> RemovalReport:
        """Take documents out of the index and put their files away."""

    def dismiss(self, work: Work) -> None:
        """Forget a piece of work that is done."""

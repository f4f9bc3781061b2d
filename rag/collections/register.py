"""Which collections there are: files below the data folder, or a table of the ledger's server."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.collections import FOLDER, Collection, is_default, is_name
from rag.config import Config
from rag.errors import CollectionError

FILE_NAME = "collection.json"


class Register(Protocol):
    """The named collections of an installation; all may raise FootnoteError."""

    def all(self) -> Sequence[Collection]:
        """Those that there are, by name."""

    def find(self, name: str) -> Collection | None:
        """One by its name."""

    def add(self, collection: Collection) -> None:
        """Note a new one."""

    def change(self, collection: Collection) -> None:
        """Note the other settings of one."""


def register_of(config: Config) -> Register:
    """The register of an installation."""
    if config.ledger_url:
        return OnServer(config.ledger_url)
    return InFolders(config.data / FOLDER)


@dataclass(frozen=True, slots=True)
class InFolders:
    """A file ``collection.json`` in the folder of each."""

    folder: Path

    def all(self) -> Sequence[Collection]:
        """Those whose files can be read."""
        names = sorted(path.parent.name for path in self.folder.glob(f"*/{FILE_NAME}"))
        read = [self._read(name) for name in names if is_name(name) and not is_default(name)]
        return [one for one in read if one is not None]

    def find(self, name: str) -> Collection | None:
        """One by its name; raises CollectionError when its file is damaged."""
        one = self._read(name)
        if one is None and (self.folder / name / FILE_NAME).exists():
            raise CollectionError(
                f"{self.folder / name / FILE_NAME} cannot be read; put a copy of it back, or run: "
                f"rag collections remove {name}"
            )
        return one

    def add(self, collection: Collection) -> None:
        """Make its folder and write its file."""
        self._write(collection)

    def change(self, collection: Collection) -> None:
        """Write its file anew."""
        self._write(collection)

    def _read(self, name: str) -> Collection | None:
        try:
            row = json.loads((self.folder / name / FILE_NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return _collection(name, row)

    def _write(self, one: Collection) -> None:
        path = self.folder / one.name / FILE_NAME
        row = {"documents": str(one.documents), "embedding": one.embedding, "mark": one.mark}
        beside = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(row, ensure_ascii=False, indent=1), encoding="utf-8")
            beside.replace(path)  # whole, or not at all
        except OSError as error:
            raise CollectionError(
                f"{path} cannot be written ({error.strerror}); make room there or make it "
                "writable, and try again."
            ) from error


@dataclass(frozen=True, slots=True)
class OnServer:
    """A row for each in a table beside the usual ledger, so that every process finds it."""

    url: str

    def all(self) -> Sequence[Collection]:
        """Those in the table."""
        from rag.ledger.schemas import listed

        rows = listed(self.url)
        return [one for row in rows if (one := _collection(row["name"], row)) is not None]

    def find(self, name: str) -> Collection | None:
        """One by its name."""
        return next((one for one in self.all() if one.name == name), None)

    def add(self, collection: Collection) -> None:
        """Make its schema, in the same transaction."""
        from rag.ledger.schemas import make_schema

        make_schema(self.url, _row(collection))

    def change(self, collection: Collection) -> None:
        """Write its row anew."""
        from rag.ledger.schemas import change_listed

        change_listed(self.url, _row(collection))


def _collection(name: str, row: Any) -> Collection | None:
    match row:
        case {"documents": str(documents), "embedding": str(embedding), "mark": str(mark)}:
            return Collection(name, Path(documents), embedding, mark, row.get("schema", ""))
    return None


def _row(one: Collection) -> dict[str, str]:
    return {
        "name": one.name,
        "mark": one.mark,
        "documents": str(one.documents),
        "embedding": one.embedding,
    }

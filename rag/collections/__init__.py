"""Collections: document sets side by side, each with all that a single one has.

    a name ─▶ Collection (documents folder, embedding) ─▶ the settings of that set ─▶ a library

The usual set is what there is without any: the data folder itself, under the name ``default``.
Another one has a folder below it, ``collections/NAME``, laid out like the data folder, and where
the ledger is on a server a schema of its own there. No two share anything but the process.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from rag.config import Config
from rag.errors import CollectionError

DEFAULT = "default"
FOLDER = "collections"
LONGEST = 40
_NAME = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST - 1}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Collection:
    """A named document set; ``mark`` is another one if it is removed and made anew.

    ``schema`` is where its ledger is on a server.
    """

    name: str
    documents: Path
    embedding: str
    mark: str = ""
    schema: str = ""


def named(name: str) -> str:
    """Return a name that a collection may have; raises CollectionError for another.

    A name is never a path, and in small letters, so that no two differ by what a file system or a
    database overlooks.
    """
    if not is_name(name):
        shown = name.encode("ascii", "replace").decode()[:LONGEST]
        raise CollectionError(
            f"{shown!r} cannot name a collection; use small letters, digits, - and _, beginning "
            f"with a letter or digit, {LONGEST} at most."
        )
    return name


def is_name(name: str) -> bool:
    """Whether a collection may have this name."""
    return _NAME.fullmatch(name) is not None


def names_of(config: Config) -> list[str]:
    """The collections of an installation, the usual one first."""
    from rag.collections.register import register_of

    return [DEFAULT, *(one.name for one in register_of(config).all())]


def is_default(name: str) -> bool:
    """Whether this names the usual set, which has no name of its own in the settings."""
    return name in ("", DEFAULT)


def found(config: Config, name: str) -> Collection:
    """A collection of an installation by its name; raises CollectionError, which lists them."""
    from rag.collections.register import register_of

    if is_default(name):
        return Collection(DEFAULT, config.documents, config.embedding)
    register = register_of(config)
    one = register.find(named(name))
    if one is None:
        raise CollectionError(unknown(name, [DEFAULT, *(it.name for it in register.all())]))
    return one


def unknown(name: str, names: Sequence[str]) -> str:
    """The sentence for a name that no collection has, for somebody who may see these."""
    shown = name.encode("ascii", "replace").decode()[:LONGEST]
    return f"There is no collection {shown!r}; there is {' and '.join(names) or 'none for you'}."


def settings(config: Config, collection: Collection) -> Config:
    """The settings of a collection, out of those of the installation."""
    if is_default(collection.name):
        return replace(config, collection="")
    return replace(
        config,
        collection=collection.name,
        data=config.data / FOLDER / collection.name,
        documents=collection.documents,
        embedding=collection.embedding,
        ledger_url=_ledger_url(config, collection),
    )


def chosen(config: Config) -> Config:
    """The settings of the collection that an installation's settings name."""
    return settings(config, found(config, config.collection))


def make(config: Config, name: str, documents: Path, embedding: str) -> Collection:
    """Make an empty collection; raises CollectionError, and LedgerError of a server."""
    from rag.collections.register import register_of

    if is_default(name):
        raise CollectionError(f"The collection {DEFAULT} is there already: it is the usual one.")
    collection = Collection(named(name), _folder(documents), embedding, mark=token_hex(6))
    register = register_of(config)
    if register.find(name) is not None:
        raise CollectionError(
            f"The collection {name} is there already; rag collections change {name} gives it "
            "another folder or embedding."
        )
    register.add(collection)
    return found(config, name)  # with the schema that a server has made for it


def change(
    config: Config, name: str, documents: Path | None = None, embedding: str = ""
) -> Collection:
    """Give a collection another documents folder or embedding; raises CollectionError."""
    from rag.collections.register import register_of

    one = found(config, name)
    if is_default(name):
        raise CollectionError(
            f"The collection {DEFAULT} has the folder and embedding of the settings; change "
            "RAG_DOCUMENTS or RAG_EMBEDDING."
        )
    changed = replace(
        one,
        documents=_folder(documents) if documents else one.documents,
        embedding=embedding or one.embedding,
    )
    register_of(config).change(changed)
    return changed


def _folder(documents: Path) -> Path:
    folder = documents.absolute()
    if not folder.is_dir():
        raise CollectionError(f"There is no folder {folder}; make it, or name another one.")
    return folder


def _ledger_url(config: Config, collection: Collection) -> str:
    if not config.ledger_url:
        return ""
    from rag.ledger.schemas import address_in

    return address_in(config.ledger_url, collection.schema)

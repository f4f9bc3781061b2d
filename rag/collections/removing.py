"""A collection is taken away: what is in its folder is put aside, what is on servers is gone.

Its documents folder is never touched. A process that has it open as its owner keeps it; others that
still answer from it say that it is gone.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rag.collections import DEFAULT, FOLDER, Collection, is_default, named, names_of, settings
from rag.collections import unknown as no_such
from rag.collections.register import register_of
from rag.config import Config
from rag.errors import CollectionError, StoreError
from rag.generations import OnServer
from rag.ledger import ledger_is_there, open_ledger
from rag.ledger.schemas import drop_schema
from rag.ownership import take_ownership

PLACE = ".removed"  # hidden, so that nobody reads documents there


def remove(config: Config, name: str) -> str:
    """Take a collection away; returns in a sentence where it is now, and what is gone.

    Raises OwnedError when another process owns it, CollectionError when there is no such one.
    """
    collection = _to_remove(config, name)
    its = settings(config, collection)
    with _nobodys(its):
        gone = _from_servers(config, its, name)
        where = _put_aside(config, its)
    kept = f"its documents stay in {collection.documents}"
    return "; ".join(filter(None, [*where, *gone, kept]))


def _to_remove(config: Config, name: str) -> Collection:
    if is_default(name):
        raise CollectionError(
            f"The collection {DEFAULT} is the data folder itself and stays; remove its documents "
            "with rag documents remove, or the folder by hand."
        )
    folder = config.data / FOLDER / named(name)
    with suppress(CollectionError):  # its file is damaged: it may go all the more
        if one := register_of(config).find(name):
            return one
    if config.ledger_url or not folder.is_dir():
        raise CollectionError(no_such(name, names_of(config)))
    return Collection(name, config.documents, config.embedding)


@contextmanager
def _nobodys(its: Config) -> Iterator[None]:
    """Own a collection while it goes; raises OwnedError when somebody else does."""
    if its.is_shared:
        yield
        return
    ownership = take_ownership(its.data)
    try:
        yield
    finally:
        ownership.release()


def _from_servers(config: Config, its: Config, name: str) -> list[str]:
    """Remove what servers keep of it; that is gone for good."""
    gone = _drop_index(its) if its.ledger_url or its.chroma_url else []
    if config.ledger_url:
        drop_schema(config.ledger_url, name)
        gone.append("its index and conversations on the server are gone")
    return gone


def _drop_index(its: Config) -> list[str]:
    """Remove its passages from a Chroma server; returns what could not be.

    Raises OwnedError when another process keeps its index in a folder.
    """
    if not ledger_is_there(its.data, its.ledger_url):
        return []
    with closing(open_ledger(its.data, its.ledger_url)) as ledger:
        if ledger.is_on_server and not its.is_shared:
            ledger.own()
        try:
            if its.chroma_url:
                OnServer(its.chroma_url, ledger.name()).keep_only(0)
        except StoreError:
            return ["its passages on the Chroma server were left behind"]
    return []


def _put_aside(config: Config, its: Config) -> list[str]:
    """Move its folder away, in one step; it can be moved back."""
    if not its.data.is_dir():
        return []
    stamp = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    target = _free(config.data / FOLDER / PLACE / f"{its.data.name}-{stamp}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        its.data.rename(target)
    except OSError as error:
        raise CollectionError(
            f"The folder {its.data} cannot be moved away ({error.strerror}); nothing is removed."
        ) from error
    return [f"its folder is now {target}"]


def _free(path: Path) -> Path:
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.partition('+')[0]}+{number}")
    return path

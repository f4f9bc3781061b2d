"""The engines of the collections: nobody gets one of a collection that is not for that one.

Every page and every address beside the pages gets its engine here and nowhere else. To a visitor
who may not see a collection it is as if it were not there.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Protocol

from starlette.requests import Request

from rag.collections import DEFAULT, found, is_default, settings, unknown
from rag.collections.access import EVERYONE, read_access
from rag.collections.opened import Opened
from rag.config import Config, environment, read_config
from rag.errors import CollectionError
from rag.ui.engine import Engine
from rag.ui.login import User, is_among, login_settings, signed_in

_OPENING = Lock()


class Collected(Protocol):
    """The collections of an installation, as its visitors see them."""

    @property
    def usual(self) -> str:
        """The one that is shown first."""

    def names(self, user: User) -> Sequence[str]:
        """Those that a visitor may see; may raise FootnoteError."""

    def engine(self, user: User, name: str) -> Engine:
        """The engine of one of these; raises CollectionError for any other name."""

    def is_open(self, name: str) -> bool:
        """Whether it is there at once."""

    def settings(self, user: User, name: str) -> Config:
        """The settings of one of these; raises CollectionError for any other name."""


class InProcess:
    """The collections as this process has opened them."""

    def __init__(self, opened: Opened[Engine]) -> None:
        self._opened = opened

    @property
    def usual(self) -> str:
        """The one that ``RAG_COLLECTION`` names."""
        return self._opened.config.collection or DEFAULT

    def names(self, user: User) -> Sequence[str]:
        """Those that there are and that a visitor may see, the default one first."""
        there = self._opened.names()
        access_file = self._opened.config.access_file
        if access_file is None:
            return there
        access = read_access(access_file)
        return [name for name in there if _may_see(user, access.get(name, ()))]

    def engine(self, user: User, name: str) -> Engine:
        """The engine of a collection that the visitor may see; it is opened when need be."""
        return self._opened.of(self._seen(user, name))

    def is_open(self, name: str) -> bool:
        """Whether it has been opened."""
        return self._opened.has(name)

    def settings(self, user: User, name: str) -> Config:
        """The settings of a collection that the visitor may see."""
        config = self._opened.config
        return settings(config, found(config, self._seen(user, name)))

    def _seen(self, user: User, name: str) -> str:
        name = DEFAULT if is_default(name) else name
        names = self.names(user)
        if name not in names:
            raise CollectionError(unknown(name, names))
        return name


def _may_see(user: User, readers: Sequence[str]) -> bool:
    """Whether somebody who has signed in is among the readers of a collection."""
    return bool(user.get("is_logged_in")) and (EVERYONE in readers or is_among(user, readers))


def collected() -> InProcess:
    """The collections of this process, the same for all; raises ConfigError, tried again."""
    with _OPENING:
        return _of_process()


@cache
def _of_process() -> InProcess:
    from rag.ui.opening import opened_to_show

    return InProcess(opened_to_show(read_config(environment(Path.cwd()))))


def user_in(request: Request) -> User:
    """Who sends a request, by its cookies; nobody where nobody has to sign in."""
    return signed_in(request.headers.get("cookie", "")) if login_settings() else {}


def engine_for(request: Request) -> Engine:
    """The engine of the collection that an address names; raises CollectionError."""
    return collected().engine(user_in(request), _named_in(request))


def settings_for(request: Request) -> Config:
    """The settings of the collection that an address names; raises CollectionError."""
    return collected().settings(user_in(request), _named_in(request))


def _named_in(request: Request) -> str:
    return request.query_params.get("collection", DEFAULT)

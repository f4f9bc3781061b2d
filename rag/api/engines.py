"""The engines of a server's collections; nobody gets one that its token may not ask.

This is the one place where that is decided. To a token that names its collections every other one
is as if it were not there, and so is told nothing of those that are.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from rag.api.engine import LibraryEngine
from rag.api.failures import Refused
from rag.api.tokens import Caller
from rag.collections import DEFAULT
from rag.collections.opened import Embeddings, Opened
from rag.config import Config
from rag.errors import CollectionError
from rag.keeping import keep_in_step
from rag.libraries import open_to_ask

Report = Callable[[str], None]


class Engines:
    """The usual engine, which is asked where no collection is named, and those of the others."""

    def __init__(self, usual: LibraryEngine, others: "Opened[LibraryEngine] | None" = None) -> None:
        self.usual = usual
        self.usual_name = usual.open_library.config.collection or DEFAULT
        self._others = others

    def names(self, caller: Caller) -> Sequence[str]:
        """The collections that a caller may ask, the usual one first."""
        there = self._others.names() if self._others else [self.usual_name]
        first = [name for name in there if name == self.usual_name]
        rest = [name for name in there if name != self.usual_name]
        return [name for name in (*first, *rest) if caller.may_ask(name)]

    def of(self, name: str, caller: Caller) -> LibraryEngine:
        """The engine of a collection, by default of the usual one; raises Refused."""
        name = name or self.usual_name
        if not caller.may_ask(name):
            raise _refused()
        if name == self.usual_name == DEFAULT:  # it cannot be removed, so nothing is looked up
            return self.usual
        if self._others is None:
            raise _refused()
        try:
            return self._others.of(name)
        except CollectionError:
            raise _refused() from None


def opened_to_ask(config: Config, report: Report) -> Opened[LibraryEngine]:
    """The collections of an installation, each opened when it is first asked."""
    embeddings = Embeddings()

    def begin(its: Config) -> LibraryEngine:
        library = open_to_ask(its, report, embeddings.open)
        stop = keep_in_step(library).set if library.sharing is not None else None
        return LibraryEngine(library, stop)

    return Opened(config, begin, LibraryEngine.close)


def _refused() -> Refused:
    return Refused(
        HTTPStatus.NOT_FOUND,
        "There is no such collection here for you; GET /v1/models names those that you may ask.",
        "collection_not_found",
    )

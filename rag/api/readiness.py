"""Whether questions can be answered: part by part, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from rag.api.engine import LibraryEngine
from rag.errors import FootnoteError
from rag.holdings import IndexState
from rag.holdings.counting import holdings_of

LOOKED = 10.0  # seconds for which what was found of the model's server holds


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that answers rest on; without one that is ``needed`` nothing is answered."""

    name: str
    is_well: bool
    text: str
    needed: bool = False


class Readiness:
    """Looks at an engine; the model's server is asked now and then only."""

    def __init__(self, engine: LibraryEngine) -> None:
        self._engine = engine
        self._model = Part("model", is_well=False, text="")
        self._looked = -LOOKED

    def parts(self) -> list[Part]:
        """Library, index and language model, as they are now."""
        return [*self._library(), self._model_now()]

    def _library(self) -> Iterator[Part]:
        library = self._engine.open_library
        try:
            self._engine.check()
            snapshot = library.snapshot()
            held = holdings_of(library)
        except FootnoteError as error:
            yield Part("library", is_well=False, text=str(error), needed=True)
            return
        text = (
            f"{held.documents} documents, {held.sentences} sentences, revision {snapshot.revision}"
        )
        yield Part("library", is_well=True, text=text, needed=True)
        is_behind = library.ledger.state()["index"] != "clean"
        exact = library.nearest() is None
        words = "searched exactly, without the vector index" if exact else str(IndexState.FRESH)
        behind = "behind the documents; " * is_behind
        yield Part("index", is_well=not is_behind, text=behind + words)

    def _model_now(self) -> Part:
        if monotonic() - self._looked >= LOOKED:
            self._model = self._look()
            self._looked = monotonic()
        return self._model

    def _look(self) -> Part:
        config = self._engine.open_library.config
        if not config.has_model:
            return Part("model", is_well=True, text="none is set: answers are quoted")
        from rag.model.reaching import reach

        try:
            found = reach(config)
        except FootnoteError as error:
            return Part("model", is_well=False, text=f"{error} Until then, answers are quoted.")
        return Part("model", is_well=True, text=f"{found.model} answers")

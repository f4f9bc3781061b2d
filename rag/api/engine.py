"""The engine behind the addresses: an open library, and a language model if one is configured.

Everything here works in threads and may be called from several at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.answering import answer_events
from rag.api.asked import Asked
from rag.errors import FingerprintError, LedgerAway, ModelError
from rag.evidence import retrieve_rows
from rag.fingerprint import fingerprint_of
from rag.libraries import Library
from rag.model import Model, model_named, open_model
from rag.model.wishes import Told, Wishes
from rag.scope import Search
from rag.types import AnswerEvent, Document


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """The language model did not answer; what follows is quoted."""

    reason: str


ApiEvent = AnswerEvent | ModelFailed
Answering = Callable[[Asked, Told], Iterator[ApiEvent]]


class LibraryEngine:
    """The engine over an open library, which it never changes."""

    def __init__(self, library: Library, stop: Callable[[], None] | None = None) -> None:
        self.open_library = library
        self._stop = stop  # what looks after the library meanwhile
        self._name = ""

    def close(self) -> None:
        """Let go of the library."""
        if self._stop is not None:
            self._stop()
        self.open_library.close()

    def answer(self, asked: Asked, told: Told) -> Iterator[ApiEvent]:
        """Answer event by event; ``told`` is told the tokens that each request took.

        A language model that cannot be had, or fails before it has said a word, costs only the
        prose: then comes ModelFailed, and the answer in quotes. Raises QuestionError.
        """
        self.check()
        if asked.in_quotes or not self.open_library.config.has_model:
            yield from self._events(None, asked)
            return
        try:
            yield from self._events(self._model(told if asked.counts else None), asked)
        except ModelError as error:
            yield ModelFailed(str(error))
            yield from self._events(None, asked)

    def retrieve(self, question: str, search: Search) -> list[dict[str, object]]:
        """The evidence for a question, best first; raises QuestionError."""
        self.check()
        return retrieve_rows(self.open_library, question, search)

    def document(self, name: str) -> Document | None:
        """One document, or None if there is no such one."""
        return self.open_library.document(name)

    def check(self) -> None:
        """Raise FingerprintError when the documents were indexed anew with other settings.

        While nobody can say so, answers rest on what was read last, which were made with ours.
        """
        try:
            made = self.open_library.ledger.state().get("fingerprint")
        except LedgerAway:
            return
        if made not in (None, fingerprint_of(self.open_library.embedding)):
            raise FingerprintError(
                "The documents were indexed anew with another embedding model than this server "
                "has; start it again with the settings that they were indexed with."
            )

    def _events(self, model: Model | None, asked: Asked) -> Iterator[AnswerEvent]:
        return answer_events(self.open_library, model, asked.question, asked.history, asked.search)

    def _model(self, told: Told | None) -> Model:
        config = self.open_library.config
        if not self._name:  # found at the first question: a server that is down keeps nothing shut
            model = open_model(config)
            assert model is not None  # one is configured
            self._name = model.name
        return model_named(config, self._name, Wishes(told=told))

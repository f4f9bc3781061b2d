"""The engine behind the pages: an open library, and a language model if one is configured."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from threading import Event

from rag.answering import FOR_ANSWERS, answer_events
from rag.collections.opened import Embeddings, Opened
from rag.config import Config
from rag.conversations import Conversations
from rag.conversations.since import since
from rag.drafts import Watch
from rag.errors import LedgerAway
from rag.feedback import feedback_file
from rag.holdings import Holdings
from rag.holdings.counting import holdings_of
from rag.ingest import ingest
from rag.keeping import keep_in_step
from rag.libraries import Library, open_library
from rag.model import Model, open_model
from rag.scope import EVERYWHERE, Scope, Search
from rag.shelf import Shelf
from rag.types import AnswerEvent, CheckedText, Citation, Compared, Document, Message
from rag.ui.engine import Engine
from rag.underway import Answers
from rag.verifying import verify

COMPARED = 1_000  # answers whose sources are not looked up again


class LibraryEngine:
    """The engine over an open library."""

    def __init__(self, library: Library, stop: Event | None = None) -> None:
        self._library = library
        self._stop = stop  # what looks after the library meanwhile
        self._model: Model | None = None
        self.shelf = Shelf(library)
        self._conversations = Conversations(library.config.data, library.config.ledger_url)
        self.answers = Answers(self)
        self._since = lru_cache(COMPARED)(self._compare)

    def close(self) -> None:
        """Let go of the documents; what is at work on them ends by itself."""
        self.shelf.close()
        if self._stop is not None:
            self._stop.set()
        self._library.close()

    @property
    def folder(self) -> Path:
        """Where documents are put by default."""
        return self._library.config.documents

    @property
    def feedback_file(self) -> Path:
        """Where what readers think of the answers is kept."""
        return feedback_file(self._library.config.data)

    @property
    def config(self) -> Config:
        """The settings that the program runs with."""
        return self._library.config

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return self._library.config.has_model

    @property
    def trouble(self) -> str:
        """Which server is away, and what that costs, as it was found last."""
        return self._library.trouble

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept."""
        return self._conversations

    def since(self, citations: Sequence[Citation]) -> Sequence[Compared]:
        """How citations stand today; nothing is said of them while the ledger is away."""
        try:
            revision = self._library.ledger.state()["revision"]
            return self._since(revision, tuple(citations))
        except LedgerAway:
            return ()

    def _compare(self, _revision: str, citations: tuple[Citation, ...]) -> Sequence[Compared]:
        return since(self._library.ledger, citations)

    def document_ids(self) -> Sequence[str]:
        """Name the documents, newest first."""
        entries = self.shelf.entries()
        dated = sorted(entries, key=lambda entry: str(entry.date or ""), reverse=True)
        return [entry.id for entry in dated]

    def document(self, document_id: str) -> Document | None:
        """Return one document, or None if there is no such one."""
        return self._library.document(document_id)

    def read_folder(self) -> Sequence[str]:
        """Bring the documents into step with the folder; returns what failed."""
        done = ingest(self._library, [self.folder])
        return [reason for _, reason in done.failed]

    def answer(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """Answer by the language model if there is one, else in quotes."""
        # Opened at the first question: a server that is down must not keep the page shut, nor
        # what was found from the reader.
        if self._model is None and self.has_model:
            yield from islice(self.quotes(question, history, scope), 1)
            self._model = open_model(self._library.config)
        yield from answer_events(self._library, self._model, question, history, _today(scope))

    def quotes(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """Answer in the documents' own words."""
        return answer_events(self._library, None, question, history, _today(scope))

    def check(self, text: str, watch: Watch) -> CheckedText:
        """Hold every claim of a text against the documents."""
        return verify(self._library, text, watch=watch)

    def holdings(self) -> Holdings:
        """How much is indexed, and how the index stands."""
        return holdings_of(self._library)


def _today(scope: Scope) -> Search:
    return replace(FOR_ANSWERS, scope=scope, asked=dt.datetime.now().astimezone().date())


def opened_to_show(config: Config) -> Opened[Engine]:
    """The collections of an installation, each opened when it is first looked at."""
    embeddings = Embeddings()
    return Opened(config, partial(open_engine, embeddings), _close)


def open_engine(embeddings: Embeddings, config: Config) -> LibraryEngine:
    """Open the data folder of a collection; raises FootnoteError.

    Until the vector index is open, exact search answers.
    """
    library = open_library(config, embeddings=embeddings.open)
    library.serve_others()
    stop = None
    if library.sharing is not None:
        stop = keep_in_step(library)
    elif library.is_owner:
        library.prepare_index_aside()
    engine = LibraryEngine(library, stop)
    if library.is_owner and library.config.watch:
        engine.shelf.follow()
    return engine


def _close(engine: Engine) -> None:
    assert isinstance(engine, LibraryEngine)  # it was made here
    engine.close()

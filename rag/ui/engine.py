"""What the pages need of the program."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from rag.config import Config
from rag.conversations import Conversations
from rag.drafts import Watch
from rag.holdings import Holdings
from rag.scope import EVERYWHERE, Scope
from rag.types import AnswerEvent, CheckedText, Citation, Compared, Document, Message
from rag.ui.shelving import Shelving
from rag.underway import Answers


class Engine(Protocol):
    """Documents, and answers about them; its methods may raise FootnoteError."""

    @property
    def folder(self) -> Path:
        """Where documents are put by default."""

    @property
    def feedback_file(self) -> Path:
        """Where what readers think of the answers is kept."""

    @property
    def config(self) -> Config:
        """The settings that the program runs with."""

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured, reachable or not."""

    @property
    def trouble(self) -> str:
        """Which server is away, and what that costs, in a sentence; else empty."""

    @property
    def shelf(self) -> Shelving:
        """The documents as they are kept, and what is being done to them."""

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept."""

    @property
    def answers(self) -> Answers:
        """The answers that are under way, whoever asked."""

    def since(self, citations: Sequence[Citation]) -> Sequence[Compared]:
        """How citations stand today, or nothing while nobody can say so.

        The same sequence as before while no document changes.
        """

    def document_ids(self) -> Sequence[str]:
        """The public names of the documents, newest first."""

    def document(self, document_id: str) -> Document | None:
        """One document, or None if there is no such one."""

    def read_folder(self) -> Sequence[str]:
        """Bring the documents into step with the folder; returns what failed, a sentence each."""

    def answer(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """The answer as it comes: by the language model if there is one, else in quotes."""

    def quotes(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """The answer in the documents' own words, whether or not there is a model."""

    def check(self, text: str, watch: Watch) -> CheckedText:
        """Hold every claim of a text against the documents; ``watch`` is told how far it is."""

    def holdings(self) -> Holdings:
        """How much is indexed, and how the index stands."""

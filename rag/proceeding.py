"""A question is answered: the states of its turn, each in place of the one before.

begun → evidence → text and marks, bit by bit → the answer; or what went wrong
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag.errors import FootnoteError, ModelError
from rag.scope import EVERYWHERE, Scope
from rag.turns import Turn
from rag.types import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    Citation,
    EvidenceFound,
    Mark,
    MarkAdded,
    Message,
    Mode,
    Outcome,
    TextAdded,
    Waiting,
)


class Answering(Protocol):
    """Who answers; its methods may raise FootnoteError."""

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured, reachable or not."""

    def answer(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """The answer as it comes: by the language model if there is one, else in quotes."""

    def quotes(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        """The answer in the documents' own words, whether or not there is a model."""


def ask(
    engine: Answering, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
) -> Iterator[Turn]:
    """A question in all the states of its turn."""
    return proceed(engine, begin(engine, question, history, scope))


def begin(
    engine: Answering, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
) -> Turn:
    """The turn of a question that nothing was done about yet."""
    mode = Mode.MODEL if engine.has_model else Mode.QUOTES
    return replace(_blank(question, mode, history), scope=scope)


def proceed(engine: Answering, begun: Turn) -> Generator[Turn]:
    """A turn that was begun in all its states, each to be shown in place of the one before.

    A language model that cannot be had costs only the prose: the answer is then quoted. Closing
    the iterator stops the model.
    """
    turn, history = begun, list(begun.history)
    try:
        for turn in _unfold(begun, engine.answer(begun.question, history, begun.scope)):
            yield turn
    except ModelError as error:
        yield from _without_model(engine, replace(turn, error=str(error)), history)
    except FootnoteError as error:
        yield replace(turn, error=str(error))


def _blank(question: str, mode: Mode, history: Sequence[Message]) -> Turn:
    answer = Answer(question, question, Outcome.ANSWERED, mode, "")
    return Turn(question, answer, history=tuple(history))


def _without_model(engine: Answering, turn: Turn, history: Sequence[Message]) -> Iterator[Turn]:
    """Keep what the model wrote, if anything; else quote."""
    if turn.answer.text:
        yield replace(turn, answer=replace(turn.answer, incomplete=True))
        return
    blank = _blank(turn.question, Mode.QUOTES, history).answer
    quoted = replace(turn, answer=blank, silent=0.0)
    try:
        yield from _unfold(quoted, engine.quotes(turn.question, history, turn.scope))
    except FootnoteError as error:
        yield replace(turn, error=str(error))


def _unfold(turn: Turn, events: Iterable[AnswerEvent]) -> Iterator[Turn]:
    for event in events:
        turn = _after(turn, event)
        yield turn


def _after(turn: Turn, event: AnswerEvent) -> Turn:
    match event:
        case EvidenceFound(sources):
            return replace(turn, sources=sources)
        case Waiting(seconds):
            return replace(turn, silent=seconds)
        case TextAdded(text):
            answer = replace(turn.answer, text=turn.answer.text + text)
            return replace(turn, answer=answer, silent=0.0)
        case MarkAdded(citation):
            return replace(turn, answer=_with_mark(turn.answer, citation))
        case AnswerFinished(answer):
            return replace(turn, answer=answer, finished=True)


def _with_mark(answer: Answer, citation: Citation) -> Answer:
    others = [one for one in answer.citations if one.number != citation.number]
    mark = Mark(len(answer.text), citation.number)
    return replace(answer, citations=(*others, citation), marks=(*answer.marks, mark))

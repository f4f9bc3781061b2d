"""One question and what became of it, while it is being answered and afterwards."""

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from rag.conversations.turns import KeptTurn, now
from rag.errors import FootnoteError, ModelError
from rag.scope import EVERYWHERE, Scope
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
    Source,
    TextAdded,
    Waiting,
)
from rag.ui.engine import Engine

UNDERWAY: set[str] = set()
"""The ids of the turns that are being answered in this process, in whatever tab."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, the sentences found, the answer as far as it has come, and what went wrong.

    Until ``finished`` the answer holds text and unchecked marks only; ``silent`` are the seconds
    for which the language model has said nothing. ``history`` is the conversation before,
    ``scope`` the documents it was asked of; ``id`` is the turn's own in all its states.
    ``stopped``: nobody goes on with it, though it is not finished.
    """

    question: str
    answer: Answer
    sources: tuple[Source, ...] = ()
    finished: bool = False
    error: str = ""
    silent: float = 0.0
    history: tuple[Message, ...] = ()
    scope: Scope = EVERYWHERE
    stopped: bool = False
    asked: dt.datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.finished or self.stopped or bool(self.error)


def ask(
    engine: Engine, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
) -> Iterator[Turn]:
    """A question in all the states of its turn."""
    return proceed(engine, begin(engine, question, history, scope))


def begin(
    engine: Engine, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
) -> Turn:
    """The turn of a question that nothing was done about yet."""
    mode = Mode.MODEL if engine.has_model else Mode.QUOTES
    return replace(_blank(question, mode, history), scope=scope)


def proceed(engine: Engine, begun: Turn) -> Generator[Turn]:
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


def history_of(turns: Iterable[Turn]) -> list[Message]:
    """The conversation so far, as the engine takes it; turns without an answer are left out."""
    return [
        message
        for turn in turns
        if turn.answer.text
        for message in (Message("user", turn.question), Message("assistant", turn.answer.text))
    ]


def stopped(turn: Turn) -> Turn:
    """The same turn, with which nobody goes on; a turn that is over stays as it is."""
    if turn.is_over:
        return turn
    return replace(turn, stopped=True, answer=replace(turn.answer, incomplete=True))


def kept_of(turn: Turn) -> KeptTurn:
    """What is kept of a turn: all but the conversation before it."""
    return KeptTurn(
        id=turn.id,
        question=turn.question,
        answer=turn.answer,
        sources=turn.sources,
        finished=turn.finished,
        stopped=turn.stopped,
        error=turn.error,
        asked=turn.asked,
        scope=turn.scope,
    )


def turns_of(kept: Iterable[KeptTurn]) -> list[Turn]:
    """The turns that were kept, each with the conversation before it."""
    turns: list[Turn] = []
    for one in kept:
        turns.append(
            Turn(
                question=one.question,
                answer=one.answer,
                sources=one.sources,
                finished=one.finished,
                error=one.error,
                history=tuple(history_of(turns)),
                stopped=one.stopped,
                asked=one.asked,
                scope=one.scope,
                id=one.id,
            )
        )
    return turns


def found_sentences(sources: Iterable[Source]) -> list[Citation]:
    """The sentences of sources as citations without number and verdict."""
    return [
        Citation(
            number=0,
            document=source.document_id,
            title=source.title,
            date=source.date,
            sentence_ids=(it.id,),
            start=it.start,
            end=it.end,
            text=it.text,
            pages=it.pages,
        )
        for source in sources
        for it in source.sentences
    ]


def _blank(question: str, mode: Mode, history: Sequence[Message]) -> Turn:
    answer = Answer(question, question, Outcome.ANSWERED, mode, "")
    return Turn(question, answer, history=tuple(history))


def _without_model(engine: Engine, turn: Turn, history: Sequence[Message]) -> Iterator[Turn]:
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

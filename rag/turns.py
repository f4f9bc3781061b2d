"""One question and what became of it, while it is being answered and afterwards."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import uuid4

from rag.conversations.turns import KeptTurn, now
from rag.scope import EVERYWHERE, Scope
from rag.types import Answer, Citation, Message, Source


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

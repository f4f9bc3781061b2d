"""One question and what became of it, while it is being answered and afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from rag.errors import FootnoteError, ModelError
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
)
from rag.ui.engine import Engine


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, the sentences found, the answer as far as it has come, and what went wrong.

    Until ``finished`` the answer holds text and unchecked marks only. ``history`` is the
    conversation before; ``id`` is the turn's own in all its states.
    """

    question: str
    answer: Answer
    sources: tuple[Source, ...] = ()
    finished: bool = False
    error: str = ""
    history: tuple[Message, ...] = ()
    id: str = field(default_factory=lambda: uuid4().hex)


def ask(engine: Engine, question: str, history: Sequence[Message]) -> Iterator[Turn]:
    """The turn in all its states, each to be shown in place of the one before.

    A language model that cannot be had costs only the prose: the answer is then quoted.
    """
    start = turn = _begin(question, Mode.MODEL if engine.has_model else Mode.QUOTES, history)
    try:
        for turn in _unfold(start, engine.answer(question, history)):
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


def _begin(question: str, mode: Mode, history: Sequence[Message]) -> Turn:
    answer = Answer(question, question, Outcome.ANSWERED, mode, "")
    return Turn(question, answer, history=tuple(history))


def _without_model(engine: Engine, turn: Turn, history: Sequence[Message]) -> Iterator[Turn]:
    """Keep what the model wrote, if anything; else quote."""
    if turn.answer.text:
        yield replace(turn, answer=replace(turn.answer, incomplete=True))
        return
    quoted = replace(_begin(turn.question, Mode.QUOTES, history), error=turn.error)
    try:
        yield from _unfold(quoted, engine.quotes(turn.question, history))
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
        case TextAdded(text):
            return replace(turn, answer=replace(turn.answer, text=turn.answer.text + text))
        case MarkAdded(citation):
            return replace(turn, answer=_with_mark(turn.answer, citation))
        case AnswerFinished(answer):
            return replace(turn, answer=answer, finished=True)


def _with_mark(answer: Answer, citation: Citation) -> Answer:
    others = [one for one in answer.citations if one.number != citation.number]
    mark = Mark(len(answer.text), citation.number)
    return replace(answer, citations=(*others, citation), marks=(*answer.marks, mark))

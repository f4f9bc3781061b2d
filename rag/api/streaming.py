"""A chat completion as a stream: role, text and marks as they come, citations, the end."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from rag.api.completions import (
    Head,
    annotations_of,
    answer_record,
    chunk,
    usage_chunk,
    usage_of,
)
from rag.api.content import Content
from rag.api.engine import ModelFailed
from rag.api.failures import error_body, model_cut, refused
from rag.api.served import Opened
from rag.api.shapes import DONE, SILENCE, event
from rag.api.sources import below
from rag.rendering.marks import Link
from rag.types import Answer, AnswerFinished, MarkAdded, TextAdded, Waiting


@dataclass(frozen=True, slots=True)
class Telling:
    """How an answer is told: where links lead, whether its sources are listed and tokens counted.

    ``failed`` is told the code of an error that ends the stream.
    """

    head: Head
    link: Link
    lists_sources: bool
    counts: bool
    failed: Callable[[str], None]


async def streamed(telling: Telling, opened: Opened) -> AsyncGenerator[str]:
    """The server-sent events of one completion; an error is the last of them."""
    yield event(chunk(telling.head, {"role": "assistant", "content": ""}))
    try:
        async with aclosing(_told(telling, opened)) as lines:
            async for line in lines:
                yield line
    except Exception as error:  # noqa: BLE001 - the response has begun: this is its last word
        told = refused(error)
        telling.failed(told.code)
        yield event(error_body(told))
    yield DONE


async def _told(telling: Telling, opened: Opened) -> AsyncGenerator[str]:
    content, failure = Content(), ""
    async with aclosing(opened.events()) as events:
        async for one in events:
            match one:
                case None | Waiting():
                    yield SILENCE
                case TextAdded() | MarkAdded():
                    if piece := _piece(content, one):
                        yield event(chunk(telling.head, {"content": piece}))
                case AnswerFinished():
                    for line in _ended(telling, content, one.answer, failure, opened):
                        yield line
                case ModelFailed():
                    failure = one.reason


def _piece(content: Content, one: TextAdded | MarkAdded) -> str:
    return (
        content.add(one.text) if isinstance(one, TextAdded) else content.mark(one.citation.number)
    )


def _ended(
    telling: Telling, content: Content, answer: Answer, failure: str, opened: Opened
) -> Iterator[str]:
    last = content.rest() + below(answer, telling.link, failure, listed=telling.lists_sources)
    if last:
        yield event(chunk(telling.head, {"content": last}))
    notes = annotations_of(content, answer, telling.link)
    record = answer_record(answer, failure)
    yield event(chunk(telling.head, {"annotations": notes}, footnote=record))
    if answer.incomplete:
        telling.failed(model_cut().code)
        yield event(error_body(model_cut()))
        return
    yield event(chunk(telling.head, {}, "stop"))
    usage = usage_of(opened.tokens, answer)
    if telling.counts and usage:
        yield event(usage_chunk(telling.head, usage))

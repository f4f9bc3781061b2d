"""An answer that is wanted whole."""

from contextlib import aclosing

from rag.api.engine import ModelFailed
from rag.api.served import Opened
from rag.types import Answer, AnswerFinished


async def finished(opened: Opened) -> tuple[Answer, str]:
    """The answer, and why it is quoted though a model was asked; raises what went wrong."""
    failure = ""
    async with aclosing(opened.events()) as events:
        async for one in events:
            if isinstance(one, ModelFailed):
                failure = one.reason
            if isinstance(one, AnswerFinished):
                return one.answer, failure
    raise AssertionError("the events of an answer end with the answer")

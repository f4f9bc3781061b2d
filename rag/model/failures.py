"""What went wrong with a model server, in our words."""

from collections.abc import Callable, Sequence

import httpx
import openai

from rag.errors import ModelError
from rag.model import refusals
from rag.model.clock import LateError, LengthError
from rag.model.connection import refusal_of
from rag.model.refusals import Call


class UnfinishedError(Exception):
    """The stream ended without saying that it was finished, or said that it was not."""


def explained(
    failure: Exception,
    call: Call,
    models: Callable[[], Sequence[str]] = tuple,
    *,
    said: bool = False,
) -> ModelError:
    """The same failure in our words; ``models`` lists what the server has, if it comes to that."""
    match failure:
        case (
            LateError() | LengthError() | UnfinishedError(args=(refusals.LENGTH | refusals.FILTER,))
        ):
            return _stopped(failure, call, said=said)
        case _ if said:
            return refusals.cut(call, refusals.reason_of(failure))
        case openai.APIConnectionError() | httpx.TransportError():
            return refusals.unreachable(call, refusals.reason_of(failure))
        case openai.APIError():
            return refusals.refused(call, refusal_of(failure), models)
        case _:
            # ours say what they are about; behind them lies what they interrupted
            is_ours = isinstance(failure, httpx.DecodingError)
            return refusals.nonsense(call, str(failure) if is_ours else refusals.reason_of(failure))


def _stopped(failure: Exception, call: Call, *, said: bool) -> ModelError:
    """A reply that one of the limits ended: ours, or those of the server."""
    match failure:
        case LateError():
            return refusals.late(call, said=said)
        case LengthError():
            return refusals.endless(call)
        case UnfinishedError(args=(refusals.FILTER,)):
            return refusals.withheld(call, said=said)
        case _:
            return refusals.too_short(call)

"""What a model server did wrong, in words that say what to do: plain values in, ModelError out.

Nothing here knows a vendor. Every function returns the error and leaves the raising to the caller.
"""

import re
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from rag.errors import (
    ModelBusy,
    ModelCut,
    ModelDenied,
    ModelError,
    ModelUnknown,
    ModelUnreachable,
)
from rag.mishaps import redacted

MAX_DETAIL = 200
"""Characters of a server's own words that a message repeats."""

MAX_NAMES = 5
"""Models that a message about an unknown one lists."""

LENGTH, FILTER = "length", "content_filter"
"""What servers call a finish that is none: out of room, or held back."""

_QUOTA = re.compile(r"quota|billing|credit|payment|insufficient", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"model_not_found|(unknown|invalid|no such) model"
    r"|\bmodel\b.{0,99}(not found|not exist|n't exist|is unknown|unavailable)",
    re.IGNORECASE | re.DOTALL,
)
_TURNED_DOWN = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_TOO_LONG = re.compile(
    r"context_length|context (length|window|size)|maximum context|too many tokens", re.IGNORECASE
)

_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (ConnectionRefusedError, "nothing answers at that address"),
    (socket.gaierror, "there is no such host"),
    (ssl.SSLError, "no secure connection, its certificate is not trusted or it has none"),
    (TimeoutError, "no word from it in time"),
    ((ValueError, RecursionError), "it sent what is no JSON"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """Who was asked for what, as far as messages tell: ``setting`` is where the model is named."""

    url: str
    model: str
    setting: str = "RAG_MODEL"
    secret: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """The server's address without user name, password or query."""
        return re.sub(r"//[^/?#]*@", "//", self.url).partition("?")[0]

    def safe(self, detail: str) -> str:
        """The server's own words on one line, short, with key and password taken out."""
        shown = redacted(detail.replace(self.secret, "(key)") if self.secret else detail)
        shown = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
        return shown if len(shown) <= MAX_DETAIL else shown[:MAX_DETAIL].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that the server sent: HTTP status (0 inside a stream), its code and its words."""

    status: int
    code: str
    detail: str


def refused(call: Call, refusal: Refusal, models: Callable[[], Sequence[str]]) -> ModelError:
    """The error for a request that the server turned down; ``models`` lists what it has."""
    said = f"{refusal.code} {refusal.detail}"
    if _is_quota(refusal) or refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _busy(call, refusal)
    if refusal.status in _TURNED_DOWN and _TOO_LONG.search(said):
        return _too_long(call)
    if refusal.status == HTTPStatus.NOT_FOUND or _names_unknown(refusal):
        return unknown(call, models())
    if refusal.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _denied(call, refusal)
    return _failed(call, refusal)


def may_pass(refusal: Refusal) -> bool:
    """Whether the same request has a chance a second later."""
    busy = refusal.status == HTTPStatus.TOO_MANY_REQUESTS and not _is_quota(refusal)
    return busy or refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _is_quota(refusal: Refusal) -> bool:
    """Whether an account has nothing left, so that waiting does not help."""
    limited = refusal.status == HTTPStatus.TOO_MANY_REQUESTS
    said = _QUOTA.search(f"{refusal.code} {refusal.detail}")
    return refusal.status == HTTPStatus.PAYMENT_REQUIRED or bool(limited and said)


def _names_unknown(refusal: Refusal) -> bool:
    said = _UNKNOWN.search(f"{refusal.code} {refusal.detail}")
    return bool(said) and refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR


def _busy(call: Call, refusal: Refusal) -> ModelError:
    if _is_quota(refusal):
        return ModelBusy(
            f"The account behind OPENAI_API_KEY has no quota left at {call.server}; "
            "add credit there, or use another key."
        )
    return ModelBusy(f"{call.server} gets too many requests just now; wait a minute, ask again.")


def _denied(call: Call, refusal: Refusal) -> ModelError:
    if refusal.status == HTTPStatus.FORBIDDEN:
        words = (
            f"{call.server} does not allow the use of the model {call.model!r} "
            f"({call.safe(refusal.detail)}); change {call.setting} or OPENAI_API_KEY."
        )
    elif call.secret:
        words = f"{call.server} refuses the key in OPENAI_API_KEY; check it, or make a new one."
    else:
        words = f"{call.server} asks for a key; set OPENAI_API_KEY."
    return ModelDenied(words)


def unwritable_key() -> ModelError:
    """The error for a key that cannot be sent at all."""
    return ModelDenied(
        "OPENAI_API_KEY holds a character that no key has (a space, a line break, a letter with an "
        "accent); copy the key again."
    )


def _too_long(call: Call) -> ModelError:
    return ModelError(
        f"The question with its sentences is too long for the model {call.model!r}; "
        f"set {call.setting} to a model with a larger context, or give this one more."
    )


def unknown(call: Call, names: Sequence[str]) -> ModelError:
    """The error for a model that the server does not have; ``names`` are those it lists."""
    if not call.model:
        return nonsense(call, "it lists no models")
    if not names:
        return ModelUnknown(
            f"{call.server} does not know the model {call.model!r}, or is not the right address; "
            f"check {call.setting}, and OPENAI_BASE_URL (it mostly ends in /v1)."
        )
    listed = ", ".join(call.safe(name) for name in names[:MAX_NAMES])
    more = " and others" if len(names) > MAX_NAMES else ""
    return ModelUnknown(
        f"{call.server} has no model {call.model!r}; set {call.setting} to one it has: "
        f"{listed}{more}."
    )


def _failed(call: Call, refusal: Refusal) -> ModelError:
    status = f"HTTP {refusal.status}: " if refusal.status else ""
    return ModelError(
        f"{call.server} failed ({status}{call.safe(refusal.detail) or 'no reason given'}); "
        "ask again, and look at the server's log if it stays so."
    )


def unreachable(call: Call, reason: str) -> ModelError:
    """The error for a server that no request got through to, or that stayed silent."""
    return ModelUnreachable(
        f"The model server {call.server} cannot be used: {call.safe(reason)}; "
        "check that it runs, and OPENAI_BASE_URL."
    )


def cut(call: Call, reason: str) -> ModelError:
    """The error for a reply that began and did not come to its end."""
    return ModelCut(
        f"The reply stopped in the middle ({call.safe(reason)}), so what you see is not all; "
        f"ask again, and look at the log of {call.server} if it stays so."
    )


def nonsense(call: Call, reason: str) -> ModelError:
    """The error for a reply that cannot be read and that showed nothing."""
    return ModelError(
        f"{call.server} sent no usable reply ({call.safe(reason)}); ask again, and check that "
        "OPENAI_BASE_URL is an OpenAI-compatible address (it mostly ends in /v1)."
    )


def too_short(call: Call) -> ModelError:
    """The error for a reply that ran into the server's limit on length."""
    return ModelCut(
        f"The model {call.model!r} used up the length that {call.server} allows a reply before it "
        "was done; ask for less at once, or raise the limit there."
    )


def late(call: Call, *, said: bool) -> ModelError:
    """The error for a reply that was not done in time."""
    if said:
        return cut(call, "it took too long")
    return unreachable(call, "no word from it in time")


def endless(call: Call) -> ModelError:
    """The error for a reply that went on and on."""
    return ModelCut(
        f"The model {call.model!r} went on and on and was stopped, so what you see is not all; ask "
        f"again, or set {call.setting} to another model."
    )


def withheld(call: Call, *, said: bool) -> ModelError:
    """The error for a reply that the server's content filter stopped."""
    words = f"The content filter of {call.server} stopped the reply; ask in other words."
    return ModelCut(words) if said else ModelError(words)


def reason_of(failure: BaseException) -> str:
    """What lies at the bottom of a failed request, in a few words."""
    words = next((words for kinds, words in _REASONS if isinstance(failure, kinds)), "")
    # the layers between hide what they wrap ("from None"), but it is still their context
    wrapped = failure.__cause__ or failure.__context__
    return words or (reason_of(wrapped) if wrapped else str(failure))

"""Connections to OpenAI-compatible servers: opened, asked again after a failure, given up in time.

The vendor sends and parses; deadlines and second attempts are ours, because its own wait for ten
minutes, follow a ``Retry-After`` of two, and twenty redirections.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TypeVar

import httpx  # what openai is made of: failures inside a stream arrive as httpx raised them
import openai

from rag.config import Config
from rag.model import refusals
from rag.model.bounded import bound
from rag.model.clock import Patience, in_time
from rag.model.refusals import Call, Refusal

PUBLIC_SERVER = "https://api.openai.com/v1"
NO_KEY = "no-key"
"""Sent to servers that want none; the vendor refuses to send nothing."""

REDIRECTS = 5
"""A server that is elsewhere says so once or twice."""

Item = TypeVar("Item")
FAILURES = (openai.OpenAIError, httpx.HTTPError, httpx.StreamError, ValueError, RecursionError)
"""What a broken server makes the vendor raise; ValueError: JSON or UTF-8 that is none."""


def call_of(config: Config, model: str, setting: str) -> Call:
    """Which model of which server is asked, by the name of its setting. Raises ModelError."""
    call = Call(config.base_url or PUBLIC_SERVER, model, setting, config.api_key)
    if not all("!" <= character <= "~" for character in config.api_key):
        raise refusals.unwritable_key()
    return call


def connected(call: Call, patience: Patience) -> openai.OpenAI:
    """The vendor's client, which waits and tries again as we say. Raises ModelError."""
    timeout = httpx.Timeout(patience.silence, connect=patience.connect)
    try:
        return openai.OpenAI(
            api_key=call.secret or NO_KEY,
            base_url=call.url,
            max_retries=0,
            timeout=timeout,
            http_client=_transport(call.url, timeout),
        )
    except (httpx.InvalidURL, ImportError, ValueError) as failure:  # ImportError: a SOCKS proxy
        raise refusals.unreachable(call, f"the address or a proxy setting: {failure}") from None


def _transport(url: str, timeout: httpx.Timeout) -> httpx.Client:
    """A connection that goes round the proxy when the server is on this machine."""
    here = httpx.URL(url).host in ("localhost", "127.0.0.1", "::1")
    return httpx.Client(
        timeout=timeout,
        follow_redirects=True,
        max_redirects=REDIRECTS,
        trust_env=not here,
        verify=_trusted(is_here=here),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [bound]},
    )


@cache
def _trusted(*, is_here: bool) -> ssl.SSLContext:
    """The certificates that are trusted, read once: it takes longer than a search."""
    return httpx.create_ssl_context(trust_env=not is_here)


def attempted(attempt: Callable[[], Iterator[Item]], pauses: Sequence[float]) -> Iterator[Item]:
    """The items of an attempt; one that fails before its first is made again after a pause."""
    for pause in pauses:
        begun = False
        try:
            for item in attempt():
                begun = True
                yield item
        except FAILURES as failure:
            if begun or not _may_pass(failure):
                raise
            time.sleep(pause)
        else:
            return
    yield from attempt()


def at_once(ask: Callable[[], Item], patience: Patience) -> Item:
    """What a request gives that is answered in one piece, within the deadline of each attempt."""
    seconds = patience.limits.deadline
    (answer,) = attempted(lambda: iter([in_time(ask, seconds)]), patience.pauses)
    return answer


def _may_pass(failure: Exception) -> bool:
    """Whether asking again at once has a chance."""
    if isinstance(failure, openai.APIStatusError):
        return refusals.may_pass(refusal_of(failure))
    silent = isinstance(failure, (openai.APITimeoutError, httpx.TimeoutException))
    return not silent and isinstance(failure, (openai.APIConnectionError, httpx.TransportError))


def refusal_of(failure: openai.APIError) -> Refusal:
    """What a server said when it refused."""
    body = failure.body
    detail = body.get("message") if isinstance(body, dict) else body
    status = getattr(failure, "status_code", 0)
    code = f"{failure.code or ''} {failure.type or ''}".strip()
    return Refusal(status, code, detail if isinstance(detail, str) else "")

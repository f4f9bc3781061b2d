"""The headers that keep the browser from loading or running anything that is not ours.

They stand behind the escaping, not in its place: whatever slips through has nowhere to go. What no
header forbids, that a page goes to another one by itself, ``assets/stay.js`` does.
"""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit

Headers = list[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
FELLOWS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-dns-prefetch-control", b"off"),  # a policy says nothing of names that are looked up ahead
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), usb=(), display-capture=()",
    ),
)
HEAD = b"<head>"  # of Streamlit's page; ours write the script themselves
STAY = b'<script src="./assets/stay.js"></script>'


def policy(index: str) -> str:
    """The content security policy for a page whose HTML is ``index``.

    Scripts run if they are files of this server or one of the page's own inline ones, named
    by their hashes; styles may stand inline, as Streamlit's do.
    """
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(map(_source_of, inline))}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def headers_of_a_page() -> dict[str, str]:
    """All of the headers, for a response that no middleware sees."""
    named = [(b"content-security-policy", policy(_index()).encode()), *FELLOWS]
    return {name.decode(): value.decode() for name, value in named}


class SafetyHeaders:
    """ASGI middleware: every response says what the browser may load, and gives nothing away.

    A response that has a policy of its own keeps that. Streamlit's page gets ``STAY``.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app
        self._headers = [(b"content-security-policy", policy(_index()).encode()), *FELLOWS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = _Page(self._headers, send)
        await self._app(_unpacked(scope), receive, page.send)


class _Page:
    """One response on its way: its headers are held back until it is known whether it grows."""

    def __init__(self, headers: Headers, send: Send) -> None:
        self._headers = headers
        self._send = send
        self._start: Scope | None = None

    async def send(self, message: Scope) -> None:
        """Send a part of the response, with what is added to it."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._is_streamlits(message):
            message = {**message, "body": message.get("body", b"").replace(HEAD, HEAD + STAY, 1)}
        if self._start is not None:
            await self._send({**self._start, "headers": self._added(message)})
            self._start = None
        await self._send(message)

    def _is_streamlits(self, message: Scope) -> bool:
        """Whether this may begin a page that is not ours: ours have a policy or the script."""
        if self._start is None or message["type"] != "http.response.body":
            return False
        names = {name.lower() for name, _ in self._start.get("headers", [])}
        return b"content-security-policy" not in names and b"stay.js" not in message.get(
            "body", b""
        )

    def _added(self, first: Scope) -> Headers:
        """The headers of the response with ours, and the length that it has now."""
        assert self._start is not None
        given = [(name.lower(), value) for name, value in self._start.get("headers", [])]
        names = {name for name, _ in given}
        if STAY in first.get("body", b"") and not first.get("more_body"):
            given = [pair for pair in given if pair[0] != b"content-length"]
            given.append((b"content-length", str(len(first["body"])).encode()))
        return [*given, *(ours for ours in self._headers if ours[0] not in names)]


def _unpacked(scope: Scope) -> Scope:
    """The request without a wish for a packed page: what is packed cannot be added to."""
    asks = dict(scope["headers"])
    if b"text/html" not in asks.get(b"accept", b""):
        return scope
    return {**scope, "headers": [one for one in scope["headers"] if one[0] != b"accept-encoding"]}


def _source_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _index() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")

"""The header that keeps the browser from loading or running anything that is not ours.

It stands behind the escaping, not in its place: whatever slips through has nowhere to go.
"""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


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
            "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class SafetyHeaders:
    """ASGI middleware: every response says what the browser may load, and gives nothing away.

    A response that has a policy of its own keeps that.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app
        self._headers = [
            (b"content-security-policy", policy(_index()).encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""

        async def send_with_headers(message: Scope) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", [])
                names = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *(it for it in self._headers if it[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _source_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _index() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")

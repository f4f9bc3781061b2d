"""JSON and event streams as they go over the wire: ASCII, so that no client can cut them wrongly.

Half characters and the line ends that only some programs take for such are escaped.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

SILENCE = ": waiting\n\n"
"""A comment of an event stream, which keeps connections open that would be closed as idle."""

DONE = "data: [DONE]\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # no proxy is to collect it


class Json(JSONResponse):
    """A response in JSON."""

    def render(self, content: object) -> bytes:
        """Escape whatever is not ASCII."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


class Events(StreamingResponse):
    """A response that is a stream of server-sent events; its reader's leaving closes them."""

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, headers=_HEADERS, media_type="text/event-stream")
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them until they end, or nobody reads them any more."""
        async with aclosing(self._events):
            await super().__call__(scope, receive, send)


def event(data: object, name: str = "") -> str:
    """One server-sent event."""
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {json.dumps(data, separators=(',', ':'))}\n\n"

"""JSON and event streams as they go over the wire: ASCII, so that no client can cut them wrongly.

Half characters and the line ends that only some programs take for such are escaped.
"""

import json
from collections.abc import AsyncIterator

from starlette.responses import JSONResponse, StreamingResponse

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
    """A response that is a stream of server-sent events; it ends when its reader goes away."""

    def __init__(self, events: AsyncIterator[str]) -> None:
        super().__init__(events, headers=_HEADERS, media_type="text/event-stream")


def event(data: object, name: str = "") -> str:
    """One server-sent event."""
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {json.dumps(data, separators=(',', ':'))}\n\n"

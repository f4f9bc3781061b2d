"""ASGI middleware that stands before everything: who is not to come in is told so, and no more."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.ui.doors import Doors, fault_of_request

SIGN_IN = "Sign in first, at the address of the chat."
NOT_SERVED = "This is not served."

# What anybody may have who has not signed in: the empty page, its scripts and looks, and the way to
# sign in. What is in a page comes by the socket, where ``rag.ui.login`` stands at the door.
_FOR_ALL = re.compile(
    r"/(?:ask|documents|check|evaluation|state)?"
    r"|/(?:assets|static)/.*|/favicon\.(?:png|ico)"
    r"|/auth/(?:login|logout)|/oauth2callback"
    r"|/(?:[a-z]+/)?_stcore/(?:health|host-config|stream)"
)
_FOR_NOBODY = re.compile(r".*/_stcore/(?:agent|metrics|script-health-check).*")


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal: the status of HTTP, and why."""

    status: int
    words: str


class Doorkeeper:
    """Holds every request against the doors; ``may_read`` looks at the cookies of a visitor."""

    def __init__(
        self, app: ASGIApp, doors: Callable[[], Doors], may_read: Callable[[str], bool]
    ) -> None:
        self._app = app
        self._doors = doors
        self._may_read = may_read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it with a sentence."""
        fault = self._fault(scope) if scope["type"] in ("http", "websocket") else None
        if fault is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(fault.words, fault.status)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": fault.words[:120]})

    def _fault(self, scope: Scope) -> Fault | None:
        headers, doors = Headers(scope=scope), self._doors()
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        words = fault_of_request(doors, host, headers.get("origin"), _reached(scope))
        if words:
            return Fault(403 if host else 400, words)
        if _FOR_NOBODY.fullmatch(scope["path"]):
            return Fault(404, NOT_SERVED)
        is_private = doors.has_login and not _FOR_ALL.fullmatch(scope["path"])
        if is_private and not self._may_read(headers.get("cookie", "")):
            return Fault(401, SIGN_IN)
        return None


def _reached(scope: Scope) -> str:
    """The address of this machine that a request came in at; a file for a socket is of here."""
    host, port = scope.get("server") or ("", None)
    return str(host) if port is not None else "localhost"

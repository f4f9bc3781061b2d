"""What every request passes first: its host, its token, and the last word on what goes wrong."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.failures import Refused, error_response
from rag.api.settings import ApiSettings
from rag.api.tokens import ANYBODY, Caller, caller_of

OPEN = frozenset({"/health", "/ready"})
"""What may be asked without a token: a supervisor has none. They tell nothing but yes or no."""

MOST_BYTES = 1_000_000
"""Of one request, whatever it says of its own length."""

Failed = Callable[[str], None]


class Gate:
    """ASGI middleware, outermost; the caller it has found is in ``request.state.caller``.

    ``failed`` is told the code of every refusal and failure.
    """

    def __init__(self, app: ASGIApp, settings: ApiSettings, failed: Failed) -> None:
        self._app = app
        self._settings = settings
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not; nothing that is raised behind it comes out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Sent(send)
        try:
            caller = self._admitted(scope)
            scope.setdefault("state", {})["caller"] = caller
            await self._app(scope, _bounded(receive), sent)
        except Exception as error:  # noqa: BLE001 - the outermost place: nobody sees a traceback
            await self._refuse(error, sent, scope, receive)

    def _admitted(self, scope: Scope) -> Caller | None:
        headers = Headers(scope=scope)
        self._check_host(headers.get("host", ""))
        _check_length(headers.get("content-length", ""))
        if not self._settings.tokens:
            return ANYBODY
        kind, _, token = headers.get("authorization", "").partition(" ")
        caller = caller_of(self._settings.tokens, token.strip())
        if kind.lower() == "bearer" and caller:
            return caller
        if scope["path"] in OPEN:
            return None
        raise Refused(
            HTTPStatus.UNAUTHORIZED,
            "This API wants a token that it knows; send it as: Authorization: Bearer TOKEN",
            "invalid_api_key",
        )

    def _check_host(self, host: str) -> None:
        hosts = self._settings.hosts
        if hosts and _name_of(host) not in hosts:
            raise Refused(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This API is not called by that name; add the name to RAG_API_HOSTS where it runs.",
                "unknown_host",
            )

    async def _refuse(
        self, error: Exception, sent: "_Sent", scope: Scope, receive: Receive
    ) -> None:
        response = error_response(error)
        self._failed(HTTPStatus(response.status_code).name.lower())
        if not sent.is_begun:  # else the connection ends, which its reader notices
            await response(scope, receive, sent)


class _Sent:
    """Sends on, and knows whether a response has begun."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self.is_begun = False

    async def __call__(self, message: Message) -> None:
        self.is_begun = True
        await self._send(message)


def _check_length(length: str) -> None:
    if length.isdigit() and int(length[:20]) > MOST_BYTES:
        raise _too_large()


def _bounded(receive: Receive) -> Receive:
    """The same body, which breaks off where it gets too large."""
    left = MOST_BYTES

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large()
        return message

    return bounded


def _too_large() -> HTTPException:
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)  # a kind that FastAPI lets through


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # a bracket that is not closed
        return ""

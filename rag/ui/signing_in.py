"""ASGI middleware: where signing in fails, one comes back to a page that says so.

Streamlit answers with two words on an empty page when its provider is away or says no.
"""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILED = "failed"  # what ``sign-in`` is in the address that one comes back to
_BACK = {"/auth/login": "../", "/oauth2callback": "./"}  # relative: others may stand before us
_ERRORS = 400


class FailedSignIns:
    """Leads back to the pages whoever could not be signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a way back in place of an error; everything else passes."""
        back = _BACK.get(scope.get("path", "")) if scope["type"] == "http" else None
        if back is None:
            await self._app(scope, receive, send)
            return
        failed = False

        async def tell(message: Message) -> None:
            nonlocal failed
            failed = failed or message.get("status", 0) >= _ERRORS
            if not failed:
                await send(message)

        await self._app(scope, receive, tell)
        if failed:
            answer = RedirectResponse(f"{back}?sign-in={FAILED}", 303)
            await answer(scope, receive, send)

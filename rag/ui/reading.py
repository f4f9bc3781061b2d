"""The addresses beside Streamlit's: ``/source`` and the files that the pages load.

/source?doc=NAME&s=START-END,…     one document, the stretches highlighted, the first in view;
                                   &collection=NAME where it is not in the usual one
/assets/…                          the scripts and styles of our own
/?doc=NAME&s=…                     the former address of a source: leads to the one above
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import CollectionError, FootnoteError
from rag.ui.engine import Engine
from rag.ui.links import spans_of
from rag.ui.source import failure_page, no_document, source_page

ASSETS = Path(__file__).with_name("assets")
PALETTE = Path(__file__).with_name("palette.css")

_HEADERS = {"cache-control": "no-store"}  # what is removed is not to be read any more


def reading_routes(engine: Callable[[Request], Engine]) -> list[BaseRoute]:
    """Return the routes; ``engine`` gives the one that a request may have."""
    return [
        Route("/source", partial(_source, engine)),
        Route("/assets/palette.css", lambda _: FileResponse(PALETTE)),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


class FormerAddresses:
    """ASGI middleware: a source was ``/?doc=…`` once, and such an address still leads to it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send such a request on to the source, and let every other pass."""
        asked = scope.get("query_string", b"").decode("latin-1")
        is_former = scope["type"] == "http" and scope["path"] == "/" and "doc" in parse_qs(asked)
        answer = RedirectResponse(f"source?{asked}") if is_former else self._app
        await answer(scope, receive, send)


def _source(engine: Callable[[Request], Engine], request: Request) -> HTMLResponse:
    """Show a source.

    This is the only way to a document beside the pages: whoever must sign in is to be asked here.
    """
    name = request.query_params.get("doc", "")
    try:
        document = engine(request).document(name) if name else None
    except CollectionError as error:
        return HTMLResponse(failure_page(str(error)), 404, _HEADERS)
    except FootnoteError as error:
        return HTMLResponse(failure_page(str(error)), 503, _HEADERS)
    if document is None:
        return HTMLResponse(failure_page(no_document(name)), 404, _HEADERS)
    asked = bool(request.query_params.get("s"))
    return HTMLResponse(
        source_page(document, spans_of(request.query_params), asked=asked), headers=_HEADERS
    )

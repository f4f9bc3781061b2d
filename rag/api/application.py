"""All of it together: the application that a server serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request

from rag.api.asking import asking_routes
from rag.api.chat import chat_routes
from rag.api.desk import Desk
from rag.api.documents import document_routes
from rag.api.engine import LibraryEngine
from rag.api.engines import Engines
from rag.api.gate import Gate
from rag.api.measures import Measures
from rag.api.served import Served
from rag.api.settings import ApiSettings
from rag.api.state import state_routes
from rag.collections.opened import Opened
from rag.libraries import Library

# Its pages would load scripts from elsewhere; what it knows of itself is in /openapi.json. It
# would also trace what it does by itself, with addresses in sight.
_QUIET: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def application(
    library: Library, settings: ApiSettings, others: Opened[LibraryEngine] | None = None
) -> FastAPI:
    """The addresses over an open library, and over the collections beside it."""
    engine, measures = LibraryEngine(library), Measures()
    engines = Engines(engine, others)
    desk = Desk(settings.at_once, settings.waiting)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="Footnote",
        docs_url=None,
        redoc_url=None,
        telemetry=_QUIET,
        lifespan=alive,
        middleware=[Middleware(Gate, settings, measures.failed)],
        exception_handlers={HTTPException: _pass_on, RequestValidationError: _pass_on},
    )
    served = Served(engines, desk, settings, measures)
    app.include_router(chat_routes(served))
    app.include_router(asking_routes(served))
    app.include_router(document_routes(engines))
    app.include_router(state_routes(engine, desk, measures))
    return app


async def _pass_on(_: Request, error: Exception) -> NoReturn:
    raise error  # the gate has the last word on everything

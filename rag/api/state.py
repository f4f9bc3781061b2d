"""``/health``, ``/ready`` and ``/metrics``: for whoever keeps the server running."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rag.api.desk import Desk
from rag.api.engine import LibraryEngine
from rag.api.failures import Refused
from rag.api.measures import Measures
from rag.api.readiness import Part, Readiness
from rag.api.shapes import Json
from rag.api.tokens import Caller

TEXT = "text/plain; version=1.0.0; charset=utf-8"


def state_routes(engine: LibraryEngine, desk: Desk, measures: Measures) -> APIRouter:
    """The addresses; the last one asks for a token, the others tell less without one."""
    router, readiness = APIRouter(), Readiness(engine)

    @router.get("/health")
    async def health() -> Response:
        """Say that the process lives."""
        return Json({"status": "ok"})

    @router.get("/ready")
    def ready(request: Request) -> Response:
        """Say whether questions can be answered: status 503 when they cannot."""
        parts = readiness.parts()
        is_ready = all(part.is_well for part in parts if part.needed)
        caller: Caller | None = request.state.caller
        told = caller is not None and caller.may_ask_all
        body = {"ready": is_ready, "parts": {it.name: _part(it, told=told) for it in parts}}
        return Json(body, 200 if is_ready else 503)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        """Count for Prometheus; a token that names its collections is told of none here."""
        caller: Caller = request.state.caller
        if not caller.may_ask_all:
            raise Refused(
                HTTPStatus.FORBIDDEN,
                "This token is for some collections only; ask for metrics with one that names "
                "none.",
                "forbidden",
            )
        amounts = measures.told(lambda: _amounts(engine, desk))
        return Response(amounts, media_type=TEXT)

    return router


def _part(part: Part, *, told: bool) -> dict[str, object]:
    return {"well": part.is_well, **({"text": part.text} if told else {})}


def _amounts(engine: LibraryEngine, desk: Desk) -> dict[str, float]:
    ledger = engine.open_library.ledger
    return {
        "documents": len(ledger.keys()),
        "sentences": ledger.sentences(),
        "revision": int(ledger.state()["revision"]),
        "questions_at_work": len(desk.at_work),
        "questions_waiting": desk.waiting,
    }

"""``/v1/models`` and ``/v1/chat/completions``: what clients of OpenAI's protocol ask."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rag.api.asked import MODELS, asked_in_chat, check_model, is_counted
from rag.api.completions import Head, annotations_of, answer_record, completion, usage_of
from rag.api.content import content_of
from rag.api.finished import finished
from rag.api.leaving import unless_left
from rag.api.links import links
from rag.api.requests import ChatRequest
from rag.api.served import Opened, Served
from rag.api.shapes import Events, Json
from rag.api.sources import below
from rag.api.streaming import Telling, streamed


def chat_routes(served: Served) -> APIRouter:
    """The addresses below ``/v1``."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    async def models() -> Response:
        """List what can be asked."""
        return Json({"object": "list", "data": [_model(name) for name in MODELS]})

    @router.get("/models/{name}")
    async def model(name: str) -> Response:
        """Show one of them."""
        check_model(name)
        return Json(_model(name))

    @router.post("/chat/completions")
    async def chat(wished: ChatRequest, request: Request) -> Response:
        """Answer the last message of the user."""
        opened = await served.open(asked_in_chat(wished), request)
        telling = _telling(served, wished, request)
        if wished.stream:
            return Events(streamed(telling, opened))
        return Json(await unless_left(request, _whole(telling, opened)))

    return router


def _telling(served: Served, wished: ChatRequest, request: Request) -> Telling:
    lists = wished.footnote.sources if wished.footnote else None
    return Telling(
        head=Head(wished.model),
        link=links(served.settings, request),
        lists_sources=served.settings.sources if lists is None else lists,
        counts=is_counted(wished),
        failed=served.measures.failed,
    )


async def _whole(telling: Telling, opened: Opened) -> dict[str, object]:
    answer, failure = await finished(opened)
    content, text = content_of(answer)
    text += below(answer, telling.link, failure, listed=telling.lists_sources)
    notes = annotations_of(content, answer, telling.link)
    usage = usage_of(opened.tokens, answer)
    told = {"usage": usage} if usage else {}
    record = answer_record(answer, failure)
    return completion(telling.head, text, notes, answer, footnote=record, **told)


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "footnote"}

"""``/v1/models`` and ``/v1/chat/completions``: what clients of OpenAI's protocol ask."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rag.api.asked import Asked, asked_in_chat, is_counted, model_names, model_of
from rag.api.completions import Head, annotations_of, answer_record, completion, usage_of
from rag.api.content import content_of
from rag.api.finished import finished
from rag.api.leaving import unless_left
from rag.api.links import links
from rag.api.requests import ChatRequest
from rag.api.served import Opened, Served, caller_in
from rag.api.shapes import Events, Json
from rag.api.sources import below
from rag.api.streaming import Telling, streamed


def chat_routes(served: Served) -> APIRouter:
    """The addresses below ``/v1``."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models(request: Request) -> Response:
        """List what can be asked."""
        engines = served.engines
        names = model_names(engines.names(caller_in(request)), engines.usual_name)
        return Json({"object": "list", "data": [_model(name) for name in names]})

    @router.get("/models/{name}")
    def model(name: str, request: Request) -> Response:
        """Show one of them."""
        served.engines.of(model_of(name).collection, caller_in(request))
        return Json(_model(name))

    @router.post("/chat/completions")
    async def chat(wished: ChatRequest, request: Request) -> Response:
        """Answer the last message of the user."""
        asked = asked_in_chat(wished)
        opened = await served.open(asked, request)
        telling = _telling(served, wished, asked, request)
        if wished.stream:
            return Events(streamed(telling, opened))
        return Json(await unless_left(request, _whole(telling, opened)))

    return router


def _telling(served: Served, wished: ChatRequest, asked: Asked, request: Request) -> Telling:
    lists = wished.footnote.sources if wished.footnote else None
    return Telling(
        head=Head(wished.model),
        link=links(served.settings, request, asked.collection or served.engines.usual_name),
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

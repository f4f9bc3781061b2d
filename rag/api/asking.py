"""``/ask`` and ``/retrieve``: the JSON of ``rag ask`` and ``rag retrieve``, and events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from rag.api.asked import asked_plainly, check_length, search_of
from rag.api.completions import answer_record
from rag.api.engine import ApiEvent, ModelFailed
from rag.api.failures import error_body, refused
from rag.api.finished import finished
from rag.api.leaving import unless_left
from rag.api.requests import AskRequest, RetrieveRequest
from rag.api.served import Opened, Served
from rag.api.shapes import SILENCE, Events, Json, event
from rag.rendering import iso
from rag.rendering.json_form import citation_json
from rag.scope import Search
from rag.types import AnswerFinished, EvidenceFound, MarkAdded, Source, TextAdded, Waiting


def asking_routes(served: Served) -> APIRouter:
    """The addresses."""
    router = APIRouter()

    @router.post("/ask")
    async def ask(wished: AskRequest, request: Request) -> Response:
        """Answer a question; as events, if these are what is accepted."""
        opened = await served.open(asked_plainly(wished), request)
        if "text/event-stream" in request.headers.get("accept", ""):
            return Events(_events(served, opened))
        return Json(answer_record(*await unless_left(request, finished(opened))))

    @router.post("/retrieve")
    async def retrieve(wished: RetrieveRequest, request: Request) -> Response:
        """Show the evidence for a question, best first."""
        question = check_length(wished.question)
        search = search_of(wished, Search(characters=wished.characters))
        rows = await unless_left(
            request, served.retrieve(question, search, wished.collection, request)
        )
        return Json({"question": question, "evidence": rows})

    return router


async def _events(served: Served, opened: Opened) -> AsyncGenerator[str]:
    """Evidence, text, marks, the answer: each an event with the JSON of what it tells."""
    failure = ""
    try:
        async with aclosing(opened.events()) as events:
            async for one in events:
                if isinstance(one, ModelFailed):
                    failure = one.reason
                yield SILENCE if one is None else _event(one, failure)
    except Exception as error:  # noqa: BLE001 - the response has begun: this is its last word
        told = refused(error)
        served.measures.failed(told.code)
        yield event(error_body(told), "error")


def _event(one: ApiEvent, failure: str) -> str:
    match one:
        case EvidenceFound():
            return event({"sources": [_source(source) for source in one.sources]}, "evidence")
        case Waiting():
            return event({"seconds": one.seconds}, "waiting")
        case TextAdded():
            return event({"text": one.text}, "text")
        case MarkAdded():
            return event(citation_json(one.citation), "mark")
        case ModelFailed():
            return event({"reason": one.reason}, "model_failed")
        case AnswerFinished():
            return event(answer_record(one.answer, failure), "answer")


def _source(source: Source) -> dict[str, object]:
    sentences = [asdict(sentence) | {"id": sentence.id} for sentence in source.sentences]
    return {
        "document": source.document_id,
        "title": source.title,
        "date": iso(source.date),
        "sentences": sentences,
    }

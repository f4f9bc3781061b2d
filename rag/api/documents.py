"""``/documents`` and ``/source``: what is indexed, and the text that citations point into."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from rag.api.engines import Engines
from rag.api.failures import Refused
from rag.api.served import caller_in
from rag.api.shapes import Json
from rag.api.source_page import source_page
from rag.collections import DEFAULT
from rag.ledger.rows import Entry
from rag.rendering import iso
from rag.rendering.json_form import text_hash
from rag.types import Document
from rag.ui.links import spans_of

Spans = Annotated[str, Query(max_length=4_000)]
Collection = Annotated[str, Query(max_length=500)]


def document_routes(engines: Engines) -> APIRouter:
    """The addresses."""
    router = APIRouter()

    @router.get("/documents")
    def documents(request: Request, collection: Collection = "") -> Response:
        """List the documents."""
        library = engines.of(collection, caller_in(request)).open_library
        return Json({"documents": [_entry(one) for one in library.documents()]})

    @router.get("/source")
    def source(
        request: Request, doc: str = "", s: Spans = "", collection: Collection = DEFAULT
    ) -> Response:
        """Show a document, with the stretches that a citation's address names."""
        engine = engines.of(collection, caller_in(request))
        document = engine.document(doc) if doc else None
        if document is None:
            raise Refused(
                HTTPStatus.NOT_FOUND,
                "There is no such document; it may have been removed or renamed since.",
                "document_not_found",
            )
        length = len(document.text)
        named = [(start, min(end, length)) for start, end in spans_of({"s": s})]
        spans = [(start, end) for start, end in named if start < end]
        if "text/html" in request.headers.get("accept", ""):
            return source_page(document, spans)
        return Json(_source(document, spans))

    return router


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "document": entry.id,
        "title": entry.title,
        "date": iso(entry.date),
        "sentences": entry.sentences,
        "tags": list(entry.tags),
        "note": entry.note,
    }


def _source(document: Document, spans: Sequence[tuple[int, int]]) -> dict[str, object]:
    return {
        "document": document.id,
        "title": document.title,
        "date": iso(document.date),
        "tags": list(document.tags),
        "note": document.note,
        "text": document.text,
        "spans": [_span(document.text, *span) for span in spans],
    }


def _span(text: str, start: int, end: int) -> dict[str, object]:
    quoted = text[start:end]
    return {"start": start, "end": end, "text": quoted, "hash": text_hash(quoted)}

"""``/documents`` and ``/source``: what is indexed, and the text that citations point into."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from rag.api.engine import LibraryEngine
from rag.api.failures import Refused
from rag.api.shapes import Json
from rag.ledger.rows import Entry
from rag.rendering import iso
from rag.rendering.json_form import text_hash
from rag.ui.links import spans_of

Spans = Annotated[str, Query(max_length=4_000)]


def document_routes(engine: LibraryEngine) -> APIRouter:
    """The addresses."""
    router = APIRouter()

    @router.get("/documents")
    def documents() -> Response:
        """List the documents."""
        return Json({"documents": [_entry(one) for one in engine.library.documents()]})

    @router.get("/source")
    def source(doc: str = "", s: Spans = "") -> Response:
        """Show a document, with the stretches that a citation's address names."""
        document = engine.document(doc) if doc else None
        if document is None:
            raise Refused(
                HTTPStatus.NOT_FOUND,
                "There is no such document; it may have been removed or renamed since.",
                "document_not_found",
            )
        spans = [(start, min(end, len(document.text))) for start, end in spans_of({"s": s})]
        return Json(
            {
                "document": document.id,
                "title": document.title,
                "date": iso(document.date),
                "tags": list(document.tags),
                "note": document.note,
                "text": document.text,
                "spans": [_span(document.text, *span) for span in spans if span[0] < span[1]],
            }
        )

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


def _span(text: str, start: int, end: int) -> dict[str, object]:
    quoted = text[start:end]
    return {"start": start, "end": end, "text": quoted, "hash": text_hash(quoted)}

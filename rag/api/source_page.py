"""A source for the eyes: who follows a citation's link with a browser sees the sentence marked.

The application shows the same with more around it, where its address is known (``RAG_APP_URL``).
"""

from collections.abc import Sequence
from html import escape

from starlette.responses import HTMLResponse

from rag.rendering import iso, one_line
from rag.rendering.source import source_html
from rag.types import Document

_HEADERS = {
    "Cache-Control": "no-store",  # what is removed is not to be read any more
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.1rem/1.7 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
header p { opacity: 0.7; margin: 0.25rem 0 1.5rem; font-size: 0.9rem; overflow-wrap: anywhere; }
.source p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.75rem; }
mark { background: #ffe9a8; color: #1c1a17; scroll-margin: 30vh; padding: 0.1em 0; }
"""


def source_page(document: Document, spans: Sequence[tuple[int, int]]) -> HTMLResponse:
    """The whole document with the stretches marked; it runs nothing and loads nothing."""
    told = " · ".join(filter(None, [iso(document.date), document.id]))
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(one_line(document.title))}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{escape(document.title)}</h1><p>{escape(told)}</p></header>"
        f"{source_html(document, spans)}</body></html>".encode("utf-8", "replace"),
        headers=_HEADERS,
    )

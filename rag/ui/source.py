"""The source: one whole document with the cited sentences highlighted."""

from html import escape

import streamlit as st

from rag.rendering.html import source_html
from rag.types import Document
from rag.ui import pieces
from rag.ui.engine import Engine
from rag.ui.links import spans_of
from rag.ui.safety import SCROLL


def source_page(engine: Engine) -> None:
    """Show the document that the address names, scrolled to its first highlighted sentence."""
    name = st.query_params["doc"]
    document = engine.document(name)
    if document is None:
        st.html(pieces.notice(f"There is no document {name}; it may have been removed.", "error"))
        st.html(_back())
        return
    st.html(_back() + _title(document))
    st.html(source_html(document, spans_of(st.query_params)))
    st.html(f"<script>{SCROLL}</script>", unsafe_allow_javascript=True)


def _title(document: Document) -> str:
    dated = f"<time>{document.date.isoformat()}</time> · " if document.date else ""
    return (
        f'<header class="source-title"><h1>{escape(document.title)}</h1>'
        f"<p>{dated}{escape(document.id)}</p></header>"
    )


def _back() -> str:
    return '<nav><a class="back" href="./" target="_self">← Ask your documents</a></nav>'

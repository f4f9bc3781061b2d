"""The application: its pages, and the address of a source, which is the chat's with ``?doc=…``."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from rag.errors import FootnoteError
from rag.ui import pieces
from rag.ui.chat import chat_page
from rag.ui.documents import documents_page
from rag.ui.engine import Engine
from rag.ui.source import source_page

LOOKS = [Path(__file__).with_name(name) for name in ("palette.css", "style.css", "documents.css")]


@st.cache_resource(show_spinner="Opening your documents …")
def opened() -> Engine:
    """The engine of this process, opened once; an error is not kept, so a reload tries again."""
    from rag.ui.opening import open_engine

    return open_engine()


def main(engine: Callable[[], Engine] = opened) -> None:
    """Show the page that the address asks for, or the sentence that says why there is none."""
    st.set_page_config(page_title="Footnote", layout="centered")
    for look in LOOKS:
        st.html(look)
    st.navigation(_pages(engine), position=_place_of_names()).run()


def _pages(engine: Callable[[], Engine]) -> list[st.Page]:
    """The pages in the order of their names; each has an address of its own."""
    first = source_page if "doc" in st.query_params else chat_page
    return [
        st.Page(partial(_show, first, engine), title="Ask", url_path="ask", default=True),
        st.Page(partial(_show, documents_page, engine), title="Documents", url_path="documents"),
    ]


def _place_of_names() -> Literal["sidebar", "hidden"]:
    return "hidden" if "doc" in st.query_params else "sidebar"


def _show(page: Callable[[Engine], None], engine: Callable[[], Engine]) -> None:
    try:
        page(engine())
    except FootnoteError as error:
        st.html(pieces.masthead() + pieces.notice(str(error), "error"))

"""The application: one address, which shows the chat or, with ``?doc=…``, a source."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from rag.errors import FootnoteError
from rag.ui import pieces
from rag.ui.chat import chat_page
from rag.ui.engine import Engine
from rag.ui.source import source_page

LOOKS = [Path(__file__).with_name(name) for name in ("palette.css", "style.css")]


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
    try:
        _page()(engine())
    except FootnoteError as error:
        st.html(pieces.masthead() + pieces.notice(str(error), "error"))


def _page() -> Callable[[Engine], None]:
    return source_page if "doc" in st.query_params else chat_page

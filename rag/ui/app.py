"""The application: its pages; the address of a source is beside them, in ``rag.ui.reading``."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from threading import Lock

import streamlit as st

from rag.config import environment, read_config
from rag.errors import FootnoteError
from rag.ui import pieces
from rag.ui.chat import chat_page
from rag.ui.check import check_page
from rag.ui.documents import documents_page
from rag.ui.engine import Engine
from rag.ui.evaluation.page import evaluation_page
from rag.ui.login import is_let_in, show_who
from rag.ui.page_pieces import way_to_state
from rag.ui.reading import ASSETS
from rag.ui.state import state_page

PAGE_LOOKS = ("palette.css", "style.css", "pages.css", "documents.css", "conversations.css")
LOOKS = [
    *(Path(__file__).with_name(name) for name in PAGE_LOOKS),
    *(ASSETS / name for name in ("marks.css", "source.css", "drawer.css")),
]
NOBODY = "nobody"  # no e-mail is like that
SCRIPT = '<script type="module" src="assets/main.js"></script>'


_OPENING = Lock()


@st.cache_resource(show_spinner="Opening your documents …")
def opened() -> Engine:
    """The engine of this process for a page, which says that it is being opened."""
    return engine_of_process()


def engine_of_process() -> Engine:
    """The engine of this process, opened once; an error is not kept, so a reload tries again."""
    with _OPENING:
        return _open_engine()


@cache
def _open_engine() -> Engine:
    from rag.ui.opening import open_engine

    return open_engine()


def main(engine: Callable[[], Engine] = opened) -> None:
    """Show the page that the address asks for, or the sentence that says why there is none."""
    st.set_page_config(page_title="Footnote", layout="centered")
    for look in LOOKS:
        st.html(look)
    st.html(SCRIPT, unsafe_allow_javascript=True)
    if is_let_in(_readers()):
        page = st.navigation(_pages(engine), position="sidebar")
        show_who()
        page.run()


def _readers() -> Sequence[str]:
    """Who may read, of those who have signed in; nobody for settings that cannot be read."""
    try:
        return read_config(environment(Path.cwd())).readers
    except FootnoteError:
        return (NOBODY,)


def _pages(engine: Callable[[], Engine]) -> list[st.Page]:
    """The pages in the order of their names; each has an address of its own."""
    return [
        st.Page(partial(_show, chat_page, engine), title="Ask", url_path="ask", default=True),
        st.Page(partial(_show, documents_page, engine), title="Documents", url_path="documents"),
        st.Page(partial(_show, check_page, engine), title="Check a text", url_path="check"),
        st.Page(partial(_show, evaluation_page, engine), title="Evaluation", url_path="evaluation"),
        st.Page(partial(state_page, engine), title="State", url_path="state"),
    ]


def _show(page: Callable[[Engine], None], engine: Callable[[], Engine]) -> None:
    try:
        page(engine())
    except FootnoteError as error:
        st.html(pieces.masthead() + pieces.notice(str(error), "error") + way_to_state())

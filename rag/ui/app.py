"""The application: its pages; the address of a source is beside them, in ``rag.ui.reading``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from rag.config import Config, environment, read_config
from rag.errors import CollectionError, FootnoteError
from rag.ui import pieces
from rag.ui.chat import chat_page
from rag.ui.check import check_page
from rag.ui.choosing import choose, look_whether_seen, offer_choice
from rag.ui.collected import Collected, collected
from rag.ui.documents import documents_page
from rag.ui.engine import Engine
from rag.ui.evaluation.page import evaluation_page
from rag.ui.login import User, is_let_in, offer_sign_out, show_who, visitor
from rag.ui.page_pieces import way_to_state
from rag.ui.reading import ASSETS
from rag.ui.state import state_page

PAGE_LOOKS = ("palette.css", "style.css", "pages.css", "documents.css", "conversations.css")
LOOKS = [
    *(Path(__file__).with_name(name) for name in PAGE_LOOKS),
    *(ASSETS / name for name in ("marks.css", "source.css", "drawer.css")),
]
NO_COLLECTION = "You are signed in, but no collection of documents is open to you."
NOBODY = "nobody"  # no e-mail is like that
SCRIPT = '<script type="module" src="assets/main.js"></script>'


def main(
    engine: Callable[[], Engine] | None = None, collections: Callable[[], Collected] = collected
) -> None:
    """Show the page that the address asks for, or the sentence that says why there is none.

    It is a page over ``engine`` alone, where one is given, else over the collection that is chosen.
    """
    st.set_page_config(page_title="Footnote", layout="centered")
    for look in LOOKS:
        st.html(look)
    st.html(SCRIPT, unsafe_allow_javascript=True)
    if is_let_in(_readers()):
        if engine is None:
            _show_chosen(collections)
        else:
            page = st.navigation(_pages(Shown(engine)), position="sidebar")
            show_who()
            page.run()


def _show_chosen(collections: Callable[[], Collected]) -> None:
    """Show a page of the collection that is chosen, of those that the visitor may see."""
    user = visitor()
    try:
        there = collections()
        names, usual = there.names(user), there.usual
    except FootnoteError as error:
        _show_trouble(str(error))
        return
    if not names:
        _show_trouble(NO_COLLECTION)
        offer_sign_out()
        return
    try:
        name = choose(names, usual)
    except CollectionError as error:
        offer_choice(names, "")
        _show_trouble(str(error))
        return
    page = st.navigation(_pages(Shown.of(there, user, name)), position="sidebar")
    offer_choice(names, name)
    show_who()
    if user:  # where nobody has to sign in, nobody is shut out
        look_whether_seen(partial(there.names, user), name)
    page.run()


def _show_trouble(sentence: str) -> None:
    st.html(pieces.masthead() + pieces.notice(sentence, "error"))


def _readers() -> Sequence[str]:
    """Who may read, of those who have signed in; nobody for settings that cannot be read."""
    try:
        return read_config(environment(Path.cwd())).readers
    except FootnoteError:
        return (NOBODY,)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages show: an engine, opened by the first that wants it, and its settings."""

    engine: Callable[[], Engine]
    settings: Callable[[], Config] = lambda: read_config(environment(Path.cwd()))

    @classmethod
    def of(cls, there: Collected, user: User, name: str) -> "Shown":
        """A collection that a visitor may see."""

        def engine() -> Engine:
            if there.is_open(name):
                return there.engine(user, name)
            with st.spinner("Opening your documents …"):
                return there.engine(user, name)

        return cls(engine, partial(there.settings, user, name))


def _pages(shown: Shown) -> list[st.Page]:
    """The pages in the order of their names; each has an address of its own."""
    engine = shown.engine
    return [
        st.Page(partial(_show, chat_page, engine), title="Ask", url_path="ask", default=True),
        st.Page(partial(_show, documents_page, engine), title="Documents", url_path="documents"),
        st.Page(partial(_show, check_page, engine), title="Check a text", url_path="check"),
        st.Page(partial(_show, evaluation_page, engine), title="Evaluation", url_path="evaluation"),
        st.Page(partial(state_page, engine, shown.settings), title="State", url_path="state"),
    ]


def _show(page: Callable[[Engine], None], engine: Callable[[], Engine]) -> None:
    try:
        page(engine())
    except FootnoteError as error:
        st.html(pieces.masthead() + pieces.notice(str(error), "error") + way_to_state())

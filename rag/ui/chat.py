"""The chat: the conversation so far, a question, its answer as it comes."""

from collections.abc import Sequence
from itertools import takewhile

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.askers import note_asker
from rag.errors import LedgerAway
from rag.proceeding import begin
from rag.scope import EVERYWHERE, Scope
from rag.starters import starter_questions
from rag.turns import Turn, history_of
from rag.types import Document
from rag.ui import pieces
from rag.ui.asking import LONGEST, Wish, offer_again, wish_for, wished
from rag.ui.current import Current
from rag.ui.documents.adding import look_again, offer_adding, show_works
from rag.ui.drawn import Drawn
from rag.ui.engine import Engine
from rag.ui.following import follow, look_for_more
from rag.ui.login import name_of, visitor
from rag.ui.narrowing import narrow
from rag.ui.page_pieces import label as as_label
from rag.ui.showing import show_turn
from rag.ui.sidebar import list_conversations
from rag.ui.visit import current_conversation, name_in_address
from rag.underway import Underway

STARTER_DOCUMENTS = 20  # the newest ones; reading them all would keep the page waiting
AT_ONCE = 10  # turns that are shown, and as many again before the older ones step back
EARLIER = 20  # that are shown more at each asking


def chat_page(engine: Engine) -> None:
    """Show the conversation, take a question and answer it."""
    current = current_conversation(engine)
    names = engine.document_ids()
    scope = narrow(engine) if names else EVERYWHERE
    typed = st.chat_input("Ask your documents", max_chars=LONGEST, disabled=not names)
    if wish := wished(typed):
        _begin(engine, current, wish, scope)
    list_conversations(engine, current)
    collection = engine.config.collection
    held = pieces.holdings(len(names), collection, has_model=engine.has_model)
    st.html(pieces.masthead() + held)
    if said := current.unread or current.trouble:
        st.html(pieces.notice(said, "error"))
    away = st.empty()
    _tell(away, engine.trouble)
    if not names:
        st.html(pieces.no_documents(engine.folder, collection))
        offer_adding(engine.shelf)
        _offer_reading(engine)
        look_again(engine.shelf)
    elif not current.turns:
        _show_beginning(engine, names)
    _show_past(engine, current, current.past())
    if current.line:
        follow(engine, current)
        _tell(away, engine.trouble)  # the question may have found it
    if current.turns:
        offer_again(current.turns[-1])
    look_for_more(engine, current)


def _tell(place: DeltaGenerator, trouble: str) -> None:
    """Say that a server is away, or that it is no more."""
    if trouble:
        place.html(pieces.notice(trouble))
    else:
        place.empty()


def _show_beginning(engine: Engine, names: Sequence[str]) -> None:
    if not engine.has_model:
        st.html(pieces.notice(pieces.NO_MODEL))
    show_works(engine.shelf)
    with st.container(horizontal=True, gap="small"):
        for question in starter_questions(_read(engine, names[:STARTER_DOCUMENTS])):
            st.button(as_label(question), key=question, on_click=wish_for, args=(question,))


def _offer_reading(engine: Engine) -> None:
    if not st.button("Read the folder", key="read-folder"):
        return
    failures = engine.read_folder()
    if engine.document_ids():
        st.rerun()
    for failure in failures:
        st.html(pieces.notice(failure, "error"))


def _read(engine: Engine, names: Sequence[str]) -> list[Document]:
    """Read documents, none while the server that keeps them is away."""
    try:
        found = [engine.document(name) for name in names]
    except LedgerAway:
        return []
    return [document for document in found if document]


def _show_past(engine: Engine, current: Current, turns: Sequence[Turn]) -> None:
    """Show the turns before: the last ones whole, those before them at a click and in one piece."""
    recent = max(0, (len(turns) - AT_ONCE) // AT_ONCE * AT_ONCE)
    first = max(0, recent - st.session_state.get(f"earlier-{current.id}", 0))
    if first:
        st.button(f"Show earlier ({first})", key="earlier", on_click=_show_more, args=(current.id,))
    for turn in turns[first:recent]:
        st.html(_drawn(engine, current, turn).whole(turn.question))
    for turn in turns[recent:]:
        show_turn(engine, turn, _drawn(engine, current, turn))


def _drawn(engine: Engine, current: Current, turn: Turn) -> Drawn:
    since = engine.since(turn.answer.citations)
    return current.drawn(turn, since, engine.config.collection)


def _show_more(name: str) -> None:
    key = f"earlier-{name}"
    st.session_state[key] = st.session_state.get(key, 0) + EARLIER


def _begin(engine: Engine, current: Current, wish: Wish, scope: Scope) -> None:
    """Begin a turn and keep it, so that not even a crash loses the question; have it answered."""
    before = takewhile(lambda turn: turn.id != wish.instead, current.turns)
    turn = begin(engine, wish.question, history_of(before), scope)
    current.keep(engine.conversations, turn, wish.instead)
    name_in_address(current)
    note_asker(engine.config, name_of(visitor()), wish.question, current.id)
    since = None if current.trouble else current.changed
    underway = Underway(turn, wish.instead, since)
    engine.answers.ask(current.id, underway)
    current.line = (*current.line, underway)

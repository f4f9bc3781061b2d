"""The conversations that are kept, beside the chat: find, open, rename, take away, delete."""

import re
from functools import partial

import streamlit as st

from rag.conversations import Conversations
from rag.conversations.export import json_text, to_document
from rag.conversations.titles import LONGEST
from rag.conversations.turns import Conversation
from rag.errors import ConversationError
from rag.ui import pieces
from rag.ui.current import Current
from rag.ui.engine import Engine
from rag.ui.page_pieces import label as as_label
from rag.ui.visit import turn_to

SHOWN = 30  # conversations at a time
_MORE, _DELETING, _TROUBLE = "more-conversations", "deleting-conversation", "list-trouble"
_NO_FILE_NAME = re.compile(r"[^\w]+")


def list_conversations(engine: Engine, current: Current) -> None:
    """List the conversations, the newest first, with a box to search them."""
    with st.sidebar, st.container(key="conversations", gap="xsmall"):
        st.html(pieces.heading("Conversations"))
        st.button(
            "New conversation", icon=":material/add:", key="new", on_click=turn_to, args=("",)
        )
        search = st.text_input(
            "Search conversations", placeholder="Search", label_visibility="collapsed"
        )
        try:
            _list(engine, current, search)
        except ConversationError as error:
            st.html(pieces.notice(str(error), "error"))
        if trouble := st.session_state.pop(_TROUBLE, ""):
            st.html(pieces.notice(trouble, "error"))


def _list(engine: Engine, current: Current, search: str) -> None:
    most = st.session_state.get(_MORE, SHOWN)
    found = engine.conversations.entries(search, most + 1)
    if not found:
        st.html(pieces.quiet("No conversation has these words." if search else "None yet."))
    for one in found[:most]:
        if one.id == current.id:
            _show_current(engine, one)
        else:
            st.button(
                as_label(one.title),
                key=f"open-{one.id}",
                type="tertiary",
                width="stretch",
                on_click=turn_to,
                args=(one.id,),
            )
    if len(found) > most:
        st.button("Show more", key="more-conversations-button", on_click=_show_more)


def _show_current(engine: Engine, one: Conversation) -> None:
    """The row of the conversation on the page, with what can be done with it."""
    kept = engine.conversations
    with st.container(key="open-conversation", horizontal=True, gap=None, wrap=False):
        st.html(pieces.current_title(one.title))
        with st.popover("Rename, export or delete", icon=":material/more_horiz:", type="tertiary"):
            st.text_input(
                "Title",
                one.title,
                max_chars=LONGEST,
                key=f"title-{one.id}",
                on_change=_rename,
                args=(kept, one.id),
            )
            _offer_files(kept, one)
            _offer_to_delete(engine, one)


def _offer_files(kept: Conversations, one: Conversation) -> None:
    """Two files to take away, made when they are asked for."""
    name = _NO_FILE_NAME.sub("-", one.title).strip("-")[:60] or "conversation"
    for label, ending, made in (("Markdown", "md", _markdown), ("JSON", "json", _json)):
        st.download_button(
            label,
            partial(made, kept, one.id),
            f"{name}.{ending}",
            icon=":material/download:",
            on_click="ignore",
        )


def _markdown(kept: Conversations, name: str) -> str:
    conversation, turns = kept.read(name)
    return to_document(conversation.title, turns)


def _json(kept: Conversations, name: str) -> str:
    return json_text(*kept.read(name))


def _show_more() -> None:
    st.session_state[_MORE] = st.session_state.get(_MORE, SHOWN) + SHOWN


def _rename(kept: Conversations, name: str) -> None:
    title = st.session_state[f"title-{name}"]
    try:
        if title.strip():
            kept.rename(name, title)
    except ConversationError as error:
        st.session_state[_TROUBLE] = str(error)


def _offer_to_delete(engine: Engine, one: Conversation) -> None:
    """A button, and behind it the question whether that is meant."""
    if st.session_state.get(_DELETING) != one.id:
        st.button("Delete …", icon=":material/delete:", on_click=_want_deleted, args=(one.id,))
        return
    st.html(pieces.to_delete(one.title))
    with st.container(horizontal=True):
        st.button("Delete for good", type="primary", on_click=_delete, args=(engine, one.id))
        st.button("Keep it", on_click=_want_deleted, args=("",))


def _want_deleted(name: str) -> None:
    st.session_state[_DELETING] = name


def _delete(engine: Engine, name: str) -> None:
    engine.answers.drop(name)
    try:
        engine.conversations.delete(name)
    except ConversationError as error:
        st.session_state[_TROUBLE] = str(error)
    else:
        turn_to("")

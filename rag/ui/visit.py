"""Which conversation a tab is at: the one that its address names, else the one it was at before."""

import streamlit as st

from rag.errors import ConversationError
from rag.ui.current import Current, in_step, read
from rag.ui.engine import Engine

ADDRESS = "conversation"  # …?conversation=ID
_CURRENT = "current-conversation"


def current_conversation(engine: Engine) -> Current:
    """The conversation to show, in step with what is kept, and named by the address."""
    kept, answers = engine.conversations, engine.answers
    current: Current = st.session_state.get(_CURRENT) or Current()
    for underway in current.line:
        if underway.is_over:
            current.take(kept, underway)
    asked = st.query_params.get(ADDRESS, "")
    name = asked or current.id
    line = answers.line(name)  # before what is kept is read
    try:
        current = read(kept, asked) if asked not in ("", current.id) else in_step(kept, current)
    except ConversationError as error:  # the address stays, and is tried again the next time
        current.unread = str(error)
    else:
        current.unread = ""
        name_in_address(current)
    seen = line if current.id == name else ()
    current.line = tuple(dict.fromkeys((*seen, *answers.line(current.id))))
    st.session_state[_CURRENT] = current
    return current


def name_in_address(current: Current) -> None:
    """Have the address name the conversation, so that a reload brings it back."""
    if current.is_kept:
        if st.query_params.get(ADDRESS) != current.id:
            st.query_params[ADDRESS] = current.id
    elif ADDRESS in st.query_params:
        del st.query_params[ADDRESS]


def turn_to(name: str) -> None:
    """Have the next run show another conversation; a new one without an id."""
    st.session_state[_CURRENT] = Current()
    if name:
        st.query_params[ADDRESS] = name
    elif ADDRESS in st.query_params:
        del st.query_params[ADDRESS]

"""Which conversation a tab is at: the one that its address names, else the one it was at before."""

import streamlit as st

from rag.conversations import Conversations
from rag.errors import ConversationError
from rag.ui.current import Current, in_step, read

ADDRESS = "conversation"  # …?conversation=ID
_CURRENT = "current-conversation"


def current_conversation(kept: Conversations) -> Current:
    """The conversation to show, in step with what is kept, and named by the address."""
    current: Current = st.session_state.get(_CURRENT) or Current()
    asked = st.query_params.get(ADDRESS, "")
    try:
        current = read(kept, asked) if asked not in ("", current.id) else in_step(kept, current)
    except ConversationError as error:  # the address stays, and is tried again the next time
        current.unread = str(error)
    else:
        current.unread = ""
        name_in_address(current)
    st.session_state[_CURRENT] = current
    return current


def name_in_address(current: Current) -> None:
    """Have the address name the conversation, so that a reload brings it back."""
    if current.id:
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

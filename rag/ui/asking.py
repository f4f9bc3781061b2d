"""What is to be asked next: typed, chosen, asked again, or the last question put in other words."""

from dataclasses import dataclass

import streamlit as st

from rag.turns import Turn

LONGEST = 2_000  # characters of a question
_WISH, _EDITING, _EDITED = "wish", "editing", "edited-question"


@dataclass(frozen=True, slots=True)
class Wish:
    """A question, and the id of the turn that its answer takes the place of."""

    question: str
    instead: str = ""


def wished(typed: str | None) -> Wish | None:
    """What this run is to answer, if anything."""
    wish: Wish | None = st.session_state.pop(_WISH, None)
    if typed or wish:
        st.session_state.pop(_EDITING, None)
    return Wish(typed) if typed else wish


def wish_for(question: str, instead: str = "") -> None:
    """Have the next run answer a question."""
    st.session_state[_WISH] = Wish(question, instead)


def offer_again(turn: Turn) -> None:
    """Under the last turn: ask it again, or in other words."""
    if st.session_state.get(_EDITING) == turn.id:
        _edit(turn)
        return
    with st.container(horizontal=True, gap="small", key="again"):
        st.button(
            "Ask again",
            icon=":material/refresh:",
            type="tertiary",
            on_click=wish_for,
            args=(turn.question, turn.id),
        )
        st.button(
            "Edit the question",
            icon=":material/edit:",
            type="tertiary",
            on_click=_begin_to_edit,
            args=(turn,),
        )


def _edit(turn: Turn) -> None:
    with st.form("edit", border=False):
        st.text_area("The question", max_chars=LONGEST, key=_EDITED)
        with st.container(horizontal=True):
            st.form_submit_button("Ask", type="primary", on_click=_ask_edited, args=(turn.id,))
            st.form_submit_button("Cancel", on_click=_begin_to_edit, args=(None,))


def _begin_to_edit(turn: Turn | None) -> None:
    st.session_state[_EDITING] = turn.id if turn else None
    if turn:
        st.session_state[_EDITED] = turn.question


def _ask_edited(instead: str) -> None:
    question = st.session_state[_EDITED].strip()
    if question:
        wish_for(question, instead)

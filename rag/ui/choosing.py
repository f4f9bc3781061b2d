"""Which collection a tab shows: the one that its address names, else the one it showed before.

What a tab remembers belongs to one collection; with another one it begins anew.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from rag.collections import unknown
from rag.errors import CollectionError, FootnoteError
from rag.ui import pieces
from rag.ui.visit import ADDRESS as CONVERSATION

ADDRESS = "collection"  # …?collection=NAME
BETWEEN_LOOKS = 5.0  # seconds, at who may see what is shown
_CHOSEN, _BOX = "chosen-collection", "collection-box"
_LEFT, _JUST_NOW = "left-collection", "turned-just-now"


def choose(names: Sequence[str], usual: str) -> str:
    """The collection to show, named by the address where there are several.

    Raises CollectionError where the address names one that is not among the names.
    """
    _forget_what_was_left()
    first = usual if usual in names else next(iter(names), "")
    name = st.query_params.get(ADDRESS) or st.session_state.get(_CHOSEN, first)
    if name not in names:
        raise CollectionError(unknown(name, names))
    if st.session_state.get(_CHOSEN, name) != name:
        st.session_state.clear()
    st.session_state[_CHOSEN] = name
    if len(names) > 1 and st.query_params.get(ADDRESS) != name:
        st.query_params[ADDRESS] = name
    return name


def look_whether_seen(names: Callable[[], Sequence[str]], name: str) -> None:
    """Have the page drawn anew soon after the collection is not among the names any more.

    Else a page that stays open would go on by itself: it follows what comes in, and has buttons.
    """
    st.fragment(_look, run_every=BETWEEN_LOOKS)(names, name)


def _look(names: Callable[[], Sequence[str]], name: str) -> None:
    try:
        is_seen = name in names()
    except FootnoteError:  # nobody can say who sees it, so nobody does; the page says why
        is_seen = False
    if not is_seen:
        st.rerun()


def offer_choice(names: Sequence[str], name: str) -> None:
    """Let the visitor turn to another collection, if there is one to turn to."""
    others = [one for one in names if one != name]
    if not others:
        return
    with st.sidebar, st.container(key="collections", gap="xsmall"):
        st.html(pieces.heading("Collection"))
        st.selectbox(
            "Collection",
            names,
            index=names.index(name) if name in names else None,
            key=f"{_BOX}-{name}",
            placeholder="Choose one",
            label_visibility="collapsed",
            on_change=_turn_to,
            args=(f"{_BOX}-{name}",),
        )


def _turn_to(box: str) -> None:
    name = st.session_state.get(box)
    if name is None:
        return
    left = st.session_state.get(_CHOSEN)
    st.session_state.clear()
    st.session_state.update({_CHOSEN: name, _LEFT: left, _JUST_NOW: True})
    _name_in_address(name)


def _forget_what_was_left() -> None:
    """A run that began before the browser had the new address still names the collection left.

    Once the new one has come from the browser, the other is one to go back to.
    """
    left, name = st.session_state.get(_LEFT), st.session_state.get(_CHOSEN, "")
    if left is None or st.session_state.pop(_JUST_NOW, False):
        return
    if st.query_params.get(ADDRESS) == left:
        _name_in_address(name)
    else:
        del st.session_state[_LEFT]


def _name_in_address(name: str) -> None:
    st.query_params[ADDRESS] = name
    if CONVERSATION in st.query_params:
        del st.query_params[CONVERSATION]

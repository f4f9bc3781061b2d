"""An answer under way is followed; who stops looking, or looks again, changes nothing of it."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.errors import ConversationError
from rag.turns import Turn
from rag.ui import pieces
from rag.ui.current import Current
from rag.ui.engine import Engine
from rag.ui.showing import Slots, show_answered, show_state, slots_for
from rag.underway import Underway

BETWEEN_LOOKS = 2.0  # seconds, at a conversation in which nothing happens


def follow(engine: Engine, current: Current) -> None:
    """Show the answer under way before the reader's eyes, and below it what waits for it.

    Every click ends this run of the page, and the next one goes on where the answer is by then.
    """
    underway, *waiting = current.line
    slots = slots_for(underway.turn.question, underway.turn.scope, engine.config.collection)
    _show_waiting([one.turn for one in waiting], engine.config.collection)
    stop = _offer_to_stop(engine, current, underway)
    _show(underway, slots)
    before = current.trouble
    current.take(engine.conversations, underway)
    if engine.answers.line(current.id) or current.line:
        st.rerun()
    stop.empty()
    show_answered(engine, underway.turn, slots)
    if current.trouble != before:
        st.html(pieces.notice(current.trouble, "error"))


def look_for_more(engine: Engine, current: Current) -> None:
    """Look now and then whether another tab has asked something, or changed the conversation."""
    if current.is_kept and not current.unread:
        st.fragment(_look, run_every=BETWEEN_LOOKS)(engine, current)


def _show(underway: Underway, slots: Slots) -> None:
    before = None
    for turn in underway.states():
        _let_a_click_in()
        if turn is not before:
            show_state(turn, before, slots)
        before = turn


def _let_a_click_in() -> None:
    """A click ends this run where the session is looked at, or something is drawn."""
    st.session_state.get("stop")


def _offer_to_stop(engine: Engine, current: Current, underway: Underway) -> DeltaGenerator:
    place = st.bottom.empty()
    place.button(
        "Stop",
        key="stop",
        icon=":material/stop_circle:",
        on_click=engine.answers.stop,
        args=(current.id, underway),
    )
    return place


def _show_waiting(turns: Sequence[Turn], collection: str) -> None:
    for turn in turns:
        slots_for(turn.question, turn.scope, collection).below.html(pieces.quiet(pieces.WAITS))


def _look(engine: Engine, current: Current) -> None:
    try:
        entry = engine.conversations.conversation(current.id)
    except ConversationError:  # it is said as soon as something is asked
        return
    if entry is None or entry.changed != current.changed:
        st.rerun()

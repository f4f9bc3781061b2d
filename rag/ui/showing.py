"""A turn on the page: as it comes, state by state, and when it is over."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.rendering.html import sentences_html, to_html
from rag.scope import Scope
from rag.turns import Turn, found_sentences
from rag.types import Compared, Mode
from rag.ui import pieces
from rag.ui.drawn import Drawn, drawn
from rag.ui.engine import Engine
from rag.ui.links import links_of
from rag.ui.narrowing import chips_html
from rag.ui.opinion import ask_opinion

NOTICED = 3.0  # seconds of silence of the language model that are told
ASKED = "The language model is being asked …"
JUST_NOW: Sequence[Compared] = ()  # an answer that was only just given stands as it was given


@dataclass(frozen=True, slots=True)
class Slots:
    """Where a turn is shown: evidence, text, what belongs under it, and opinions of it."""

    evidence: DeltaGenerator
    text: DeltaGenerator
    below: DeltaGenerator
    opinion: DeltaGenerator
    collection: str = ""


def slots_for(question: str, scope: Scope, collection: str) -> Slots:
    """Show the question, and make room below it."""
    st.chat_message("user").html(pieces.question_html(question) + chips_html(scope))
    message = st.chat_message("assistant")
    places = message.empty(), message.empty(), message.empty(), message.container()
    return Slots(*places, collection)


def show_turn(engine: Engine, turn: Turn, parts: Drawn) -> None:
    """Show a turn that is over."""
    slots = slots_for(turn.question, turn.scope, engine.config.collection)
    if parts.found:
        _fold(slots.evidence, f"Sentences found: {parts.found}", parts.found_html)
    if parts.text:
        slots.text.html(parts.text)
    show_end(engine, turn, parts, slots)


def show_state(turn: Turn, before: Turn | None, slots: Slots) -> None:
    """Show what a state of a turn has that the one before had not; the first one whole."""
    if _is_found(turn, before):
        label, shown = _found(turn, slots.collection)
        _fold(slots.evidence, label, shown, expanded=_is_waited_for(turn))
    if turn.answer.text:
        link = links_of(turn.answer, slots.collection)
        slots.text.html(to_html(turn.answer, link, pending=not turn.is_over))
    if turn.silent >= NOTICED:
        slots.below.html(pieces.notice(pieces.still_waiting(turn.silent)))
    elif _is_waited_for(turn):
        slots.below.html(pieces.quiet(ASKED))
    elif before and (_is_waited_for(before) or before.silent >= NOTICED):
        slots.below.empty()


def show_end(engine: Engine, turn: Turn, parts: Drawn, slots: Slots) -> None:
    """Show what stands under an answer that is over, and ask what is thought of it."""
    below = slots.below.container()
    if parts.below:
        below.html(parts.below)
    if parts.uncited:
        _fold(below, f"Read, not cited: {parts.uncited}", parts.uncited_html)
    if turn.finished:
        with slots.opinion:
            ask_opinion(engine.feedback_file, turn)


def show_answered(engine: Engine, turn: Turn, slots: Slots) -> None:
    """Show the end of a turn that was only just answered, at the place where it was written."""
    parts = drawn(turn, JUST_NOW, slots.collection)
    if parts.found and not parts.text:  # no word came that the evidence made room for
        _fold(slots.evidence, f"Sentences found: {parts.found}", parts.found_html)
    show_end(engine, turn, parts, slots)


def _fold(place: DeltaGenerator, label: str, inside: str, *, expanded: bool = False) -> None:
    with place.container(), st.expander(label, expanded=expanded):
        st.html(inside)


def _found(turn: Turn, collection: str) -> tuple[str, str]:
    sentences = found_sentences(turn.sources)
    shown = sentences_html(sentences, links_of(turn.answer, collection))
    return f"Sentences found: {len(sentences)}", shown


def _is_waited_for(turn: Turn) -> bool:
    """Whether a language model has still to say its first word."""
    return turn.answer.mode is Mode.MODEL and not turn.answer.text and not turn.is_over


def _is_found(turn: Turn, before: Turn | None) -> bool:
    """Whether the evidence is to be drawn: it is new, or makes room for the first word."""
    if before is None:
        return bool(turn.sources)
    began = bool(turn.answer.text) and not before.answer.text
    return began or turn.sources is not before.sources

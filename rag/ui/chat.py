"""The chat: the conversation so far, a question, its answer as it comes."""

from collections.abc import Iterable, Sequence
from itertools import islice

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.rendering import notes, outcome_words
from rag.rendering.html import citations_html, disagreements_html, sentences_html, to_html
from rag.scope import EVERYWHERE, Scope
from rag.starters import starter_questions
from rag.types import Answer, Document, Mode, Outcome
from rag.ui import pieces
from rag.ui.documents.adding import look_again, offer_adding, show_works
from rag.ui.engine import Engine
from rag.ui.links import links_of
from rag.ui.narrowing import chips_html, narrow
from rag.ui.opinion import ask_opinion
from rag.ui.turns import Turn, ask, found_sentences, history_of

NOTICED = 3.0  # seconds of silence of the language model that are told
STARTER_DOCUMENTS = 20  # the newest ones; reading them all would keep the page waiting


def chat_page(engine: Engine) -> None:
    """Show the conversation, take a question and answer it."""
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    names = engine.document_ids()
    scope = narrow(engine) if names else EVERYWHERE
    asked = st.chat_input("Ask your documents", max_chars=2_000, disabled=not names)
    question = asked or st.session_state.pop("starter", None)
    st.html(pieces.masthead() + pieces.holdings(len(names), has_model=engine.has_model))
    if not names:
        st.html(pieces.no_documents(engine.folder))
        offer_adding(engine.shelf)
        _offer_reading(engine)
        look_again(engine.shelf)
    elif not turns and not question:
        _show_beginning(engine, names)
    for turn in turns:
        _show_turn(engine, turn)
    if question:
        turns.append(_answer(engine, question, turns, scope))


def _show_beginning(engine: Engine, names: Sequence[str]) -> None:
    if not engine.has_model:
        st.html(pieces.notice(pieces.NO_MODEL))
    show_works(engine.shelf)
    found = (engine.document(name) for name in islice(names, STARTER_DOCUMENTS))
    with st.container(horizontal=True, gap="small"):
        for question in starter_questions(_present(found)):
            st.button(question, key=question, on_click=_choose, args=(question,))


def _offer_reading(engine: Engine) -> None:
    if not st.button("Read the folder", key="read-folder"):
        return
    failures = engine.read_folder()
    if engine.document_ids():
        st.rerun()
    for failure in failures:
        st.html(pieces.notice(failure, "error"))


def _present(documents: Iterable[Document | None]) -> list[Document]:
    return [document for document in documents if document]


def _choose(question: str) -> None:
    st.session_state["starter"] = question


def _answer(engine: Engine, question: str, turns: Sequence[Turn], scope: Scope) -> Turn:
    """Answer before the reader's eyes; returns the last state of the turn."""
    slots = _slots(question, scope)
    shown = None
    for turn in ask(engine, question, history_of(turns), scope):
        _draw(turn, shown, slots)
        shown = turn
    _offer_opinion(engine, turn, slots)
    return turn


def _show_turn(engine: Engine, turn: Turn) -> None:
    slots = _slots(turn.question, turn.scope)
    _draw(turn, None, slots)
    _offer_opinion(engine, turn, slots)


Slots = tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]


def _slots(question: str, scope: Scope) -> Slots:
    """The question, and below it places for evidence, text, what belongs under it, and opinions."""
    st.chat_message("user").html(pieces.question_html(question) + chips_html(scope))
    message = st.chat_message("assistant")
    return message.empty(), message.empty(), message.empty(), message.container()


def _draw(turn: Turn, before: Turn | None, slots: Slots) -> None:
    """Show what has changed since the state before, and leave the rest alone."""
    evidence, text, below, _ = slots
    if turn.sources and (before is None or not before.sources or _began(turn, before)):
        _show_evidence(turn, evidence)
    if turn.answer.text:
        text.html(to_html(turn.answer, links_of(turn.answer), pending=_is_coming(turn)))
    if turn.finished or turn.error:
        _show_below(turn, below.container())
    elif turn.silent >= NOTICED:
        below.html(pieces.notice(pieces.still_waiting(turn.silent)))
    elif before and before.silent >= NOTICED:
        below.empty()


def _offer_opinion(engine: Engine, turn: Turn, slots: Slots) -> None:
    if turn.finished:
        with slots[-1]:
            ask_opinion(engine.feedback_file, turn)


def _is_coming(turn: Turn) -> bool:
    """Whether verdicts are still to come."""
    return not (turn.finished or turn.error)


def _began(turn: Turn, before: Turn) -> bool:
    """Whether the first word has just come: the evidence then makes room for it."""
    return bool(turn.answer.text) and not before.answer.text


def _show_evidence(turn: Turn, place: DeltaGenerator) -> None:
    sentences = found_sentences(turn.sources)
    waiting = turn.answer.mode is Mode.MODEL and not turn.answer.text and not turn.finished
    label = f"Sentences found: {len(sentences)}"
    with place.container(), st.expander(label, expanded=waiting):
        st.html(sentences_html(sentences, links_of(turn.answer)))


def _show_below(turn: Turn, place: DeltaGenerator) -> None:
    place.html(_below(turn))
    if turn.finished and turn.answer.uncited and turn.answer.outcome is not Outcome.NOT_FOUND:
        with place.expander(f"Read, not cited: {len(turn.answer.uncited)}"):
            st.html(sentences_html(turn.answer.uncited, links_of(turn.answer)))


def _below(turn: Turn) -> str:
    error = pieces.notice(turn.error, "error") if turn.error else ""
    if turn.finished:
        return error + _state(turn.answer) + _differing(turn.answer) + _cited(turn.answer)
    return error + _notes(turn.answer) * bool(turn.answer.text)


def _state(answer: Answer) -> str:
    return pieces.state_line(outcome_words(answer), answer.outcome.value) + _notes(answer)


def _notes(answer: Answer) -> str:
    return "".join(pieces.state_line(note, "note") for note in notes(answer))


def _differing(answer: Answer) -> str:
    shown = disagreements_html(answer.disagreements, links_of(answer))
    return (pieces.heading("Your documents do not say the same") + shown) * bool(shown)


def _cited(answer: Answer) -> str:
    link = links_of(answer)
    cited = pieces.heading("Cited") + citations_html(answer.citations, link)
    nearest = pieces.heading("The nearest sentences") + sentences_html(answer.nearest, link)
    return cited * bool(answer.citations) + nearest * bool(answer.nearest)

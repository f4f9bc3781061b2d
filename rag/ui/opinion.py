"""What the reader thinks of an answer: two thumbs, a reason, and citations that do not hold.

Nothing is kept before something is chosen. A choice is kept at once, and can be changed or taken
back; only this piece of the page is drawn again.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from rag.errors import FeedbackError
from rag.feedback import Feedback, Opinion, keep
from rag.rendering.json_form import to_json
from rag.turns import Turn
from rag.ui import pieces

Said = tuple[Opinion, str]  # an opinion and its reason
Opinions = dict[int | None, Said]  # by what it is about: a citation's number, or None: the answer

LONGEST_REASON = 1_000  # characters
THUMBS = (Opinion.BAD, Opinion.GOOD)
WITHDRAWN: Said = (Opinion.WITHDRAWN, "")


@st.fragment
def ask_opinion(path: Path, turn: Turn) -> None:
    """Offer thumbs and complaints below a finished answer, and keep what is chosen."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(pieces.quiet("Is this answer right?"), width="content")
        thumb = st.feedback("thumbs", key=f"thumb-{turn.id}", persist_state="session")
        said = _of_citations(turn)
    if thumb is not None:
        said[None] = (THUMBS[thumb], _reason("Why? (optional)", f"why-{turn.id}"))
    try:
        _keep_changes(path, turn, said)
    except FeedbackError as error:
        st.html(pieces.notice(str(error), "error"))
    else:
        if _given(turn):
            st.html(pieces.thanks(path))


def _of_citations(turn: Turn) -> Opinions:
    numbers = [citation.number for citation in turn.answer.citations]
    if not numbers:
        return {}
    with st.popover("Something wrong with a citation?", type="tertiary"):
        wrong = st.pills(
            "Which one does not support what is said?",
            numbers,
            selection_mode="multi",
            format_func=lambda number: f"[{number}]",
            key=f"wrong-{turn.id}",
            persist_state="session",
        )
        reason = _reason("What is wrong? (optional)", f"what-{turn.id}") if wrong else ""
    return dict.fromkeys(wrong, (Opinion.BAD, reason))


def _reason(label: str, key: str) -> str:
    said = st.text_input(label, key=key, max_chars=LONGEST_REASON, persist_state="session")
    return said.strip()


def _given(turn: Turn) -> Opinions:
    """What was kept of this turn so far, for as long as the visit lasts."""
    given: dict[str, Opinions] = st.session_state.setdefault("opinions", {})
    return given.setdefault(turn.id, {})


def _keep_changes(path: Path, turn: Turn, said: Mapping[int | None, Said]) -> None:
    """Keep what is new, was changed or was taken back; what fails is tried again the next time."""
    given = _given(turn)
    for about in sorted({*given, *said}, key=lambda number: number or 0):
        opinion, reason = said.get(about, WITHDRAWN)
        if said.get(about) == given.get(about):
            continue
        keep(path, _feedback(turn, about, opinion, reason))
        given.pop(about, None)
        given.update({about: said[about]} if about in said else {})


def _feedback(turn: Turn, about: int | None, opinion: Opinion, reason: str) -> Feedback:
    return Feedback(
        case=turn.id,
        time=dt.datetime.now().astimezone(),
        question=turn.question,
        standalone_question=turn.answer.standalone_question,
        history=turn.history,
        opinion=opinion,
        reason=reason,
        citation=about,
        answer=to_json(turn.answer),
    )

"""What readers thought of answers, and one click to make a golden question of it.

``python -m eval.adopt`` proposes, checks and writes; here its fields are filled in.
"""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from rag.config import Config
from rag.feedback import feedback_file
from rag.types import Outcome
from rag.ui import pieces
from rag.ui.evaluation.children import ChildError, of_json, run_to_end

NONE_YET = "No feedback yet: it comes from the thumbs below an answer."
AREAS = {
    "answers": "Right answer (other wordings on lines of their own)",
    "facts": "Facts it must contain, a line each (| between spellings of one)",
    "evidence": "Evidence, a sentence each line (some words that stand in it will do)",
}
Case = Mapping[str, Any]


def show_feedback(config: Config, golden: Path) -> None:
    """The answers that were judged, the bad ones first, each with what was said of it."""
    path = feedback_file(config.data)
    if not path.exists():
        st.html(pieces.notice(NONE_YET))
        return
    if added := st.session_state.pop("adopted", ""):
        st.html(pieces.notice(added, "good"))
    for case in _cases(config, path, _stamp(path)):
        with st.container(horizontal=True, vertical_alignment="top"):
            st.html(_case_html(case))
            if case["golden"] is None:
                st.button(
                    "Make it a test",
                    key=f"adopt-{case['case']}",
                    on_click=_open,
                    args=(case["case"],),
                )
    if chosen := st.session_state.get("adopting"):
        _complete(config, golden, chosen)


def _stamp(path: Path) -> tuple[float, ...]:
    """Changes with the feedback and with the note of what is done with."""
    files = (path, path.with_name(f"{path.stem}.adopted.jsonl"))
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


@st.cache_data(max_entries=5, show_spinner="Reading the feedback …")
def _cases(_config: Config, path: Path, stamped: tuple[float, ...]) -> list[Case]:  # noqa: ARG001 - the cache looks at it
    arguments = ["--list", "--json", "--feedback", str(path.absolute())]
    cases: list[Case] = _asked(_config, arguments)["cases"]
    return cases


def _open(case: str) -> None:
    st.session_state["adopting"] = case


def _case_html(case: Case) -> str:
    css, words = ("unsupported", "✗ bad") if case["is_bad"] else ("supported", "✓ good")
    said = [case["reason"], *(f"[{number}] {why}" for number, why in case["wrong"].items())]
    reason = "; ".join(filter(None, said))
    return (
        f'<div class="case"><p class="said">{escape(case["question"])}</p>'
        f'<p><span class="verdict {css}">{words}</span> <span class="reason">{escape(reason)}'
        f"</span></p><p>{escape(case['answer'])}</p>{_done_html(case)}</div>"
    )


def _done_html(case: Case) -> str:
    if case["golden"] is None:
        return ""
    return pieces.quiet(f"Test question {case['golden']}" if case["golden"] else "Put aside")


def _close() -> None:
    st.session_state.pop("adopting", None)


@st.dialog("A test question of this answer", width="large", on_dismiss=_close)
def _complete(config: Config, golden: Path, case: str) -> None:
    """Show what would be added, take what is changed, and add it on a yes."""
    try:
        proposed = _proposed(config, str(golden), case, _stamp(feedback_file(config.data)))
    except ChildError as error:
        st.html(pieces.notice(str(error), "error"))
        return
    fields = _fields(proposed, case)
    for line in (*proposed["lost"], *proposed["problems"]):
        st.html(pieces.state_line(f"– {line}", "note"))
    with st.container(horizontal=True):
        add = st.button("Add to the test set", type="primary", key=f"add-{case}")
        skip = st.button("Put aside", key=f"skip-{case}")
    st.html(pieces.quiet(f"It is added to {golden}."))
    if add:
        _add(config, golden, case, fields)
    if skip:
        _asked(config, ["--case", case, "--skip", *_where(config, golden)], expects=False)
        _close()
        st.rerun()


@st.cache_data(max_entries=5, show_spinner="Making a proposal …")
def _proposed(
    _config: Config,
    golden: str,
    case: str,
    stamped: tuple[float, ...],  # noqa: ARG001 - the cache looks at it
) -> dict[str, Any]:
    return _asked(_config, ["--case", case, *_where(_config, Path(golden))])


def _fields(proposed: Mapping[str, Any], case: str) -> dict[str, Any]:
    """The fields, each to be changed."""
    now: dict[str, Any] = dict(proposed["fields"])
    now["question"] = st.text_input("Question", now["question"], key=f"question-{case}")
    outcomes = [one.value for one in Outcome]
    now["outcome"] = st.selectbox(
        "It should end as", outcomes, outcomes.index(now["outcome"]), key=f"outcome-{case}"
    )
    if now["outcome"] == Outcome.PARTLY:
        now["missing"] = st.text_input("What is missing", now["missing"], key=f"missing-{case}")
    refused = now["outcome"] == Outcome.NOT_FOUND
    if not refused:
        for name, label in AREAS.items():
            now[name] = st.text_area(label, now[name], height=90, key=f"{name}-{case}")
    known = proposed["tags"]["not_found" if refused else "answerable"]
    now["tags"] = st.multiselect("Kinds", known, now["tags"], key=f"tags-{case}")
    return now


def _add(config: Config, golden: Path, case: str, fields: Mapping[str, Any]) -> None:
    """Add it, or say in the dialog what has to be completed first."""
    arguments = ["--case", case, "--fields", "-", *_where(config, golden)]
    done = _asked(config, arguments, json.dumps(fields))
    if done["added"]:
        st.session_state["adopted"] = f"Added as {done['added']} to {golden}."
        _close()
        st.rerun()
    for line in done["problems"]:
        st.html(pieces.notice(f"Before it can be added: {line}", "error"))


def _where(config: Config, golden: Path) -> list[str]:
    feedback = feedback_file(config.data).absolute()
    return ["--golden", str(golden.absolute()), "--feedback", str(feedback)]


def _asked(
    config: Config, arguments: list[str], typed: str = "", *, expects: bool = True
) -> dict[str, Any]:
    """What the command prints; raises ChildError with its words when it failed."""
    done = run_to_end(config, "eval.adopt", arguments, typed)
    if not expects and done.status == 0:
        return {}
    try:
        found: dict[str, Any] = of_json(done.out)
    except ValueError as error:
        raise ChildError(done.said or "The feedback could not be read.") from error
    return found

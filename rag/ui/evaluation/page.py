"""Evaluation: run a question set, read its report, compare it, and learn from feedback."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from rag.config import Config
from rag.errors import FootnoteError
from rag.ui import pieces
from rag.ui.engine import Engine
from rag.ui.evaluation.comparing import show_comparison
from rag.ui.evaluation.desk import Desk, Running, Wish
from rag.ui.evaluation.feedback import show_feedback
from rag.ui.evaluation.report import report_address
from rag.ui.evaluation.runs import (
    BASELINE,
    GOLDEN,
    HEADLINES,
    Run,
    read_run,
    read_runs,
    runs_folder,
    usual_golden,
)
from rag.ui.page_pieces import page_title

ABOUT = "How good the answers are, on questions whose right answers are known."
NO_RUNS = "No run yet. A run asks every question of the set and scores what comes of it."
LISTED = 8  # runs in the table; the others can still be chosen
HEIGHT = 820  # of the report, in pixels


def evaluation_page(engine: Engine) -> None:
    """Show how to run, what runs, what has run, and what readers thought."""
    config = engine.config
    st.html(page_title("Evaluation", ABOUT))
    desk = _desk(str(runs_folder(config)))
    golden = _offer_run(config, desk)
    with st.container():  # a place of its own, so that nothing below it is drawn anew
        if desk.is_busy:
            _show_progress(desk)
        elif desk.last:
            _show_end(desk.last)
    runs = read_runs(runs_folder(config))
    report, comparison, feedback = st.tabs(["Report", "Comparison", "Feedback"])
    with report:
        _show_runs(config, runs)
    with comparison:
        _guarded_comparison(config, runs)
    with feedback:
        _guarded_feedback(config, golden)


@st.cache_resource(show_spinner=False)
def _desk(folder: str) -> Desk:  # noqa: ARG001 - the cache keeps one for each
    """One for every data folder, for as long as the process lives."""
    return Desk()


def _offer_run(config: Config, desk: Desk) -> Path:
    """What to run, and the button; returns the question set."""
    usual = str(usual_golden(config))
    with st.expander("Question set", expanded=False):
        golden = Path(
            st.text_input("File of questions", usual, key="golden", persist_state="session")
        )
        limit = st.number_input(
            "Only the first so many", 1, None, None, key="limit", persist_state="session"
        )
        quotes = config.has_model and st.toggle("By quotation, without the language model")
    wish = Wish(golden.expanduser(), limit, bool(quotes))
    if st.button("Run the evaluation", type="primary", disabled=desk.is_busy):
        try:
            desk.begin(config, wish)
        except (FootnoteError, OSError) as error:
            st.html(pieces.notice(str(error), "error"))
        else:
            st.rerun()
    return wish.golden


@st.fragment(run_every=1.0)
def _show_progress(desk: Desk) -> None:
    """How far the run is, asked again every second; the whole page when it has ended."""
    if not desk.is_busy or desk.last is None:
        st.rerun()
    else:
        done, total = desk.last.done, desk.last.total
        words = f"{done:,} of {total:,} questions" if done else "Indexing the documents …"
        st.progress(min(done / total, 1.0) if total else 0.0, words)
        st.button("Stop", on_click=desk.stop)


def _show_end(last: Running) -> None:
    """How the last run ended, where that is worth a word."""
    if last.child.was_stopped:
        st.html(pieces.notice(f"Stopped after {last.done:,} of {last.total:,} questions."))
    elif last.child.status:
        st.html(pieces.notice(last.child.said() or "The run failed.", "error"))


def _show_runs(config: Config, runs: Sequence[Run]) -> None:
    if not runs:
        st.html(pieces.notice(NO_RUNS))
        return
    st.html(runs_html(runs[:LISTED]))
    readable = [run for run in runs if run.has_report]
    if not readable:
        return
    address = report_address(_chosen("Report of", readable).name, config.collection)
    st.html(
        f'<p class="state note"><a href="{escape(address)}" target="_blank" rel="noopener">'
        "Open it in a page of its own</a></p>"
    )
    st.iframe(address, height=HEIGHT, alt="The report of the run")


def runs_html(runs: Sequence[Run]) -> str:
    """Runs as a table: when, by whom, how many questions, the headline figures."""
    head = "".join(f"<th>{one}</th>" for one in ("Begun", "Questions", "By", *HEADLINES.values()))
    rows = "".join(map(_row, runs))
    return f'<div class="wide"><table class="figures"><tr>{head}</tr>{rows}</table></div>'


def _row(run: Run) -> str:
    figures = [run.figures.get(words) for words in HEADLINES.values()]
    cells = [
        f"{run.questions:,}{'' if run.finished else ', not finished'}",
        run.mode,
        *("–" if one is None else f"{100 * one:.1f} %" for one in figures),
    ]
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{run.started:%Y-%m-%d %H:%M}</th>{row}</tr>'


def _words(run: Run) -> str:
    if run.folder == BASELINE:
        return "the baseline of this version"
    return f"{run.started:%Y-%m-%d %H:%M:%S}, {run.questions:,} questions, {run.mode}"


def _chosen(label: str, runs: Sequence[Run], at: int = 0) -> Run:
    """Let one of the runs be chosen."""
    by_name = {run.name: run for run in runs}
    name = st.selectbox(label, list(by_name), at, format_func=lambda it: _words(by_name[it]))
    return by_name[name]


def _guarded_comparison(config: Config, runs: Sequence[Run]) -> None:
    finished = [run for run in runs if run.finished]
    baseline = read_run(BASELINE) if usual_golden(config) == GOLDEN else None
    known = [*finished, *([baseline] if baseline else [])]
    if not finished or len(known) == 1:
        st.html(pieces.notice("Two finished runs are needed to compare them."))
        return
    b = _chosen("B, which is judged", known)
    a = _chosen("A, with which it is compared", known, 1)
    try:
        show_comparison(config, a.folder, b.folder)
    except FootnoteError as error:
        st.html(pieces.notice(str(error), "error"))


def _guarded_feedback(config: Config, golden: Path) -> None:
    try:
        show_feedback(config, golden)
    except FootnoteError as error:
        st.html(pieces.notice(str(error), "error"))

"""``python -m eval.speed.conversation``: what a run of the chat page costs in a long conversation.

A data folder with 500 documents and a conversation of 100 questions of the golden set, answered in
quotes and kept; then the page is run as for a visitor, without a browser: opened at its address,
run again because something was clicked, run with every turn in sight, and asked one more question.
Times are of the whole run and of reading what it sends, by the clock and of the processor: on a
busy machine only the second means much.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from streamlit.testing.v1 import AppTest

from eval.questions import read_questions
from eval.speed.corpus import RUN, RUNS_EACH
from eval.speed.ours import config_of
from eval.speed.scale_steps import ScaleTask, fill
from eval.speed.tables import table
from rag.libraries import opened
from rag.proceeding import ask
from rag.turns import kept_of
from rag.ui.opening import LibraryEngine

DOCUMENTS, TURNS, RUNS = 500, 100, 10
BAR = 0.2  # seconds that a rerun may take
ROOT = Path(__file__).parent.parent.parent

Times = list[tuple[float, float]]
"""Seconds by the clock and seconds of the processor, of every run."""
Measured = list[tuple[str, Times]]


def measure(documents: int, turns: int) -> Measured:
    """Fill a folder, hold the conversation, and run its page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        sentences = documents * RUN * RUNS_EACH
        fill(ScaleTask(folder, ROOT / "seeds", folder / "none", sentences))
        with opened(config_of(folder), change=True) as library:
            library.prepare_index()
            engine = LibraryEngine(library)
            held = len(engine.document_ids())
            print(f"{held} documents, {sentences:,} sentences", file=sys.stderr)
            return page_runs(engine, converse(engine, turns))


def converse(engine: LibraryEngine, turns: int) -> str:
    """Ask so many questions in one conversation; returns its id."""
    name = ""
    for one in read_questions(ROOT / "eval" / "golden.jsonl")[:turns]:
        *_, last = ask(engine, one.text, [])
        name = engine.conversations.keep(kept_of(last), name).id
    return name


def page_runs(engine: LibraryEngine, name: str) -> Measured:
    """How long each kind of run of the page takes, several times each."""

    def page(engine: "LibraryEngine") -> None:  # run as a script of its own
        from rag.ui.app import main

        main(lambda: engine)

    def opened_page() -> AppTest:
        app = AppTest.from_function(page, default_timeout=60, args=(engine,))
        app.query_params["conversation"] = name
        app.run()
        assert not app.exception, app.exception
        return app

    opening = _times(opened_page, 1)
    app = opened_page()
    again = _times(app.run)
    while earlier := [button for button in app.button if button.key == "earlier"]:
        earlier[0].click().run()
    everything = _times(app.run)
    asking = _times(app.chat_input[0].set_value("Who is Burns?").run, 1)
    return [
        ("opened for the first time", opening),
        ("run again, the last turns in sight", again),
        ("run again, every turn in sight", everything),
        ("one more question, answered in quotes", asking),
    ]


def _times(run: Callable[[], object], count: int = RUNS) -> Times:
    return [_timed(run) for _ in range(count)]


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    clock, processor = perf_counter(), process_time()
    run()
    return perf_counter() - clock, process_time() - processor


def _row(what: str, times: Times) -> list[str]:
    clock, processor = ([1000 * one for one in each] for each in zip(*times, strict=True))
    return [what, f"{median(clock):.0f}", f"{max(clock):.0f}", f"{median(processor):.0f}"]


def command() -> None:
    """Measure, print a table, and fail when a rerun takes longer than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--out", type=Path, help="write the seconds as JSON too")
    given = parser.parse_args()
    found = measure(given.documents, given.turns)
    head = ["a run of the page", "ms", "most", "of the processor"]
    print(table([head, *(_row(*one) for one in found)]))
    if given.out:
        given.out.write_text(json.dumps(dict(found)), encoding="utf-8")
    again = dict(found)["run again, the last turns in sight"]
    sys.exit(median(clock for clock, _ in again) > BAR)


if __name__ == "__main__":
    command()

"""Does an ingest keep those waiting who ask? ``python -m eval.speed.busy FOLDER``.

In one process, as in the application: one thread asks the folder's questions one after the other,
another one only wakes up every five milliseconds and notes how late it is: first while nothing
else goes on, then while documents come in, then while the index is built anew. Everything is the
product's own, in quotations. ``--inside`` has the index in the same process too, as it is for a
single command, for comparison.

On a machine that others use, a thread that wakes up late may only have waited for a processor.
*By its own work* counts of each lateness what is left without that wait (Linux tells it), and at
most what this process took of the processor meanwhile.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from eval.speed.costs import Latency, latency_of
from eval.speed.run import documents_of, questions_of
from eval.speed.tables import table
from rag.answering import ask
from rag.config import read_config
from rag.errors import QuestionError
from rag.ingest import ingest
from rag.libraries import Library, opened

BEFORE, COMING, QUESTIONS = 300, 200, 40
BEAT = 0.005
QUIET_SECONDS = 10.0
LONG = 100.0  # milliseconds; the bar of a pause
SCHEDULED = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class Waits:
    """What was waited while something went on: for answers, and to be let run at all; in ms."""

    what: str
    seconds: float
    answers: Latency
    longest_answer: float
    lateness: Sequence[float]
    own: Sequence[float]


def measure(
    folder: Path, before: int = BEFORE, coming: int = COMING, *, is_inside: bool = False
) -> list[Waits]:
    """Take documents in, then more while questions are asked."""
    files = sorted(path for path in documents_of(folder).rglob("*") if path.is_file())
    questions = questions_of(folder, QUESTIONS)
    with tempfile.TemporaryDirectory() as scratch:
        documents = Path(scratch) / "documents"
        documents.mkdir()
        config = replace(read_config({}), data=Path(scratch) / "data", documents=documents)
        with opened(config, change=True) as library:
            if not is_inside:
                library.serve_others()
            _copy(files[:before], documents)
            ingest(library, [documents])
            _answer(library, questions[0])
            quiet = waits(library, questions, "nothing", lambda: time.sleep(QUIET_SECONDS))
            _copy(files[before : before + coming], documents)
            work = f"{len(files[before : before + coming])} documents come in"
            taking = waits(library, questions, work, lambda: _take_in(library, documents))
            again = "the index is built anew"
            return [quiet, taking, waits(library, questions, again, lambda: _rebuild(library))]


def waits(library: Library, questions: list[str], what: str, act: Callable[[], None]) -> Waits:
    """Ask and beat while something is done."""
    stop = threading.Event()
    answers: list[float] = []
    lateness: list[float] = []
    own: list[float] = []
    threads = [
        threading.Thread(target=_ask_on, args=(library, questions, answers, stop)),
        threading.Thread(target=_beat_on, args=(lateness, own, stop)),
    ]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    stop.set()
    for thread in threads:
        thread.join()
    return Waits(what, seconds, latency_of(answers), max(answers), lateness, own)


def waits_table(rows: list[Waits]) -> str:
    """The figures side by side."""
    heads = ["while", "s", "answers", "median, ms", "95 %", "longest", "pause 95 %", "longest"]
    heads += [f"over {LONG:g} ms", "by its own work: longest", f"over {LONG:g} ms"]
    cells = [
        [
            one.what,
            f"{one.seconds:.1f}",
            f"{one.answers.count:,}",
            f"{one.answers.median:.0f}",
            f"{one.answers.slow:.0f}",
            f"{one.longest_answer:.0f}",
            f"{latency_of(one.lateness).slow:.0f}",
            f"{max(one.lateness):.0f}",
            f"{sum(late > LONG for late in one.lateness)}",
            f"{max(one.own):.0f}",
            f"{sum(late > LONG for late in one.own)}",
        ]
        for one in rows
    ]
    return table([heads, *cells])


def _copy(files: list[Path], folder: Path) -> None:
    for path in files:
        (folder / path.name).write_bytes(path.read_bytes())


def _take_in(library: Library, documents: Path) -> None:
    ingest(library, [documents])


def _ask_on(
    library: Library, questions: list[str], answers: list[float], stop: threading.Event
) -> None:
    for question in cycle(questions):
        if stop.is_set():
            return
        start = time.perf_counter()
        _answer(library, question)
        answers.append(1_000 * (time.perf_counter() - start))
        time.sleep(BEAT)


def _answer(library: Library, question: str) -> None:
    try:
        ask(library, None, question)
    except QuestionError:
        return


def _rebuild(library: Library) -> None:
    library.rebuild_index()


def _beat_on(lateness: list[float], own: list[float], stop: threading.Event) -> None:
    while not stop.is_set():
        start, waited, worked = time.perf_counter(), _waited(), time.process_time()
        time.sleep(BEAT)
        late = time.perf_counter() - start - BEAT
        left = min(late - (_waited() - waited), time.process_time() - worked)
        lateness.append(1_000 * late)
        own.append(1_000 * max(0.0, left))


def _waited() -> float:
    """Seconds that this thread has waited for a processor; 0 where the system does not tell."""
    try:
        return int(SCHEDULED.read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


def main() -> None:
    """Measure a folder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", type=int, default=BEFORE, help="documents held at first")
    parser.add_argument("--coming", type=int, default=COMING, help="documents that come in")
    parser.add_argument("--inside", action="store_true", help="the index in the same process")
    given = parser.parse_args()
    rows = measure(given.folder, given.before, given.coming, is_inside=given.inside)
    sys.stdout.write(waits_table(rows) + "\n")


if __name__ == "__main__":
    main()

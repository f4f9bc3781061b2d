"""How far a long piece of work is: a bar on a terminal, now and then a line anywhere else.

All of it goes to stderr. The bar goes away when the work is done.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from rag.changes import Progress, Watch
from rag.cli import say
from rag.libraries import Report

Seen = TypeVar("Seen")
SECONDS_BETWEEN_LINES = 10.0
SECONDS_LOOKED_BACK = 60.0  # for the time left: long enough for one large document


@contextmanager
def progress_shown() -> Iterator[tuple[Report, Watch]]:
    """Yield what is told a line, and what is shown progress, for the length of a ``with`` block."""
    if sys.stderr.isatty():
        with _bar() as both:
            yield both
    else:
        yield say, occasional_lines(say)


def occasional_lines(report: Report, clock: Callable[[], float] = monotonic) -> Watch:
    """Report how far an ingest is, now and then."""
    return now_and_then(report, lambda one: f"{one.what}: {_counts(one)}", clock)


def now_and_then(
    report: Report, words: Callable[[Seen], str], clock: Callable[[], float] = monotonic
) -> Callable[[Seen], None]:
    """Report a line at most every ten seconds, so that a log stays short."""
    said = clock()

    def watch(seen: Seen) -> None:
        nonlocal said
        if clock() - said >= SECONDS_BETWEEN_LINES:
            said = clock()
            report(words(seen))

    return watch


@contextmanager
def _bar() -> Iterator[tuple[Report, Watch]]:
    import rich.progress as bars
    from rich.console import Console

    plain = "{task.description}", "{task.fields[counts]}"
    columns = [bars.TextColumn(text, markup=False) for text in plain]
    columns_shown = (columns[0], bars.BarColumn(), columns[1], bars.TimeRemainingColumn())
    with bars.Progress(
        *columns_shown,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        speed_estimate_period=SECONDS_LOOKED_BACK,
    ) as shown:
        task = shown.add_task("Opening", total=None, counts="")
        rate = _rate()

        def report(line: str) -> None:
            shown.update(task, description=line)

        def watch(progress: Progress) -> None:
            if progress.what != shown.tasks[0].description:
                shown.reset(task, total=1.0, description=progress.what)
            counts = _counts(progress) + rate(progress)
            shown.update(task, completed=progress.share, counts=counts)

        yield report, watch


def _counts(progress: Progress) -> str:
    words = f"{progress.done:,} of {progress.total:,} documents"
    return words + (f", {progress.sentences:,} sentences" if progress.sentences else "")


def _rate(clock: Callable[[], float] = monotonic) -> Callable[[Progress], str]:
    """Return what says how fast sentences have been embedded since the first were."""
    start: float | None = None

    def rate(progress: Progress) -> str:
        nonlocal start
        start = clock() if start is None or not progress.sentences else start
        seconds = clock() - start
        return f", {progress.sentences / seconds:,.0f} a second" if seconds > 1 else ""

    return rate

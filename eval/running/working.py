"""Many questions at once, with the time that is left: a bar on a terminal, else a line at times."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from rag.cli.progress import now_and_then

Item = TypeVar("Item")

STOPPING = "Stopping when the questions at work are answered; Ctrl-C again to stop at once."


@dataclass(frozen=True, slots=True)
class Done:
    """How far it is: questions done of all, errors among them, and the seconds since it began."""

    done: int
    total: int
    errors: int
    seconds: float

    @property
    def left(self) -> float:
        """The seconds left, if it goes on as it went."""
        return self.seconds * (self.total - self.done) / self.done if self.done else 0.0

    def __str__(self) -> str:
        """Say it in one line, without the time left."""
        failed = f", {counted(self.errors, 'error')}" if self.errors else ""
        return f"{self.done:,} of {counted(self.total, 'question')}{failed}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 question``, ``1,200 questions``."""
    return f"{number:,} {noun}" + "s" * (number != 1)


Watch = Callable[[Done], None]


def work_through(
    work: Callable[[Item], bool], items: Sequence[Item], at_once: int, watch: Watch
) -> None:
    """Do all the work, several items at once; ``work`` says whether it met no error.

    What it raises ends the rest. A first Ctrl-C waits for what has begun, a second does not.
    """
    begun, errors = monotonic(), 0
    pool = ThreadPoolExecutor(at_once)
    futures = [pool.submit(work, item) for item in items]
    try:
        for number, future in enumerate(as_completed(futures), 1):
            errors += not future.result()
            watch(Done(number, len(items), errors, monotonic() - begun))
    except KeyboardInterrupt:
        print(STOPPING, file=sys.stderr, flush=True)
        _end(pool, futures)
        raise
    finally:
        _end(pool, futures)


def _end(pool: ThreadPoolExecutor, futures: Sequence[Future[bool]]) -> None:
    try:
        for future in futures:
            future.cancel()
        pool.shutdown()
    except KeyboardInterrupt:
        os._exit(1)  # threads that wait for a server would hold the process for minutes


@contextmanager
def progress_shown() -> Iterator[Watch]:
    """Yield what is shown how far it is."""
    if sys.stderr.isatty():
        with _bar() as watch:
            yield watch
    else:
        yield occasional_lines(lambda line: print(line, file=sys.stderr, flush=True))


def occasional_lines(say: Callable[[str], None], clock: Callable[[], float] = monotonic) -> Watch:
    """Say how far it is, now and then."""
    return now_and_then(say, lambda done: f"{done}, {in_words(done.left)} left", clock)


def in_words(seconds: float) -> str:
    """A time such as ``1:05:00`` or ``4:10``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def _bar() -> Iterator[Watch]:
    import rich.progress as bars
    from rich.console import Console

    words = bars.TextColumn("{task.fields[counts]}, {task.fields[left]} left", markup=False)
    console = Console(stderr=True)
    with bars.Progress(bars.BarColumn(), words, console=console, transient=True) as shown:
        task = shown.add_task("", total=None, counts="", left="?")

        def watch(done: Done) -> None:
            counts, left = str(done), in_words(done.left)
            shown.update(task, completed=done.done, total=done.total, counts=counts, left=left)

        yield watch

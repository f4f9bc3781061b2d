"""What a piece of work costs: seconds, bytes on disk, memory, milliseconds a question.

Work is measured in a process of its own, so that its memory is its own and nobody's modules are
loaded already. The process prints its findings as one line of JSON, the last one.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

Result = TypeVar("Result")

STATUS = Path("/proc/self/status")
TWENTIETHS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one system took to take in a folder and to find something in it.

    Seconds: ``ingest`` and ``again`` (nothing changed; None where there is no such thing),
    ``opening`` until the first question is answered. Bytes: ``disk``, ``ingest_memory`` and
    ``memory`` (the peaks of both processes). Milliseconds of a question: ``median``, and
    ``slow``, the 95th percentile. ``note`` says what there is to know about the figures.
    """

    system: str
    passages: int
    ingest: float
    disk: int
    ingest_memory: int
    opening: float
    memory: int
    median: float
    slow: float
    again: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of questions: how many, their median and their 95th percentile."""

    count: int
    median: float
    slow: float


class ChildFailedError(RuntimeError):
    """The process that was measured ended with an error; the message is what it said last."""


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what the work returns, and its seconds."""
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def latency_of(milliseconds: Sequence[float]) -> Latency:
    """Return median and 95th percentile; of fewer than two, the one for both."""
    if len(milliseconds) < 2:  # noqa: PLR2004 - quantiles are of two at least
        return Latency(len(milliseconds), *(2 * list(milliseconds)))
    slow = statistics.quantiles(milliseconds, n=TWENTIETHS)[-1]
    return Latency(len(milliseconds), statistics.median(milliseconds), slow)


def question_times(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return the milliseconds of every question."""
    return [1_000 * timed(partial(ask, question))[1] for question in questions]


def run_child(
    module: str, arguments: Sequence[str], *, report: bool = False
) -> tuple[dict[str, Any], float]:
    """Run ``python -m module`` to its end; returns what it found, and its seconds as a whole.

    With ``report``, what it said on stderr is passed on. Raises ChildFailedError when it ends
    with an error.
    """
    command = [sys.executable, "-m", module, *arguments]
    done, seconds = timed(
        lambda: subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter and module
    )
    if done.returncode:
        raise ChildFailedError(f"{' '.join(command[1:])}: {last_line(done.stderr)}")
    if report:
        print(done.stderr, file=sys.stderr)
    found: dict[str, Any] = json.loads(last_line(done.stdout))
    return found, seconds


def last_line(text: str) -> str:
    """Return the last line that is not empty."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def peak_memory() -> int:
    """Return the most bytes that this process has held.

    Linux passes the peak of the parent on to a child, in what ``getrusage`` says; so there the
    process's own page of /proc is read.
    """
    if STATUS.exists():
        fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_memory() -> int:
    """Return the bytes that this process holds now; its peak where that is not known."""
    if STATUS.exists():
        fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) * 1024
    return peak_memory()


def resident_parts() -> tuple[int, int]:
    """Return the bytes held now: the process's own, and of files, which others may share.

    Where the two are not told apart, all are its own.
    """
    if not STATUS.exists():
        return resident_memory(), 0
    fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    own, mapped = (int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile"))
    return own, mapped


def folder_bytes(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(
        (Path(home) / name).stat().st_size for home, _, names in os.walk(folder) for name in names
    )


def print_found(**found: object) -> None:
    """Say what was found, in the last line of the output."""
    print(json.dumps(found))

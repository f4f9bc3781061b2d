"""One step of one system, run in a process of its own and told of in one line of JSON.

A system is a module with an ``ingest`` and a ``search`` of the two types below; its last lines
hand them to ``run_step``, and ``measure`` starts it once for every step.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.speed.costs import (
    Cost,
    folder_bytes,
    latency_of,
    peak_memory,
    print_found,
    question_times,
    run_child,
)


@dataclass(frozen=True, slots=True)
class Task:
    """The documents to take in, the folder to keep them in, questions, and a float32 graph.

    ``questions`` is a JSON file with a list of texts; ``graph`` is what ``write_float_graph``
    wrote.
    """

    documents: Path
    data: Path
    questions: Path
    graph: Path


Ingest = Callable[[Task], Mapping[str, object]]
"""Takes the documents in; may return a ``note``, and its own ``seconds`` without the start."""

Search = Callable[[Task], AbstractContextManager[Callable[[str], object]]]
"""Opens what was taken in, in a process that knows nothing of it yet; a question is a call."""


def run_step(ingest: Ingest, search: Search, more: Mapping[str, Search] | None = None) -> None:
    """Do the step that the command line names, with the task that follows, and say what it cost."""
    step, *paths = sys.argv[1:]
    task = Task(*map(Path, paths))
    if step == "ingest":
        found = dict(ingest(task))
    else:
        found = ask_all(task, {"search": search, **(more or {})}[step])
    print_found(**found, peak=peak_memory())


def ask_all(task: Task, search: Search) -> dict[str, object]:
    """Return the seconds until the first question is answered, and milliseconds of all."""
    questions: list[str] = json.loads(task.questions.read_text(encoding="utf-8"))
    start = perf_counter()
    with search(task) as ask:
        ask(questions[0])
        opening = perf_counter() - start
        times = question_times(ask, questions)
    return {"opening": opening, "times": times}


def measure(system: str, module: str, passages: int, task: Task, *, twice: bool = False) -> Cost:
    """Take the documents in and ask all questions; ``twice``: take them in again in between.

    Seconds of an ingest are those of the whole process, unless the system knows better.
    """
    first, whole = run_step_of(module, "ingest", task)
    again = run_step_of(module, "ingest", task)[1] if twice else None
    disk = folder_bytes(task.data)
    asked, _ = run_step_of(module, "search", task)
    latency = latency_of(asked["times"])
    return Cost(
        system=system,
        passages=passages,
        ingest=first.get("seconds", whole),
        disk=disk,
        ingest_memory=first["peak"],
        opening=asked["opening"],
        memory=asked["peak"],
        median=latency.median,
        slow=latency.slow,
        again=again,
        note=first.get("note", ""),
    )


def run_step_of(module: str, step: str, task: Task) -> tuple[dict[str, Any], float]:
    """Run one step of a system in another process; returns what it found, and its seconds."""
    return run_child(module, [step, *paths_of(task)])


def paths_of(task: Task) -> Sequence[str]:
    """Return a task as it goes onto a command line."""
    return [str(path) for path in astuple(task)]

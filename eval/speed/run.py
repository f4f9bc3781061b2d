"""How long it takes, beside others on the same machine: ``python -m eval.speed FOLDER``.

In one run, for some of the folder's documents and for more of them: the floor (nothing but the
indispensable work), this project as it is used, the stock llama-index pipeline on Chroma, the same
with chunks that its model reads whole, and Chroma's own path. All have the weights of the same
embedding model; every step is a process of its own; everything goes to a temporary folder.
The machine's noise is in all of it, so read the ratios.

FOLDER holds ``documents/`` and ``questions.jsonl`` (eval/README.md); any other folder is taken as
documents, and asked the golden questions. Sizes beyond the folder are measured by
``eval.speed.scale``.
"""

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.questions import read_questions
from eval.speed.corpus import bounds_of
from eval.speed.costs import Cost, Latency, latency_of
from eval.speed.float_graph import write_float_graph
from eval.speed.steps import Task, measure, run_step_of
from eval.speed.tables import costs_table
from rag.config import read_config
from rag.documents import find_files, read_document
from rag.embedding import open_embedding
from rag.passages import window_bounds

GOLDEN = Path(__file__).parent.parent / "golden.jsonl"
OURS, FLOOR = "Footnote", "floor"
SYSTEMS = {
    FLOOR: "eval.speed.floor",
    OURS: "eval.speed.ours",
    "llama-index, as it comes": "eval.speed.llama_index",
    "llama-index, short chunks": "eval.speed.llama_index_short",
    "Chroma by itself": "eval.speed.chroma",
}
SIZES = (1_000, 10_000)
QUESTIONS = 100
QUICK_SIZE, QUICK_QUESTIONS = 300, 25


@dataclass(frozen=True, slots=True)
class Size:
    """How much there was to take in, counted by our own rules."""

    documents: int
    sentences: int
    passages: int


def documents_of(folder: Path) -> Path:
    """Return the folder that holds the documents."""
    inside = folder / "documents"
    return inside if inside.is_dir() else folder


def questions_of(folder: Path, count: int) -> list[str]:
    """Return at most ``count`` questions: the folder's own, else the golden ones."""
    own = folder / "questions.jsonl"
    return [one.text for one in read_questions(own if own.exists() else GOLDEN)][:count]


def copy_some(documents: Path, passages: int, into: Path) -> Size:
    """Copy documents, in the order of their names, until they make enough passages or all are."""
    taken = Size(0, 0, 0)
    for found in find_files(documents):
        if taken.passages >= passages:
            break
        document = read_document(found.path.read_bytes(), found.name, found.path)
        bounds = bounds_of(document)
        target = into / found.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found.path, target)
        taken = Size(
            taken.documents + 1,
            taken.sentences + len(bounds),
            taken.passages + len(window_bounds(bounds)),
        )
    return taken


def compare(
    task: Task, passages: int, report: Callable[[str], None], systems: Collection[str]
) -> Iterator[Cost]:
    """Measure the systems of these names, each with a task of its own data folder."""
    for number, (system, module) in enumerate(SYSTEMS.items()):
        if system not in systems:
            continue
        data = task.data / str(number)
        own = replace(task, data=data)
        report(f"{passages:,} passages: {system}")
        yield measure(system, module, passages, own, twice=system == OURS)


def answers(task: Task) -> Latency:
    """Return the milliseconds of whole answers without a model, where ours has its data."""
    data = task.data / str(list(SYSTEMS).index(OURS))
    own = replace(task, data=data)
    found, _ = run_step_of(SYSTEMS[OURS], "answer", own)
    return latency_of(found["times"])


def measure_size(folder: Path, passages: int, task: Task, systems: Collection[str]) -> list[Cost]:
    """Measure systems on some of a folder's documents, and print the table."""
    size = copy_some(documents_of(folder), passages, task.documents)
    costs = list(compare(task, size.passages, print_progress, systems))
    whole = answers(task)
    print(
        f"\n{size.passages:,} passages ({size.documents:,} documents, {size.sentences:,} "
        f"sentences), {whole.count} questions\n\n{costs_table(costs, OURS, FLOOR)}\n\n"
        f"A whole answer of {OURS} without a model: {whole.median:.0f} ms median, "
        f"{whole.slow:.0f} ms 95th percentile.\n",
        flush=True,
    )
    return costs


def print_progress(line: str) -> None:
    """Say what is being measured."""
    print(f"… {line}", flush=True)


def main(
    folder: Path,
    sizes: Sequence[int],
    questions: int,
    out: Path | None,
    systems: Collection[str] = tuple(SYSTEMS),
) -> None:
    """Measure every size, and keep the figures for the plot."""
    open_embedding(read_config(os.environ))  # our graph is built once per machine, as theirs is
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        graph = write_float_graph(home)
        file = home / "questions.json"
        file.write_text(json.dumps(questions_of(folder, questions)), encoding="utf-8")
        for size in sizes:
            if costs and costs[-1].passages < size_before(size, sizes):
                break  # the folder has no more
            work = home / str(size)
            task = Task(work / "documents", work, file, graph)
            costs += measure_size(folder, size, task, systems)
            shutil.rmtree(work)
    if out is not None:
        out.write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n")


def size_before(size: int, sizes: Sequence[int]) -> int:
    """Return the size that was asked for before this one."""
    return sizes[sizes.index(size) - 1]


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.speed", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("seeds"))
    parser.add_argument("--passages", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--quick", action="store_true", help="a minute: one small size")
    parser.add_argument("--only", action="store_true", help="only Footnote beside the floor")
    parser.add_argument("--out", type=Path, help="a JSON file for eval.speed.plot")
    return parser.parse_args()


def command() -> None:
    """Do what the command line says."""
    given = read_arguments()
    chosen = (FLOOR, OURS) if given.only else tuple(SYSTEMS)
    if given.quick:
        main(given.folder, [QUICK_SIZE], QUICK_QUESTIONS, given.out, chosen)
    else:
        main(given.folder, sorted(given.passages), QUESTIONS, given.out, chosen)

"""How it goes with very many sentences: ``python -m eval.speed.scale FOLDER``.

Ledgers of 100,000, 300,000 and 1,000,000 sentences are written straight, with simulated vectors
(``corpus``), and then opened and asked in fresh processes: by exact search, as a process
does that does not own the data folder, and with the vector index. The floor of a question is one
vector and one raw query of the same index. ``--keep`` leaves the data folders for another run.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.speed.costs import folder_bytes, latency_of, run_child
from eval.speed.run import QUESTIONS, documents_of, questions_of
from eval.speed.scale_steps import ScaleTask
from eval.speed.tables import MEGABYTE, table

STEPS = "eval.speed.scale_steps"
SENTENCES = (100_000, 300_000, 1_000_000)
QUICK = (20_000,)
BARS = {100_000: (25.0, 60.0), 1_000_000: (150.0, float("inf"))}
"""By sentences: the milliseconds that half of the questions, and 95 of 100, may take."""
MEMORY_BARS = {1_000_000: 2_500}
"""By sentences: the megabytes that a process may hold."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One size, asked in one way; seconds, bytes, and milliseconds of a question.

    ``opening`` is until the first answer, ``memory`` what is held then, ``peak`` the most that
    was; ``how`` is ``exact``, ``indexed``, or ``floor`` (with the times alone).
    """

    sentences: int
    passages: int
    how: str
    disk: int
    opening: float
    memory: int
    peak: int
    median: float
    slow: float


def measure(task: ScaleTask, *, with_index: bool) -> Iterator[Scale]:
    """Make a data folder if it is not there yet, and ask it in every way.

    Yields the figures of exact search first, while there is no index on the disk.
    """
    if not task.data.exists():
        filled, _ = run_child(STEPS, ["fill", task.to_json()])
        print(f"… ledger: {filled['seconds']:.0f} s", flush=True)
    yield from asked(task, "exact", 0)
    if with_index:
        built, _ = run_child(STEPS, ["index", replace(task, profile=False).to_json()])
        print(f"… index: {built['seconds']:.0f} s", flush=True)
        yield from asked(task, "indexed", built["passages"])


def asked(task: ScaleTask, how: str, passages: int) -> Iterator[Scale]:
    """Ask in one way, in a fresh process."""
    found, _ = run_child(STEPS, [how, task.to_json()], report=task.profile)
    latency = latency_of(found["times"])
    one = Scale(
        sentences=task.sentences,
        passages=passages,
        how=how,
        disk=folder_bytes(task.data),
        opening=found["opening"],
        memory=found["resident"],
        peak=found["peak"],
        median=latency.median,
        slow=latency.slow,
    )
    yield one
    if found.get("floor"):
        floor = latency_of(found["floor"])
        yield replace(one, how="floor", median=floor.median, slow=floor.slow)


def scale_table(scales: Sequence[Scale]) -> str:
    """Return the figures as a Markdown table, with a word on every bar that is missed."""
    head = ["sentences", "", "disk, MB", "opens, s", "memory, MB", "peak, MB"]
    head += ["question, ms", "95 %", "bars"]
    return table([head, *map(scale_row, scales)])


def scale_row(scale: Scale) -> list[str]:
    """Return the cells of one size, asked in one way."""
    sizes = [f"{count / MEGABYTE:,.0f}" for count in (scale.disk, scale.memory, scale.peak)]
    held = [sizes[0], f"{scale.opening:.1f}", *sizes[1:]]
    is_floor = scale.how == "floor"
    return [
        f"{scale.sentences:,}",
        scale.how,
        *([""] * len(held) if is_floor else held),
        f"{scale.median:.1f}",
        f"{scale.slow:.1f}",
        "" if is_floor else verdict(scale),
    ]


def verdict(scale: Scale) -> str:
    """Say which bars of this size are missed; nothing where there is none."""
    median, slow = BARS.get(scale.sentences, (None, None))
    memory = MEMORY_BARS.get(scale.sentences)
    if median is None or slow is None:
        return ""
    missed = {
        "median": scale.median > median,
        "95 %": scale.slow > slow,
        "memory": memory is not None and scale.peak > memory * MEGABYTE,
    }
    names = [name for name, is_missed in missed.items() if is_missed]
    return f"missed: {', '.join(names)}" if names else "kept"


def main(given: argparse.Namespace, home: Path) -> None:
    """Measure every size, print the table, and keep the figures for the plot."""
    questions = home / "questions.json"
    questions.write_text(json.dumps(questions_of(given.folder, QUESTIONS)), encoding="utf-8")
    scales: list[Scale] = []
    for count in QUICK if given.quick else given.sentences:
        print(f"… {count:,} sentences", flush=True)
        data = home / f"sentences-{count}"
        task = ScaleTask(data, documents_of(given.folder), questions, count, given.profile)
        scales += measure(task, with_index=count <= given.index_up_to)
    print(f"\n{scale_table(scales)}")
    if given.out is not None:
        rows = [asdict(scale) for scale in scales]
        given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.speed.scale", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("seeds"))
    parser.add_argument("--sentences", type=int, nargs="+", default=list(SENTENCES))
    parser.add_argument(
        "--index-up-to",
        type=int,
        default=max(SENTENCES),
        help="larger sets are asked without the index, which takes minutes to build",
    )
    parser.add_argument("--quick", action="store_true", help="a minute: one small size")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--keep", type=Path, help="make the data folders here, and leave them")
    parser.add_argument("--out", type=Path, help="a JSON file for eval.speed.plot")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = read_arguments()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        main(arguments, arguments.keep)
        sys.exit()
    with tempfile.TemporaryDirectory() as temporary:
        main(arguments, Path(temporary))

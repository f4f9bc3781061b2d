"""Two runs compared: ``python -m eval.compare A B [--json] [--metric M…] [--guard M…]``.

A and B are run folders of eval.run; ``eval/baseline`` is one. Exit status: 0 no significant drop
from A to B, 1 a significant drop, 2 the runs cannot be read or judged. The same rule prints the
verdict.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.compare.changes import changes
from eval.compare.flips import FLIPPING, Flip, flips
from eval.compare.pairs import GUARDED, Comparison, Measured, compare_runs
from eval.compare.runs import RunError, read_run
from eval.compare.tables import View, report
from eval.compare.verdict import MARGIN, Verdict, judge
from eval.printing import print_out
from rag.errors import FootnoteError

FLIPS = 10


def main(arguments: Sequence[str]) -> int:
    """Compare two run folders; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        comparison = compare_runs(read_run(asked.a), read_run(asked.b), asked.guard)
        verdict = judge(comparison)
        print_out(_shown(comparison, verdict, asked), "comparison")
    except FootnoteError as error:
        print(f"eval.compare: {error}", file=sys.stderr)
        return 2
    return verdict.status


def _shown(comparison: Comparison, verdict: Verdict, asked: argparse.Namespace) -> str:
    metrics = _chosen(comparison, asked.metric)
    flipped = flips(comparison.pairs, [name for name in FLIPPING if name in metrics])
    if asked.json:
        return json.dumps(to_json(comparison, verdict, flipped, metrics))
    view = View(metrics, asked.flips, shutil.get_terminal_size((100, 24)).columns)
    return "\n".join(report(comparison, verdict, flipped, view))


def to_json(
    comparison: Comparison, verdict: Verdict, flipped: Sequence[Flip], metrics: Sequence[str]
) -> dict[str, Any]:
    """All that a comparison found, in what ``json.dumps`` takes."""
    return {
        "a": str(comparison.a.folder),
        "b": str(comparison.b.folder),
        "changes": changes(comparison.a, comparison.b),
        "compared": len(comparison.pairs),
        "not_compared": asdict(comparison.left),
        "metrics": {name: _metric_json(comparison.metrics[name]) for name in metrics},
        "guarded": list(comparison.guarded),
        "level": comparison.level,
        "margin": MARGIN,
        "flips": [asdict(flip) for flip in flipped],
        "verdict": asdict(verdict),
    }


def _metric_json(one: Measured) -> dict[str, Any]:
    row = asdict(one.paired)
    del row["higher"], row["lower"]
    counted = {"better": one.better, "worse": one.worse}
    return row | counted | {"only_a": one.lost, "only_b": one.gained}


def _chosen(comparison: Comparison, wanted: Sequence[str]) -> list[str]:
    """The metrics to show; raises RunError for one that neither run has."""
    known = list(comparison.metrics)
    for name in [*wanted, *(name for name in comparison.wanted if comparison.wanted != GUARDED)]:
        if name not in known:
            raise RunError(
                f"There is no metric {name} in either run; there are {', '.join(known)}."
            )
    return list(wanted) or known


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("a", type=Path, metavar="A", help="the run to compare with")
    parser.add_argument("b", type=Path, metavar="B", help="the run that is judged")
    parser.add_argument("--json", action="store_true", help="one object instead of tables")
    parser.add_argument(
        "--metric", nargs="+", default=(), metavar="M", help="show these metrics only"
    )
    parser.add_argument(
        "--guard",
        nargs="+",
        default=GUARDED,
        metavar="M",
        help=f"the metrics that decide (default: {' '.join(GUARDED)})",
    )
    parser.add_argument(
        "--flips", type=_count, default=FLIPS, help=f"flipped questions to show (default: {FLIPS})"
    )
    return parser

"""A comparison as text for a terminal, at most 100 columns wide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.compare.changes import changes
from eval.compare.columns import flip_lines, wrapped
from eval.compare.flips import Flip
from eval.compare.pairs import Comparison, Measured
from eval.compare.runs import Run
from eval.compare.verdict import MARGIN, Verdict, is_drop, is_rise
from rag.rendering import printable

NAMED = 5  # questions that are named of those left out
NARROWEST, WIDEST = 72, 100
_SIDES = f"{'n':>5}{'A':>6}{'B':>6}{'B - A':>8}"
HEAD = f"{'in per cent':21}{_SIDES} {'interval':^18}{'better':>7}{'worse':>6}"
LEGEND = "* decides the verdict   ▼ a significant drop   ▲ a rise   ↓ lower is better"
REASONS = (
    ("only_a", "only in A"),
    ("only_b", "only in B"),
    ("changed", "ask or want something else in B"),
    ("failed_a", "failed in A"),
    ("failed_b", "failed in B"),
)


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: which metrics, how many of the flipped questions, how many columns."""

    metrics: Sequence[str]
    flips: int
    width: int


def report(
    comparison: Comparison, verdict: Verdict, flipped: Sequence[Flip], view: View
) -> Iterator[str]:
    """The lines of a comparison: the runs, what changed, scores, flips, verdict."""
    width = min(max(view.width, NARROWEST), WIDEST)
    yield from (_run_line("A", comparison.a), _run_line("B", comparison.b), "")
    yield from _change_lines(comparison, width)
    yield from _question_lines(comparison, width)
    yield from _metric_lines(comparison, view.metrics, width)
    yield from flip_lines(flipped, view.flips, width)
    yield from wrapped(f"Verdict: {verdict.words}", width)
    yield from wrapped(rule(comparison), width) if comparison.guarded else ()


def rule(comparison: Comparison) -> str:
    """The rule behind the verdict, in a sentence."""
    names = ", ".join(comparison.guarded)
    which = f"one of {names}" if len(comparison.guarded) > 1 else names
    return (
        f"(A drop is when {which} is worse by more than {100 * MARGIN:g} in a hundred "
        f"and its {100 * comparison.level:.4g} % interval does not reach 0. Runs that differ by "
        "chance alone raise a false alarm in about 3 of 100 comparisons at most.)"
    )


def _run_line(side: str, run: Run) -> str:
    config = run.config
    started = str(config.get("started") or "")[:16].replace("T", " ")
    parts = [
        *(str(run.setting(name)) for name in ("mode", "model", "embedding") if run.setting(name)),
        *(f"revision {str(found)[:10]}" for found in [config["git"].get("revision")] if found),
        started,
    ]
    return printable(f"{side}  {run.folder}: {', '.join(filter(None, parts))}")


def _change_lines(comparison: Comparison, width: int) -> Iterator[str]:
    found = changes(comparison.a, comparison.b)
    yield "What is different" if found else "Nothing in the configuration is different."
    for sentence in found:
        yield from wrapped(f"  {sentence}", width, 4)
    yield ""


def _question_lines(comparison: Comparison, width: int) -> Iterator[str]:
    yield f"{len(comparison.pairs)} questions are compared"
    for name, why in REASONS:
        left = getattr(comparison.left, name)
        if left:
            more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
            yield from wrapped(f"  {len(left)} {why}: {', '.join(left[:NAMED])}{more}", width, 4)
    yield ""


def _metric_lines(comparison: Comparison, metrics: Sequence[str], width: int) -> Iterator[str]:
    if not comparison.pairs:
        return
    both = [comparison.metrics[name] for name in metrics if comparison.metrics[name].paired.count]
    yield HEAD
    yield from (_metric_line(one, is_guarded=one.metric in comparison.guarded) for one in both)
    yield LEGEND
    if comparison.guarded:
        yield f"The interval is at 95 %, of what decides at {100 * comparison.level:.4g} %."
    if any(one.metric == "refusal_recall" for one in both):
        yield "refusal_precision is not compared: it is over what each run refused itself."
    for one in both:
        if one.lost or one.gained:
            yield f"  {one.metric} has more scores: {one.lost} in A alone, {one.gained} in B alone"
    for side, other in (("A", comparison.b), ("B", comparison.a)):
        missing = [name for name in metrics if name not in other.metrics]
        if missing:
            yield from wrapped(f"Only in {side}, not compared: {', '.join(missing)}", width, 2)
    yield ""


def _metric_line(one: Measured, *, is_guarded: bool) -> str:
    paired = one.paired
    name = f"{_mark(one) if is_guarded else ' '} {one.metric}{' ↓' if one.sign < 0 else ''}"
    shown = paired.strict if is_guarded else paired.interval
    interval = f"[{_signed(shown.low)}, {_signed(shown.high)}]"
    return (
        f"{name:21}{paired.count:5}{100 * paired.a:6.1f}{100 * paired.b:6.1f}"
        f"{_signed(paired.difference):>8}"
        f" {interval:^18}{one.better:7}{one.worse:6}"
    )


def _mark(one: Measured) -> str:
    return "▼" if is_drop(one) else "▲" if is_rise(one) else "*"


def _signed(value: float) -> str:
    return f"{100 * value:+.1f}" if round(100 * value, 1) else "0.0"

"""What a comparison comes to: one function decides the words and the exit status.

The rule (docs/decisions/0017-what-turns-the-gate-red.md): there is a drop when a guarded metric
is worse by more than ``MARGIN`` and its interval, at the level that is corrected for the number
of guarded metrics, lies wholly on the worse side of 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.compare.pairs import Comparison, Measured

MARGIN = 0.01
FEWEST = 20  # common questions, for a verdict
MOST_LOST = 0.05  # of a guarded metric's questions, or of all of them by errors on one side

Judged = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``name`` for programs, ``words`` for people, ``status`` for the shell.

    0: no difference, no drop, better. 1: drop. 2: too few, or not judged.
    """

    name: str
    words: str
    status: int


def judge(comparison: Comparison) -> Verdict:
    """Decide; whatever keeps a run from being judged comes before what it scores."""
    for reason in _hindrances(comparison):
        return reason
    measured = [comparison.metrics[name] for name in comparison.guarded]
    dropped = [one for one in measured if is_drop(one)]
    risen = [one for one in measured if is_rise(one)]
    if dropped:
        return Verdict("drop", f"A significant drop: {_listed(dropped)}.", 1)
    if all(is_unmoved(one) for one in comparison.metrics.values()):
        return Verdict("no difference", "No difference: every score is the same.", 0)
    if risen:
        return Verdict("better", f"No significant drop, and a rise: {_listed(risen)}.", 0)
    return Verdict("no drop", "No significant drop.", 0)


def is_drop(measured: Measured) -> bool:
    """Whether a metric is worse by more than the margin, and surely so."""
    paired = measured.paired
    edge = paired.strict.high if measured.sign > 0 else -paired.strict.low
    return edge < 0 and measured.sign * paired.difference < -MARGIN


def is_rise(measured: Measured) -> bool:
    """Whether a metric is better by more than the margin, and surely so."""
    paired = measured.paired
    edge = paired.strict.low if measured.sign > 0 else -paired.strict.high
    return edge > 0 and measured.sign * paired.difference > MARGIN


def is_unmoved(measured: Measured) -> bool:
    """Whether every question has the same score on both sides, or none on either."""
    return measured.worse == measured.better == measured.lost == measured.gained == 0


def _hindrances(comparison: Comparison) -> Iterator[Verdict]:
    """What keeps the runs from being judged, the plainest first."""
    count, left = len(comparison.pairs), comparison.left
    if count < FEWEST:
        plural = "question" if count == 1 else "questions"
        words = f"Too few: {count} common {plural}, and a verdict needs {FEWEST}."
        other = "" if count else " A and B asked different question sets."
        yield Verdict("too few", words + other, 2)
    for side, failed in (("A", left.failed_a), ("B", left.failed_b)):
        if len(failed) > MOST_LOST * (count + len(failed)):
            yield _not_judged(f"{len(failed)} questions failed in {side}; ask them again")
    yield from _missing(comparison)
    if not comparison.guarded:
        yield _not_judged("no metric that decides is in both runs; name one with --guard")


def _missing(comparison: Comparison) -> Iterator[Verdict]:
    """What is lacking of a run or of its metrics."""
    for name in comparison.guarded:
        one = comparison.metrics[name]
        if one.lost > MOST_LOST * (one.lost + one.paired.count):
            yield _not_judged(f"{one.lost} questions that A scores by {name} have no score in B")
        elif one.paired.count < FEWEST:
            yield _not_judged(f"only {one.paired.count} questions have {name} in A and in B")
    for side, run in (("A", comparison.a), ("B", comparison.b)):
        if "finished" in run.config and not run.config["finished"]:
            yield _not_judged(f"{side} was not finished; give its command again")
    for name in lost_guards(comparison):
        yield _not_judged(f"{name} decides, and only A has it; name others with --guard")
    for name in new_guards(comparison):
        yield _not_judged(f"{name} decides, and only B has it; name others with --guard")


def lost_guards(comparison: Comparison) -> list[str]:
    """The metrics by default or by demand guarded that A has and B lacks."""
    wanted = set(comparison.wanted) - set(comparison.guarded)
    return [name for name in comparison.a.metrics if name in wanted]


def new_guards(comparison: Comparison) -> list[str]:
    """Those that B has and A lacks, where the two were not asked in the same way.

    Asked in the same way they are measures that are new since A, and nothing is lost.
    """
    if comparison.a.setting("mode") == comparison.b.setting("mode"):
        return []
    wanted = set(comparison.wanted) - set(comparison.guarded)
    return [name for name in comparison.b.metrics if name in wanted]


def _not_judged(why: str) -> Verdict:
    return Verdict("not judged", f"Not judged: {why}.", 2)


def _listed(measured: list[Measured]) -> str:
    return "; ".join(
        f"{one.metric} {100 * one.paired.difference:+.1f} in a hundred, "
        f"between {100 * one.paired.strict.low:+.1f} and {100 * one.paired.strict.high:+.1f}"
        for one in measured
    )

"""Two runs put side by side: which questions can be compared, and every metric over those."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.compare.paired import Paired, columns_of, compare_paired, corrected_level
from eval.compare.runs import Result, Run
from eval.metrics import LOWER_IS_BETTER

GUARDED = ("sentence_ndcg@10", "fact_recall", "citation_f1", "outcome_right", "refusal_recall")

Pair = tuple[Result, Result]


@dataclass(frozen=True, slots=True)
class Left:
    """Questions that are not compared, by why; ``changed`` ask or want something else in B."""

    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    changed: tuple[str, ...]
    failed_a: tuple[str, ...]
    failed_b: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric on both sides; ``lost`` counts questions that A scores and B does not."""

    metric: str
    paired: Paired
    lost: int
    gained: int

    @property
    def sign(self) -> int:
        """1 where higher is better, else -1."""
        return -1 if self.metric in LOWER_IS_BETTER else 1

    @property
    def better(self) -> int:
        """The questions on which B is better."""
        return self.paired.higher if self.sign > 0 else self.paired.lower

    @property
    def worse(self) -> int:
        """The questions on which B is worse."""
        return self.paired.lower if self.sign > 0 else self.paired.higher


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that was computed of two runs.

    ``wanted`` are the metrics that are to decide, ``guarded`` those of them that both runs have;
    ``level`` is that of their strict intervals.
    """

    a: Run
    b: Run
    pairs: tuple[Pair, ...]
    left: Left
    metrics: Mapping[str, Measured]
    wanted: tuple[str, ...]
    guarded: tuple[str, ...]
    level: float


def compare_runs(a: Run, b: Run, guard: Sequence[str] = GUARDED) -> Comparison:
    """Compare two runs on their common questions; metrics that only one side has are in it too."""
    pairs, left = pair_up(a, b)
    names = list(dict.fromkeys([*a.metrics, *b.metrics]))
    common = set(a.metrics) & set(b.metrics)
    guarded = tuple(name for name in guard if name in common)
    level = corrected_level(len(guarded))
    measured = measure(pairs, names, level)
    return Comparison(a, b, pairs, left, measured, tuple(guard), guarded, level)


def pair_up(a: Run, b: Run) -> tuple[tuple[Pair, ...], Left]:
    """Pair the questions that both runs have, unchanged and without an error; and the others."""
    both = [(one, b.results[name]) for name, one in a.results.items() if name in b.results]
    changed = [one.id for one, other in both if one.digest != other.digest]
    failed_a = [one.id for one, _ in both if one.failed]
    failed_b = [other.id for _, other in both if other.failed]
    out = {*changed, *failed_a, *failed_b}
    left = Left(
        only_a=_without(a.results, b.results),
        only_b=_without(b.results, a.results),
        changed=tuple(changed),
        failed_a=tuple(failed_a),
        failed_b=tuple(failed_b),
    )
    return tuple(pair for pair in both if pair[0].id not in out), left


def measure(pairs: Sequence[Pair], names: Sequence[str], level: float) -> dict[str, Measured]:
    """Compare every metric over the pairs, in the order of the names."""
    rows = [
        ([one.scores.get(name) for name in names], [other.scores.get(name) for name in names])
        for one, other in pairs
    ]
    a = columns_of([row for row, _ in rows], len(names))
    b = columns_of([row for _, row in rows], len(names))
    compared = compare_paired(a, b, level)
    lost = (np.isnan(b) & ~np.isnan(a)).sum(axis=0).tolist()
    gained = (np.isnan(a) & ~np.isnan(b)).sum(axis=0).tolist()
    columns = zip(names, compared, lost, gained, strict=True)
    return {column[0]: Measured(*column) for column in columns}


def _without(names: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)

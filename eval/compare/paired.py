"""Two runs on the same questions: pure functions over one pair of scores a question.

The interval is the percentile interval of a paired bootstrap (Efron and Tibshirani, *An
Introduction to the Bootstrap*, 1993, chapter 13): questions are drawn with replacement, both
scores of a question together, and the mean difference is taken each time. Every metric sees the
same draws. A score that does not apply is NaN, and then its pair is left out of that metric.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 20_241_126
LEVEL = 0.95
SAME = 1e-6  # scores that differ by less are one score that was rounded
AT_ONCE = 2_000_000  # drawn questions that are held at a time

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a difference lies at the level that was asked for."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paired:
    """One metric over the ``count`` questions that have it on both sides.

    ``difference`` is ``b`` - ``a``; ``higher``, ``lower`` and ``same`` count questions by B
    against A. ``interval`` is at 95 %, ``strict`` at the level that a decision asked for.
    """

    count: int
    a: float
    b: float
    difference: float
    interval: Interval
    strict: Interval
    higher: int
    lower: int
    same: int


def compare_paired(a: Scores, b: Scores, strict: float = LEVEL) -> list[Paired]:
    """Compare scores of shape (questions, metrics) row by row; one result a column.

    A column in which no pair is complete has the count 0 and zeros.
    """
    differences = b - a
    differences[np.abs(differences) < SAME] = 0.0
    means = resampled_means(differences)
    columns = zip(a.T, b.T, differences.T, means.T, strict=True)
    return [_paired(*column, strict) for column in columns]


def resampled_means(differences: Scores, resamples: int = RESAMPLES, seed: int = SEED) -> Scores:
    """Return the mean of every column in every resample, shape (resamples, metrics).

    The mean is over the drawn rows that are not NaN, 0 where none was drawn.
    """
    applies = ~np.isnan(differences)
    values = np.where(applies, differences, 0.0)
    drawn = np.random.default_rng(seed)
    rows, metrics = differences.shape
    means = np.zeros((resamples, metrics))
    step = max(1, AT_ONCE // max(1, rows))
    for start in range(0, resamples if rows else 0, step):
        counts = _draw_counts(drawn, min(step, resamples - start), rows)
        divisor = np.maximum(counts @ applies.astype(np.float64), 1.0)
        means[start : start + len(counts)] = (counts @ values) / divisor
    return means


def interval_of(means: Scores, level: float) -> Interval:
    """The percentile interval of one column of resampled means."""
    outside = (1 - level) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return Interval(float(low), float(high))


def corrected_level(metrics: int, level: float = LEVEL) -> float:
    """The level for each of several metrics at which all hold together (Bonferroni)."""
    return 1 - (1 - level) / max(1, metrics)


def columns_of(rows: Sequence[Sequence[float | None]], metrics: int) -> Scores:
    """Rows of scores as an array of shape (rows, metrics), None as NaN."""
    return np.array(rows, np.float64).reshape(len(rows), metrics)


def _paired(a: Scores, b: Scores, differences: Scores, means: Scores, strict: float) -> Paired:
    both = ~np.isnan(differences)
    kept = differences[both]
    return Paired(
        count=len(kept),
        a=float(a[both].mean()) if len(kept) else 0.0,
        b=float(b[both].mean()) if len(kept) else 0.0,
        difference=float(kept.mean()) if len(kept) else 0.0,
        interval=interval_of(means, LEVEL),
        strict=interval_of(means, strict),
        higher=int((kept > 0).sum()),
        lower=int((kept < 0).sum()),
        same=int((kept == 0).sum()),
    )


def _draw_counts(drawn: np.random.Generator, resamples: int, rows: int) -> Scores:
    """How often each row was drawn in each resample, shape (resamples, rows)."""
    numbers = drawn.integers(rows, size=(resamples, rows))
    numbers += np.arange(resamples)[:, None] * rows
    counts = np.bincount(numbers.ravel(), minlength=resamples * rows)
    return counts.reshape(resamples, rows).astype(np.float64)

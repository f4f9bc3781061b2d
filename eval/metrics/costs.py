"""What answers cost: seconds by step, tokens."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np


def latency(rows: Iterable[Mapping[str, float]]) -> Mapping[str, Mapping[str, float]]:
    """The median and the 95th percentile of the seconds of every step, over the rows that have it.

    Percentiles are interpolated between the two nearest values.
    """
    steps: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for step, seconds in row.items():
            steps[step].append(seconds)
    return {step: _percentiles(values) for step, values in steps.items()}


def _percentiles(values: list[float]) -> Mapping[str, float]:
    median, high = np.percentile(values, [50, 95]).tolist()
    return {"median": median, "p95": high}


def total_tokens(rows: Iterable[Mapping[str, int] | None]) -> Mapping[str, int]:
    """The tokens of all rows that know theirs."""
    known = [row for row in rows if row]
    return {kind: sum(row[kind] for row in known) for kind in ("prompt", "completion")}

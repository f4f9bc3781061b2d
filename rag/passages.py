"""Consecutive sentences become passages of about 1,100 characters, each half over the next."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.types import Passage, Sentence

PASSAGE_CHARACTERS = 1_100
SMALLEST = 1e-12  # a length to divide by where a vector is all zeros


def make_passages(sentences: Sequence[Sentence]) -> list[Passage]:
    """Cover a document's sentences with passages; every sentence is in one at least."""
    bounds = np.array([(sentence.start, sentence.end) for sentence in sentences], np.int64)
    return [
        Passage(
            sentences[first].document_id, first, last, sentences[first].start, sentences[last].end
        )
        for first, last in window_bounds(bounds.reshape(-1, 2))
    ]


def window_bounds(bounds: NDArray[np.integer]) -> list[tuple[int, int]]:
    """Return the first and last sentence of every passage, given an (n, 2) array of offsets."""
    starts, ends = bounds[:, 0].tolist(), bounds[:, 1].tolist()
    windows: list[tuple[int, int]] = []
    first = 0
    while first < len(starts):
        last = _reach(starts, ends, first)
        if windows and last == windows[-1][1]:
            first = last + 1  # it would lie inside the one before
            continue
        windows.append((first, last))
        middle = bisect_left(starts, starts[first] + PASSAGE_CHARACTERS // 2)
        first = max(first + 1, min(middle, last))
    return windows


def _reach(starts: list[int], ends: list[int], first: int) -> int:
    """The last sentence that a passage from ``first`` on can hold; ``first`` at the least."""
    return max(first, bisect_right(ends, starts[first] + PASSAGE_CHARACTERS) - 1)


def sum_vectors(
    vectors: NDArray[np.floating], lengths: NDArray[np.integer], windows: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Return the (len(windows), dimension) unit vectors of passages out of their sentences'.

    Each is the sum of its sentences' vectors weighted by the square root of their lengths,
    which retrieves as well as embedding the passage's text (docs/retrieval.md) and costs nothing.
    """
    if not windows:
        return np.zeros((0, vectors.shape[1]), np.float32)
    roots = np.sqrt(lengths, dtype=np.float32)[:, None]
    sums = np.stack(
        [
            (vectors[first : last + 1] * roots[first : last + 1]).sum(axis=0)
            for first, last in windows
        ]
    )
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    units: NDArray[np.float32] = sums / np.maximum(norms, SMALLEST)
    return units

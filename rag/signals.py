"""What speaks for a sentence: seven signals, by the sentence itself and by what stands around it.

docs/retrieval.md has the measurements, of these and of the others that were tried.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.snapshot import Snapshot

WEIGHTS = {
    "sentence_vector": 1.5,
    "around_vector": 2.0,  # of the sentence with its two neighbours
    "before_vector": 0.3,  # of the sentence before: it often names what this one speaks of
    "opening_vector": 1.2,  # of the first sentence of its document, often a headline
    "passage_words": 2.0,  # BM25 of the best passage that holds it
    "sentence_cover": 2.0,  # the share of the question's words, by rarity, that it holds
    "around_cover": 0.8,  # the same of the sentence with its two neighbours
}
SHARES = ("sentence_cover", "around_cover")  # these mean the same for every question

Vector = NDArray[np.float32]
Numbers = NDArray[np.int64]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Sentences to be weighed, by number in rising order, with the passages that hold them."""

    sentences: Numbers
    passages: Numbers


def candidates_of(snapshot: Snapshot, sentences: Numbers) -> Candidates:
    """Name every passage that holds one of the sentences; windows are sorted by both ends."""
    low = np.searchsorted(snapshot.windows[:, 1], sentences, side="left")
    high = np.searchsorted(snapshot.windows[:, 0], sentences, side="right")
    return Candidates(sentences, union_of_ranges(low, high))


def read_signals(
    snapshot: Snapshot,
    candidates: Candidates,
    words: list[str],
    vector: Vector,
    passage_words: Vector,
) -> Vector:
    """Return the raw signals of the candidates: (n, 7) in the order of WEIGHTS.

    ``words`` are the stems of the question's words, ``vector`` is its unit vector, and
    ``passage_words`` (p,) the BM25 of all passages.
    """
    if not len(candidates.sentences):
        return np.zeros((0, len(WEIGHTS)), np.float32)
    near = _neighbourhood(snapshot, candidates.sentences)
    vectors = snapshot.vectors[near.sentences].astype(np.float32)
    likeness = vectors @ vector
    here = likeness[near.here]
    held = np.zeros((len(near.sentences), len(words)), np.bool_)
    for column, word in enumerate(words):
        held[:, column] = snapshot.sentence_words.holds(word, near.sentences)
    around = held[near.here] | near.before(held) | near.after(held)
    columns = [
        here,
        _around_likeness(snapshot, near, vectors, likeness),
        np.where(near.has_before, near.before(likeness), here.min()),
        _opening_likeness(snapshot, candidates.sentences, vector),
        _best_over(snapshot, candidates, passage_words[candidates.passages]),
        _cover(snapshot, words, held[near.here]),
        _cover(snapshot, words, around),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def weighed(signals: Vector, weights: dict[str, float]) -> Vector:
    """Sum the signals, each brought to 0…1 over the candidates unless it is a share: (n,)."""
    if not len(signals):
        return np.zeros(0, np.float32)
    low, high = signals.min(axis=0), signals.max(axis=0)
    for place, name in enumerate(weights):
        if name in SHARES:
            low[place], high[place] = 0.0, 1.0
    scaled = (signals - low) / np.where(high > low, high - low, np.float32(1.0))
    total: Vector = scaled @ np.array(list(weights.values()), np.float32)
    return total


def union_of_ranges(low: NDArray[np.integer], high: NDArray[np.integer]) -> Numbers:
    """Return the numbers low…high-1 of all pairs, each once, in rising order."""
    counts = np.asarray(high - low, np.int64)
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.unique(inside + np.repeat(np.asarray(low, np.int64), counts))


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The candidates and their neighbours in the same document, in one rising row.

    ``here`` is the place of each candidate in ``sentences``; a neighbour stands right beside it.
    """

    sentences: Numbers
    here: Numbers
    has_before: NDArray[np.bool_]
    has_after: NDArray[np.bool_]

    def before(self, values: NDArray[Value]) -> NDArray[Value]:
        """Of values for each of ``sentences``, those of the sentence before; 0 without one."""
        return _where(self.has_before, values[self.here - 1])

    def after(self, values: NDArray[Value]) -> NDArray[Value]:
        """The same of the sentence after."""
        return _where(self.has_after, values[np.minimum(self.here + 1, len(values) - 1)])


def _where(there: NDArray[np.bool_], values: NDArray[Value]) -> NDArray[Value]:
    found: NDArray[Value] = values * there.reshape(-1, *[1] * (values.ndim - 1))
    return found


def _neighbourhood(snapshot: Snapshot, here: Numbers) -> _Near:
    owner, last = snapshot.owner, len(snapshot.owner) - 1
    before, after = np.maximum(here - 1, 0), np.minimum(here + 1, last)
    has_before = (before != here) & (owner[before] == owner[here])
    has_after = (after != here) & (owner[after] == owner[here])
    row = np.unique(np.concatenate([here, before[has_before], after[has_after]]))
    return _Near(row, np.searchsorted(row, here), has_before, has_after)


def _around_likeness(snapshot: Snapshot, near: _Near, vectors: Vector, likeness: Vector) -> Vector:
    """Cosine of a sentence with its neighbours: their sum, weighted by the root of the length.

    The sum is never made: what it comes to follows from the cosines between the sentences.
    """
    root = np.sqrt(snapshot.lengths[near.sentences]).astype(np.float32)
    beside = np.append(np.einsum("ij,ij->i", vectors[:-1], vectors[1:]), 0.0)
    across = np.append(np.einsum("ij,ij->i", vectors[:-2], vectors[2:]), [0.0, 0.0])
    own, left, right = root[near.here], near.before(root), near.after(root)
    total = own * likeness[near.here] + near.before(root * likeness) + near.after(root * likeness)
    square = own**2 + left**2 + right**2
    square += 2 * own * (left * near.before(beside) + right * beside[near.here])
    square += 2 * left * right * near.before(across)
    found: Vector = total / np.sqrt(square.clip(1e-9))
    return found


def _opening_likeness(snapshot: Snapshot, sentences: Numbers, vector: Vector) -> Vector:
    """Likeness of the first sentence of each sentence's document."""
    owners, place = np.unique(snapshot.owner[sentences], return_inverse=True)
    openings = snapshot.vectors[snapshot.first_sentences[owners]].astype(np.float32)
    found: Vector = (openings @ vector)[place]
    return found


def _cover(snapshot: Snapshot, words: list[str], held: NDArray[np.bool_]) -> Vector:
    """The share of the words that are held, each by its rarity: (n,)."""
    rarity = np.array([snapshot.sentence_words.rarity(word) for word in words], np.float32)
    total = rarity.sum()
    found: Vector = held @ rarity / (total if total > 0 else 1.0)
    return found


def _best_over(snapshot: Snapshot, candidates: Candidates, scores: Vector) -> Vector:
    """For each sentence, the best score among those of ``passages`` that hold it."""
    sentences, passages = candidates.sentences, candidates.passages
    low = np.searchsorted(snapshot.windows[passages, 1], sentences, side="left")
    high = np.searchsorted(snapshot.windows[passages, 0], sentences, side="right")
    ranges = np.stack([low, high], axis=1).ravel()  # every second one lies between two sentences
    padded = np.append(scores, np.float32(-np.inf))  # so that the end of the last range exists
    best: Vector = np.maximum.reduceat(padded, ranges)[::2]
    return best

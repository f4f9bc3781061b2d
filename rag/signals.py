"""What speaks for a sentence: seven signals, by the sentence itself and by what stands around it.

docs/retrieval.md has the measurements, of these and of the others that were tried.
"""

from dataclasses import dataclass

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
    words: list[int],
    vector: Vector,
    passage_words: Vector,
) -> Vector:
    """Return the raw signals of the candidates: (n, 7) in the order of WEIGHTS.

    ``words`` are the numbers of the question's words, ``vector`` is its unit vector, and
    ``passage_words`` (p,) the BM25 of all passages.
    """
    here, passages = candidates.sentences, candidates.passages
    before, after = _beside(snapshot, here, -1), _beside(snapshot, here, 1)
    held = _held_words(snapshot, words, (before, here, after))
    openings = snapshot.first_sentences[snapshot.owner[here]]
    columns = [
        likeness(snapshot, here, vector),
        _around_likeness(snapshot, (before, here, after), vector),
        likeness(snapshot, before, vector),
        likeness(snapshot, openings, vector),
        _best_over(snapshot, candidates, passage_words[passages]),
        _cover(snapshot, words, held[1]),
        _cover(snapshot, words, np.any(held, axis=0)),
    ]
    columns[2] = np.where(before != here, columns[2], columns[0].min(initial=1.0))
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


def likeness(snapshot: Snapshot, sentences: Numbers, vector: Vector) -> Vector:
    """Return the cosines of sentences with a unit vector: (n,)."""
    found: Vector = snapshot.vectors[sentences].astype(np.float32) @ vector
    return found


def union_of_ranges(low: NDArray[np.integer], high: NDArray[np.integer]) -> Numbers:
    """Return the numbers low…high-1 of all pairs, each once, in rising order."""
    ranges = [np.arange(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    return np.unique(np.concatenate(ranges)) if ranges else np.zeros(0, np.int64)


def _beside(snapshot: Snapshot, sentences: Numbers, step: int) -> Numbers:
    """The sentence a step away in the same document, else the sentence itself."""
    beside = np.clip(sentences + step, 0, max(0, len(snapshot.owner) - 1))
    return np.where(snapshot.owner[beside] == snapshot.owner[sentences], beside, sentences)


def _around_likeness(snapshot: Snapshot, places: tuple[Numbers, ...], vector: Vector) -> Vector:
    """Cosine of a sentence with its neighbours: their sum, weighted by the root of the length."""
    total = np.zeros((len(places[1]), len(vector)), np.float32)
    for place in places:
        root = np.sqrt(snapshot.lengths[place]).astype(np.float32)
        root[(place == places[1]) & (place is not places[1])] = 0.0  # a neighbour that is missing
        total += snapshot.vectors[place].astype(np.float32) * root[:, None]
    norms = np.linalg.norm(total, axis=1).clip(1e-9)
    found: Vector = total @ vector / norms
    return found


def _held_words(
    snapshot: Snapshot, words: list[int], places: tuple[Numbers, ...]
) -> NDArray[np.bool_]:
    """Which of the words stand in the sentences: (places, n, words)."""
    held = np.zeros((len(places), len(places[0]), len(words)), np.bool_)
    for row, place in enumerate(places):
        for column, word in enumerate(words):
            held[row, :, column] = snapshot.sentence_words.holds(word, place)
    return held


def _cover(snapshot: Snapshot, words: list[int], held: NDArray[np.bool_]) -> Vector:
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

"""A question finds its evidence: single sentences, chosen by what they and their passages say.

Passages are retrieved by vector (the index, or exactly) and by words; every sentence in them is
then scored by the signals below, each brought to 0…1 over the candidates and summed with its
weight. docs/retrieval.md has the measurements; reciprocal rank fusion was worse everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.errors import QuestionError
from rag.lexical import content_stems
from rag.snapshot import Snapshot
from rag.types import Evidence

CANDIDATES = 100  # passages by vector, passages by words, and sentences by words
DEFAULT_CHARACTERS = 3_000
WEIGHTS = {
    "sentence_vector": 1.0,
    "sentence_words": 0.5,
    "passage_vector": 1.0,
    "passage_words": 2.0,
    "before_vector": 0.5,  # of the sentence before: it often names what this one speaks of
    "before_words": 0.5,
}
HEADING_PENALTY = 1.0
FAIR_SHARE = 0.5  # of the budget for one document, while others have something near to offer
NEAR = 0.6  # of the best score

Nearest = Callable[[NDArray[np.float32], int], Sequence[tuple[int, int, int]]]
Vector = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Candidate sentences by number, best first, with the raw signals behind their scores.

    ``signals`` is (n, 6) in the order of WEIGHTS, unscaled; ``scores`` (n,) is what counts.
    """

    sentences: Numbers
    scores: Vector
    signals: Vector


def tidy_question(question: str) -> str:
    """Return a question without white space around it; raises QuestionError for an empty one.

    Half characters, which a terminal passes on for bytes that are no UTF-8, become U+FFFD:
    neither the ledger nor a model takes them.
    """
    if not question.strip():
        raise QuestionError("The question is empty; type what you want to know.")
    return question.strip().encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check_question(question: str) -> str:
    """Return a tidy question; raises QuestionError when it is empty or has no word to look for."""
    question = tidy_question(question)
    if not content_stems(question):
        raise QuestionError(
            f"There is no word to search for in “{question[:80]}”; "
            "name a person, a place or a thing."
        )
    return question


def score_sentences(
    snapshot: Snapshot,
    question: str,
    vector: Vector,
    nearest: Nearest | None = None,
    weights: Mapping[str, float] = WEIGHTS,
) -> Scored:
    """Score the candidate sentences of a question; ``vector`` is the question's unit vector.

    ``nearest`` asks the index for passages; without it all passages are compared exactly.
    ``weights`` are those of the signals, in the order of WEIGHTS.
    """
    words = snapshot.vocabulary.known(question)
    passage_words = snapshot.passage_words.scores(words)
    sentence_words = snapshot.sentence_words.scores(words)
    passages = _candidate_passages(snapshot, vector, passage_words, nearest)
    sentences = np.union1d(_inside(snapshot, passages), _top(sentence_words, CANDIDATES))
    around = _passages_of(snapshot, sentences)
    before = _before(snapshot, sentences)
    has_before = before != sentences
    likeness = snapshot.vectors[sentences].astype(np.float32) @ vector
    likeness_before = snapshot.vectors[before].astype(np.float32) @ vector
    signals = np.stack(
        [
            likeness,
            sentence_words[sentences],
            _best_over(snapshot, sentences, around, snapshot.vectors_of(around) @ vector),
            _best_over(snapshot, sentences, around, passage_words[around]),
            np.where(has_before, likeness_before, likeness.min(initial=1.0)),
            np.where(has_before, sentence_words[before], 0.0),
        ],
        axis=1,
    ).astype(np.float32)
    scores = _scaled(signals) @ np.array(list(weights.values()), np.float32)
    scores -= HEADING_PENALTY * snapshot.is_heading[sentences]
    order = np.argsort(-scores, kind="stable")
    return Scored(sentences[order], scores[order], signals[order])


def choose(
    snapshot: Snapshot, scored: Scored, characters: int = DEFAULT_CHARACTERS, share: float = 1.0
) -> list[Evidence]:
    """Take sentences best first until they reach the budget, which the last one may exceed.

    With a ``share`` below 1, a document that has had its share of the budget waits while
    others have sentences that come near to the best one.
    """
    lengths = np.diff(snapshot.bounds[scored.sentences], axis=1)[:, 0].tolist()
    order: Sequence[int] = range(len(lengths))
    if share < 1.0:
        order = _fair_order(snapshot, scored, lengths, characters * share)
    chosen: list[int] = []
    left = characters
    for place in order:
        if left <= 0:
            break
        left -= lengths[place]
        chosen.append(place)
    return [_evidence(snapshot, scored, place) for place in sorted(chosen)]


def _fair_order(
    snapshot: Snapshot, scored: Scored, lengths: Sequence[int], limit: float
) -> list[int]:
    """The places of ``scored`` with those moved back that may wait, each group best first."""
    used: dict[int, int] = {}
    waiting: list[int] = []
    order: list[int] = []
    near = NEAR * scored.scores[0] if len(scored.scores) else 0.0
    for place, owner in enumerate(snapshot.owner[scored.sentences].tolist()):
        if used.get(owner, 0) >= limit or scored.scores[place] < near:
            waiting.append(place)
        else:
            used[owner] = used.get(owner, 0) + lengths[place]
            order.append(place)
    return order + waiting


def _evidence(snapshot: Snapshot, scored: Scored, place: int) -> Evidence:
    number = int(scored.sentences[place])
    document = snapshot.documents[snapshot.owner[number]]
    score = float(scored.scores[place])
    return Evidence(snapshot.sentence(number), document.title, document.date, score)


def _before(snapshot: Snapshot, sentences: Numbers) -> Numbers:
    """The sentence before each, in the same document; the first of a document stands for itself."""
    before = np.maximum(sentences - 1, 0)
    same = snapshot.owner[before] == snapshot.owner[sentences]
    return np.where(same, before, sentences)


def _candidate_passages(
    snapshot: Snapshot, vector: Vector, words: Vector, nearest: Nearest | None
) -> Numbers:
    if nearest is None:
        close = _top(snapshot.passage_vectors @ vector + 2.0, CANDIDATES)
    else:
        known = snapshot.passage_number
        close = np.array(
            [known[name] for name in nearest(vector, CANDIDATES) if name in known], np.int64
        )
    return np.union1d(close, _top(words, CANDIDATES))


def _top(scores: Vector, count: int) -> Numbers:
    """The numbers of the best scores above 0, in no order."""
    best = (
        np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))
    )
    return best[scores[best] > 0]


def _inside(snapshot: Snapshot, passages: Numbers) -> Numbers:
    ranges = [np.arange(first, last + 1) for first, last in snapshot.windows[passages].tolist()]
    return np.unique(np.concatenate(ranges)) if ranges else np.zeros(0, np.int64)


def _passages_of(snapshot: Snapshot, sentences: Numbers) -> Numbers:
    """Every passage that holds one of the sentences; windows are sorted by both their ends."""
    low = np.searchsorted(snapshot.windows[:, 1], sentences, side="left")
    high = np.searchsorted(snapshot.windows[:, 0], sentences, side="right")
    ranges = [np.arange(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    return np.unique(np.concatenate(ranges)) if ranges else np.zeros(0, np.int64)


def _best_over(snapshot: Snapshot, sentences: Numbers, passages: Numbers, scores: Vector) -> Vector:
    """For each sentence, the best score among those of ``passages`` that hold it."""
    low = np.searchsorted(snapshot.windows[passages, 1], sentences, side="left")
    high = np.searchsorted(snapshot.windows[passages, 0], sentences, side="right")
    ranges = np.stack([low, high], axis=1).ravel()  # every second one lies between two sentences
    padded = np.append(scores, np.float32(-np.inf))  # so that the end of the last range exists
    best: Vector = np.maximum.reduceat(padded, ranges)[::2]
    return best


def _scaled(signals: Vector) -> Vector:
    """Bring every column to 0…1 over the candidates; a column of equals becomes 0."""
    if not len(signals):
        return signals
    low, high = signals.min(axis=0), signals.max(axis=0)
    scaled: Vector = (signals - low) / np.where(high > low, high - low, np.float32(1.0))
    return scaled

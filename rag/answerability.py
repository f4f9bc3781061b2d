"""Do the documents hold an answer at all? A probability, from the evidence alone.

Two signs are weighed by a logistic curve: how close the best sentence is to the question, and
how much of what the question speaks of stands together in one place (its rarer words count
more). The weights come from ``python -m eval.calibrate_refusal``; docs/refusal.md has the curve.
"""

import math
from dataclasses import dataclass

from rag.retrieval import Scored
from rag.snapshot import Snapshot
from rag.vocabulary import content_stems

AROUND = 3  # sentences read on each side of a good one
PLACES = 3  # the best sentences whose surroundings are read
LIKELY = 5  # the best sentences whose likeness counts


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over the two signs, and the probability below which to refuse."""

    bias: float
    likeness: float
    coverage: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Signs:
    """``likeness``: cosine of the best sentence; ``coverage``: share of the question, 0…1."""

    likeness: float
    coverage: float


CURVE = Curve(bias=-3.814, likeness=3.151, coverage=2.902, threshold=0.362)


def can_answer(signs: Signs, curve: Curve = CURVE) -> bool:
    """Whether to answer rather than to say that the documents do not."""
    return probability(signs, curve) >= curve.threshold


def probability(signs: Signs, curve: Curve = CURVE) -> float:
    """How likely it is that the documents hold the answer."""
    weighed = curve.bias + curve.likeness * signs.likeness + curve.coverage * signs.coverage
    return 1.0 / (1.0 + math.exp(-weighed))


def read_signs(snapshot: Snapshot, question: str, scored: Scored) -> Signs:
    """Read the signs off the scored sentences of a question; zeros when there are none."""
    if not len(scored.sentences):
        return Signs(0.0, 0.0)
    weights = _weights(snapshot, question)
    return Signs(
        likeness=float(scored.signals[:LIKELY, 0].max()),
        coverage=max(
            _covered(weights, _around(snapshot, int(number)))
            for number in scored.sentences[:PLACES]
        ),
    )


def _weights(snapshot: Snapshot, question: str) -> dict[str, float]:
    """The question's words with their rarity among the sentences."""
    rarity = snapshot.sentence_words.rarity
    return {stem: rarity(stem) for stem in content_stems(question)}


def _covered(weights: dict[str, float], text: str) -> float:
    stems = set(content_stems(text))
    total = sum(weights.values())
    return (
        sum(weight for stem, weight in weights.items() if stem in stems) / total if total else 0.0
    )


def _around(snapshot: Snapshot, number: int) -> str:
    """The text from a few sentences before to a few after, with the document's title."""
    document = snapshot.documents[snapshot.owner[number]]
    first = max(document.first_sentence, number - AROUND)
    last = number
    while (
        last < number + AROUND
        and last + 1 < len(snapshot.owner)
        and snapshot.owner[last + 1] == snapshot.owner[number]
    ):
        last += 1
    start, end = snapshot.bounds[first, 0], snapshot.bounds[last, 1]
    return f"{document.title} {document.text[start:end]}"

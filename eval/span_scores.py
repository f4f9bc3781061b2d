"""Scores of retrieved spans against reference spans, counted in characters.

The definitions are those of Chroma's chunking evaluation (Smith and Troynikov, 2024): recall is
the share of the reference that was covered, precision the share of what was retrieved that
covers it, IoU their intersection over their union.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from eval.questions import Span


@dataclass(frozen=True, slots=True)
class SpanScores:
    """Recall, precision and IoU of one question, or their means, each from 0 to 1."""

    recall: float
    precision: float
    iou: float


def score_spans(reference: Iterable[Span], retrieved: Iterable[Span]) -> SpanScores:
    """Score one question; nothing retrieved scores 0, as does a question without reference."""
    wanted, got = _characters(reference), _characters(retrieved)
    covered = len(wanted & got)
    return SpanScores(
        recall=covered / len(wanted) if wanted else 0.0,
        precision=covered / len(got) if got else 0.0,
        iou=covered / len(wanted | got) if wanted | got else 0.0,
    )


def mean_scores(scores: Iterable[SpanScores]) -> SpanScores:
    """Return the means over questions."""
    rows = [(score.recall, score.precision, score.iou) for score in scores]
    columns = zip(*rows, strict=True)
    return SpanScores(*(sum(column) / len(rows) for column in columns))


def _characters(spans: Iterable[Span]) -> set[tuple[str, int]]:
    """Every (document, offset) that the spans cover, each once."""
    found: dict[str, set[int]] = defaultdict(set)
    for span in spans:
        found[span.document].update(range(span.start, span.end))
    return {(document, offset) for document, offsets in found.items() for offset in offsets}

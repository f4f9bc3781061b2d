"""How good the citations of an answer are, against the sentences that people chose.

Pure functions: stretches of documents in, numbers between 0 and 1 out. Precision and recall are
those of information retrieval, on sentences; a need of a question is met by any one of the
sentences that the set lists for it, and of several complete sets of evidence the one that fits
best counts (so ALCE, Gao et al., arXiv:2305.14627, takes any sufficient set of passages).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.questions import Need, Question, Span

HALF = 0.5  # of the shorter stretch: from here two stretches are the same sentence


@dataclass(frozen=True, slots=True)
class CitationScores:
    """Precision: cited stretches that were called for; recall: needs that are met; their F1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both, 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score_citations(cited: Sequence[Span], question: Question) -> CitationScores | None:
    """Score the cited stretches of one answer; None for a question that lists no evidence.

    An answer that cites nothing has precision 0: the question has evidence to cite.
    """
    choices = [needs for needs in (question.needs, *question.alternatives) if needs]
    wanted = [span for needs in choices for need in needs for span in need]
    if not wanted:
        return None
    right = sum(any(same_stretch(one, other) for other in wanted) for one in cited)
    precision = right / len(cited) if cited else 0.0
    return CitationScores(precision, max(_met(cited, needs) for needs in choices))


def _met(cited: Sequence[Span], needs: Sequence[Need]) -> float:
    met = [any(same_stretch(one, span) for one in cited for span in need) for need in needs]
    return sum(met) / len(met)


def same_stretch(one: Span, other: Span) -> bool:
    """Whether two stretches share at least half of the shorter one; without offsets, the text."""
    if one.document != other.document:
        return False
    if not (one.is_placed and other.is_placed):
        return " ".join(one.text.split()) == " ".join(other.text.split())
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= HALF * min(one.end - one.start, other.end - other.start) > 0

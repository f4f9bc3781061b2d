"""How good the citations of an answer are: against the sentences people chose, and the claims.

Pure functions: stretches of documents and claims in, numbers between 0 and 1 out. Against the gold
precision and recall are those of information retrieval, on sentences; a need of a question is met
by any one of the sentences that the set lists for it, and of several complete sets of evidence the
one that fits best counts.

Against the claims they are those of ALCE (Gao et al., 2023, arXiv:2305.14627), for which a
function says whether a claim follows from some of its citations. ALCE asks a trained model and
scores every sentence; here the checks of the product are asked, so these figures are no more
trustworthy than they are, and sentences that claim nothing are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.metrics import Scores
from eval.questions import Need, Question, Span

SUPPORTED = "supported"
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
    scores = [_against(cited, needs) for needs in choices]
    return max(scores, key=lambda one: (one.f1, one.recall), default=None)


def _against(cited: Sequence[Span], needs: Sequence[Need]) -> CitationScores:
    """The scores against one complete set of evidence."""
    wanted = [span for need in needs for span in need]
    right = sum(any(same_stretch(one, other) for other in wanted) for one in cited)
    return CitationScores(right / len(cited) if cited else 0.0, _met(cited, needs))


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


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of an answer that claims something, its verdict, its citations by number."""

    text: str
    verdict: str
    cited: tuple[int, ...]


Entails = Callable[[Claim, Sequence[int]], bool]
"""Says whether some of the citations of a claim, taken together, support it."""


def gold_scores(cited: Sequence[Span], question: Question) -> Scores:
    """Precision, recall and F1 of the cited stretches against the gold, by name."""
    scores = score_citations(cited, question)
    return {
        "citation_precision": scores.precision if scores else None,
        "citation_recall": scores.recall if scores else None,
        "citation_f1": scores.f1 if scores else None,
    }


def claim_scores(claims: Sequence[Claim], rejected: int, entails: Entails) -> Scores:
    """What the claims of one answer rest on, by name; an answer that claims nothing has none.

    ``supported_rate`` is the share of claims with the verdict *supported*, ``uncited_rate`` of
    those that cite nothing. ``rejected`` counts the markers that named nothing offered.
    """
    if not claims:
        return dict.fromkeys(("alce_recall", "alce_precision", "supported_rate", "uncited_rate"))
    return {
        "alce_recall": alce_recall(claims, entails),
        "alce_precision": alce_precision(claims, rejected, entails),
        "supported_rate": sum(claim.verdict == SUPPORTED for claim in claims) / len(claims),
        "uncited_rate": sum(not claim.cited for claim in claims) / len(claims),
    }


def alce_recall(claims: Sequence[Claim], entails: Entails) -> float:
    """The share of claims that all their citations together support; one without any is not."""
    return sum(bool(one.cited) and entails(one, one.cited) for one in claims) / len(claims)


def alce_precision(claims: Sequence[Claim], rejected: int, entails: Entails) -> float:
    """The share of citations that are needed: their claim is supported, and they are no surplus.

    A citation is surplus when it alone does not support the claim and the others do without it.
    A citation that names nothing offered is one more that is not needed; none at all gives 0.
    """
    needed = sum(_needed(claim, entails) for claim in claims)
    cited = sum(len(claim.cited) for claim in claims) + rejected
    return needed / cited if cited else 0.0


def _needed(claim: Claim, entails: Entails) -> int:
    if not claim.cited or not entails(claim, claim.cited):
        return 0
    if len(claim.cited) == 1:
        return 1
    return sum(
        entails(claim, (one,)) or not entails(claim, [n for n in claim.cited if n != one])
        for one in claim.cited
    )


def validity(cited: Sequence[Span], texts: Mapping[str, str]) -> float | None:
    """The share of citations that are, character for character, what their document holds there."""
    if not cited:
        return None
    return sum(_is_exact(one, texts.get(one.document, "")) for one in cited) / len(cited)


def _is_exact(cited: Span, text: str) -> bool:
    return bool(cited.text) and text[cited.start : cited.end] == cited.text

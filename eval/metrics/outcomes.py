"""How an answer ended, against how it should: answered, partly, or not in the documents.

A refusal is right when the documents do not answer. Its precision and recall are those of
information retrieval with the refusals as what was retrieved (so Rajpurkar et al., 2018,
arXiv:1806.03822, count abstention): means over the questions that were refused, and over those
that had to be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from eval.metrics import Scores

REFUSED = "not_found"


def outcome_right(wanted: str, got: str, *, is_graded: bool) -> float:
    """1 if it ended as it should; in a set that does not grade, partly counts as answered."""
    if is_graded:
        return float(wanted == got)
    return float((wanted == REFUSED) == (got == REFUSED))


def refusal_precision(wanted: str, got: str) -> float | None:
    """Of a question that was refused: whether it had to be. None for any other."""
    return float(wanted == REFUSED) if got == REFUSED else None


def refusal_recall(wanted: str, got: str) -> float | None:
    """Of a question that had to be refused: whether it was. None for any other."""
    return float(got == REFUSED) if wanted == REFUSED else None


def confusion(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Mapping[str, int]]:
    """Count (wanted, got): ``{wanted: {got: n}}``."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for wanted, got in pairs:
        counts[wanted][got] += 1
    return {wanted: dict(got) for wanted, got in sorted(counts.items())}


def is_failed(scores: Scores) -> bool:
    """Whether a question failed as a test fails: it ended wrongly, or lacks a needed fact."""
    facts = scores.get("fact_recall")
    return scores.get("outcome_right") == 0 or (facts is not None and facts < 1)

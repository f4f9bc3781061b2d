"""The questions that flipped: right on one side and not on the other, with both answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.compare.pairs import Pair
from eval.compare.runs import Result, Row, wanted_outcome
from rag.rendering import one_line

FLIPPING = (
    "outcome_right",
    "fact_recall",
    "exact_match",
    "citation_recall",
    "sentence_hit@10",
    "document_hit@5",
)
WHOLE = 1 - 1e-6  # a score from here on is full
OPENING = 60  # characters of a cited sentence


@dataclass(frozen=True, slots=True)
class Side:
    """What one run answered: the outcome, the words, and the citations in short."""

    outcome: str
    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """A question with the metrics that became full in B, or are full no longer.

    ``wanted`` is the right outcome with the right answer, ``moved`` the scores of A and B.
    """

    id: str
    question: str
    tags: tuple[str, ...]
    wanted: str
    moved: Mapping[str, tuple[float, float]]
    lost: int
    a: Side
    b: Side


def flips(pairs: Iterable[Pair], metrics: Sequence[str] = FLIPPING) -> list[Flip]:
    """Every question that flipped by one of the metrics, those first that lost the most."""
    found = [flip for pair in pairs if (flip := _flip(*pair, metrics))]
    return sorted(found, key=lambda flip: (-flip.lost, -len(flip.moved)))


def _flip(a: Result, b: Result, metrics: Sequence[str]) -> Flip | None:
    moved = {
        name: (a.scores[name], b.scores[name])
        for name in metrics
        if name in a.scores
        and name in b.scores
        and (a.scores[name] >= WHOLE) != (b.scores[name] >= WHOLE)
    }
    if not moved:
        return None
    balance = sum(1 if before > now else -1 for before, now in moved.values())
    return Flip(
        id=a.id,
        question=one_line(str(b.question.get("question", ""))),
        tags=tuple(map(str, _items(b.question.get("tags")))),
        wanted=_wanted(b.question),
        moved=moved,
        lost=balance,
        a=_side(a.answer),
        b=_side(b.answer),
    )


def _wanted(question: Row) -> str:
    """The right outcome and answer, or the facts where no answer is written out."""
    outcome = wanted_outcome(question)
    answers = [str(answer) for answer in _items(question.get("answers"))]
    said = answers[0] if answers else ", ".join(_first_aliases(question.get("facts")))
    missing = f" (missing: {question['missing']})" if question.get("missing") else ""
    return one_line(f"{outcome}: {said}{missing}" if said else f"{outcome}{missing}")


def _first_aliases(facts: Any) -> Iterator[str]:
    return (str(aliases[0]) for aliases in _items(facts) if isinstance(aliases, list) and aliases)


def _side(answer: Row) -> Side:
    cited = [one for one in _items(answer.get("citations")) if isinstance(one, dict)]
    return Side(
        outcome=str(answer.get("outcome", "")),
        text=one_line(str(answer.get("text", ""))),
        citations=tuple(map(_citation, cited)),
    )


def _citation(one: Mapping[str, Any]) -> str:
    text = one_line(str(one.get("text", "")))
    opening = text if len(text) <= OPENING else f"{text[:OPENING].rstrip()}…"
    return f"[{one.get('number', '?')}] {one.get('document', '?')}: {opening}"


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

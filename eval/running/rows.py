"""A line of ``results.jsonl`` before an answer is put into it."""

from collections.abc import Mapping

from eval.running.folder import Row
from eval.running.selection import Case
from rag.answerability import probability, read_signs
from rag.evidence import Found
from rag.libraries import Library
from rag.types import Evidence


def row_of(
    case: Case,
    library: Library,
    found: Found | None,
    seconds: Mapping[str, float],
    scores: Mapping[str, float | None],
) -> Row:
    """Return the line of a question that was asked; ``found`` is None where nothing was sought."""
    return {
        "id": case.question.id,
        "repeat": case.repeat,
        "question": case.row,
        "status": "ok",
        "error": "",
        "evidence": [_evidence_json(one) for one in evidence_of(found)],
        "answerability": _answerability(library, found),
        "answer": None,
        "messages": [],
        "reply": "",
        "tokens": None,
        "seconds": {step: round(took, 6) for step, took in seconds.items()},
        "scores": dict(scores),
    }


def evidence_of(found: Found | None) -> list[Evidence]:
    """The evidence of what was found, best first."""
    return found.evidence if found else []


def _answerability(library: Library, found: Found | None) -> float | None:
    """The probability by which quotations are refused; None where nothing was sought."""
    if found is None:
        return None
    return round(probability(read_signs(library.snapshot(), found.question, found.scored)), 4)


def _evidence_json(found: Evidence) -> Row:
    sentence = found.sentence
    return {
        "document": sentence.document_id,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "score": round(found.score, 4),
    }

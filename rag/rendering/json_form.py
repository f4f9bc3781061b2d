"""An answer as JSON for programs; the README names its fields."""

from hashlib import sha256

from rag.rendering import iso
from rag.types import Answer, Citation, Disagreement, Mark, Repair, Statement

HASH_DIGITS = 16  # 64 bits: enough to see an edit, short enough to read


def to_json(answer: Answer) -> dict[str, object]:
    """The object that ``rag ask --json`` prints: only what ``json.dumps`` takes.

    Dates are ISO or null; offsets count code points of the document's canonical text, those
    of ``statements`` and ``marks`` code points of ``text``. ``json_reading`` reads it back.
    """
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "outcome": answer.outcome.value,
        "missing": answer.missing,
        "mode": answer.mode.value,
        "incomplete": answer.incomplete,
        "statements": [
            {**statement_json(one), "start": one.start, "end": one.end} for one in answer.statements
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "rejected": [{"marker": it.marker, "reason": it.reason} for it in answer.rejected],
        "timings": dict(answer.timings),
        "model": answer.model,
        "text": answer.text,
        "marks": [_mark_json(mark) for mark in answer.marks],
        "uncited": [citation_json(citation) for citation in answer.uncited],
        "repairs": [_repair_json(repair) for repair in answer.repairs],
        "disagreements": [_disagreement_json(one) for one in answer.disagreements],
    }


def citation_json(citation: Citation) -> dict[str, object]:
    """One citation as JSON shows it."""
    return {
        "number": citation.number,
        **_place_json(citation),
        "verdict": citation.verdict.value,
        "reason": citation.reason,
    }


def _place_json(citation: Citation) -> dict[str, object]:
    return {
        "document": citation.document,
        "title": citation.title,
        "date": iso(citation.date),
        "sentence_ids": list(citation.sentence_ids),
        "start": citation.start,
        "end": citation.end,
        "pages": list(citation.pages),
        "text": citation.text,
        "hash": text_hash(citation.text),
    }


def text_hash(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the text in UTF-8."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


def _disagreement_json(one: Disagreement) -> dict[str, object]:
    sides = [_place_json(side) for side in one.sides]
    return {"kind": one.kind.value, "reason": one.reason, "sides": sides}


def statement_json(statement: Statement) -> dict[str, object]:
    """One statement as JSON shows it, without its place in the text."""
    return {
        "text": statement.text,
        "kind": statement.kind.value,
        "verdict": statement.verdict.value,
        "citations": list(statement.citations),
        "reason": statement.reason,
    }


def _repair_json(repair: Repair) -> dict[str, object]:
    return {
        "act": repair.act.value,
        "statement": repair.statement,
        "removed": [citation_json(citation) for citation in repair.removed],
        "added": list(repair.added),
        "reason": repair.reason,
    }


def _mark_json(mark: Mark) -> dict[str, object]:
    return {"offset": mark.offset, "citation": mark.citation}

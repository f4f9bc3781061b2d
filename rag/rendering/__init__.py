"""An answer made ready to show: words for its states, and JSON for programs.

Next door stand the Markdown for terminal and export and the HTML for the browser; all of them
say the same words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

from rag.types import (
    Act,
    Answer,
    Citation,
    Disagreement,
    Kind,
    Mark,
    Mode,
    Outcome,
    Repair,
    SavedCitation,
    Statement,
    Verdict,
)

SIGNS: Mapping[Verdict, str] = {
    Verdict.SUPPORTED: "✓",
    Verdict.PARTLY: "~",
    Verdict.UNSUPPORTED: "✗",
    Verdict.CONTRADICTED: "≠",
    Verdict.NOT_CHECKED: "?",
}

_OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "Answered from your documents.",
    Outcome.PARTLY: "Partly answered from your documents.",
    Outcome.NOT_FOUND: "Not in your documents.",
}
HASH_DIGITS = 16  # 64 bits: enough to see an edit, short enough to read
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def outcome_words(answer: Answer) -> str:
    """The outcome in plain words, one sentence."""
    return _OUTCOME_WORDS[answer.outcome]


def notes(answer: Answer) -> tuple[str, ...]:
    """What a reader must know besides the outcome, one sentence each; often nothing."""
    return tuple(
        [f"Searched for: “{answer.standalone_question}”"] * _is_reworded(answer)
        + [_ended(f"Missing: {answer.missing}")] * bool(answer.missing)
        + ["Incomplete: the reply was cut off before its end."] * answer.incomplete
        + ["Quoted word for word; no language model wrote this."] * _is_quoted(answer)
        + [f"No source is given for: “{claim.text.strip()}”" for claim in unsourced(answer)]
        + [f"Marker {it.marker} was left out: {it.reason}" for it in answer.rejected]
        + list(repair_notes(answer.repairs))
    )


def repair_notes(repairs: Sequence[Repair]) -> Iterator[str]:
    """What the program changed in the model's citations, one sentence for each kind of change."""
    added = {n for one in repairs if one.act is Act.ADDED for n in one.added}
    if added:
        yield f"Cited by the program, not by the model: {_numbered(added)}."
    for one in repairs:
        gone = _numbered(citation.number for citation in one.removed)
        if one.act is Act.REPOINTED:
            yield f"Citation {gone} was re-pointed to {_numbered(one.added)}. {one.reason}"
    pruned = {c.number for one in repairs if one.act is Act.PRUNED for c in one.removed}
    if pruned:
        yield f"Left out where the other citations carry the claim: {_numbered(pruned)}."


def _numbered(numbers: Iterable[int]) -> str:
    return ", ".join(f"[{number}]" for number in sorted(numbers))


def _is_reworded(answer: Answer) -> bool:
    return answer.standalone_question not in ("", answer.question)


def _is_quoted(answer: Answer) -> bool:
    return answer.mode is Mode.QUOTES and bool(answer.text)


def _ended(text: str) -> str:
    """The text with a full stop where it ends without a sign."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def unsourced(answer: Answer) -> tuple[Statement, ...]:
    """The claims of an answer that cite nothing; when nothing was found there are none."""
    if answer.outcome is Outcome.NOT_FOUND:
        return ()
    return tuple(s for s in answer.statements if s.kind is Kind.CLAIM and not s.citations)


def disagreement_words(one: Disagreement) -> str:
    """That documents differ, and how: one sentence before the quotations that show it."""
    return f"Your documents do not say the same. {one.reason}"


def verdict_words(citation: Citation) -> str:
    """The verdict by sign and word, such as ``✓ supported``."""
    return f"{SIGNS[citation.verdict]} {citation.verdict.value}"


def source_words(citation: Citation | SavedCitation) -> str:
    """Title, date where there is one, and document, on one line."""
    headed = [one_line(citation.title), *filter(None, [_iso(citation.date)])]
    return f"{', '.join(headed)} ({citation.document})"


def printable(text: str) -> str:
    """Leave out what would steer a terminal instead of being shown by it."""
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(text.split())


def with_marks(
    text: str,
    marks: Iterable[tuple[int, str]],
    escaped: Callable[[str], str] = str,
) -> str:
    """The text with each mark before the character at its offset, in the order given.

    Offsets outside the text count as its ends. ``escaped`` is applied to the text only.
    """
    pieces, done = [], 0
    for offset, mark in sorted(marks, key=lambda placed: placed[0]):
        stop = min(max(offset, done), len(text))
        pieces += [escaped(text[done:stop]), mark]
        done = stop
    return "".join([*pieces, escaped(text[done:])])


def to_json(answer: Answer) -> dict[str, object]:
    """The object that ``rag ask --json`` prints: only what ``json.dumps`` takes.

    Dates are ISO or null; offsets count code points of the document's canonical text, those
    of ``marks`` code points of ``text``.
    """
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "outcome": answer.outcome.value,
        "missing": answer.missing,
        "mode": answer.mode.value,
        "incomplete": answer.incomplete,
        "statements": [statement_json(statement) for statement in answer.statements],
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
        "date": _iso(citation.date),
        "sentence_ids": list(citation.sentence_ids),
        "start": citation.start,
        "end": citation.end,
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""An answer made ready to show: words for its states.

Next door stand the JSON for programs, the Markdown for terminal and export and the HTML for the
browser; all of them say the same words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from rag.pages import page_words
from rag.types import (
    Act,
    Answer,
    Citation,
    Disagreement,
    Kind,
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
    """Title, date and page where there is one, and document, on one line."""
    pages = citation.pages if isinstance(citation, Citation) else ()
    told = [iso(citation.date), page_words(pages)]
    headed = [one_line(citation.title), *filter(None, told)]
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


def iso(day: date | None) -> str | None:
    """A date as 2024-08-26, or None."""
    return day.isoformat() if day else None

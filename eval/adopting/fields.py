"""A draft as texts that a page shows and sends back completed; a list has an item in a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eval.adopting.drafts import Draft, free_id
from eval.adopting.editing import sentences_with
from eval.golden_rules import Pages
from eval.questions import QuestionSetError, Span
from rag.rendering import one_line
from rag.types import Outcome

TEXTS = ("question", "id", "date", "outcome", "missing", "answers", "facts", "evidence")


def fields_of(draft: Draft) -> dict[str, Any]:
    """Every part of a draft that can be changed."""
    return {
        "question": draft.question,
        "id": draft.id,
        "date": draft.date,
        "outcome": draft.outcome.value,
        "missing": draft.missing,
        "answers": "\n".join(draft.answers),
        "facts": "\n".join(" | ".join(aliases) for aliases in draft.facts),
        "evidence": "\n".join(one_line(span.text) for span in draft.evidence),
        "tags": sorted(draft.tags),
        "keep_history": bool(draft.history),
    }


def completed(
    draft: Draft, fields: Mapping[str, Any], pages: Pages, taken: Sequence[str]
) -> tuple[Draft, list[str]]:
    """The draft as the fields have it, and what of the evidence cannot be found, a sentence each.

    A field that is left out stays as it is. Raises QuestionSetError for fields of another form.
    """
    now = {**fields_of(draft), **_checked(fields)}
    question = one_line(now["question"]) or draft.question
    name = one_line(now["id"]) or draft.id
    if question != draft.question and name == draft.id:
        name = free_id(question, taken)
    evidence, wrong = _evidence(list(_lines(now["evidence"])), draft.evidence, pages)
    done = replace(
        draft,
        question=question,
        id=name,
        outcome=Outcome(now["outcome"]),
        history=draft.history if now["keep_history"] else (),
        missing=one_line(now["missing"]),
        date=one_line(now["date"]),
        answers=tuple(_lines(now["answers"])),
        facts=tuple(tuple(_parts(line)) for line in _lines(now["facts"])),
        evidence=evidence,
        tags=frozenset(now["tags"]),
    )
    return done, wrong


def _checked(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    good = (
        all(isinstance(fields.get(name, ""), str) for name in TEXTS)
        and isinstance(fields.get("tags", []), list)
        and all(isinstance(tag, str) for tag in fields.get("tags", []))
        and fields.get("outcome", Outcome.ANSWERED) in list(Outcome)
    )
    if not good:
        raise QuestionSetError("The fields are not what --case --json shows; send those back.")
    return fields


def _lines(text: str) -> Iterator[str]:
    return filter(None, map(one_line, text.splitlines()))


def _parts(line: str) -> Iterator[str]:
    return filter(None, map(str.strip, line.split("|")))


def _evidence(
    lines: Sequence[str], proposed: Sequence[Span], pages: Pages
) -> tuple[tuple[Span, ...], list[str]]:
    """The sentence of every line: a proposed one, or the only one with these words."""
    known = {one_line(span.text): span for span in proposed}
    spans, wrong = [], []
    for line in lines:
        found = [known[line]] if line in known else sentences_with(line, pages)
        spans += found if len(found) == 1 else []
        if not found:
            wrong.append(f"“{line}” does not stand in the documents in a row.")
        elif len(found) > 1:
            wrong.append(f"{len(found)} sentences have “{line}”; give more of the one meant.")
    return tuple(dict.fromkeys(spans)), wrong

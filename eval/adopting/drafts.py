"""What a golden question would be, made out of a case: the draft, and its row in the set."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.adopting.cases import Case
from eval.golden_rules import ABSENCES, KINDS, Pages
from eval.questions import Span
from rag.checking.names import read_names
from rag.feedback import Opinion
from rag.relative_dates import with_dates
from rag.rendering import one_line
from rag.types import Message, Outcome, Verdict
from rag.vocabulary import content_stems

AUTOMATIC = frozenset({"follow-up", "partly", "near-miss"})  # what the other parts of a row say
CHOICES = KINDS - AUTOMATIC
LONGEST_ID = 40  # characters of a slug
MOST_FACTS = 5  # that are proposed
_NO_LETTER = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,:]\d+)*(?!\w)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A golden question that is not in the set yet; ``tags`` are those that a person chooses.

    ``answers`` are wordings of the whole answer, ``facts`` what it must contain, each as a list
    of aliases; ``date`` is the day it is asked, where the question counts from that.
    """

    id: str
    question: str
    outcome: Outcome
    history: tuple[Message, ...] = ()
    missing: str = ""
    answers: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Span, ...] = ()
    tags: frozenset[str] = frozenset()
    date: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question, or a part of it."""
        return self.outcome is not Outcome.NOT_FOUND


def propose(case: Case, pages: Pages, taken: Sequence[str]) -> tuple[Draft, list[str]]:
    """A draft made of a case, and what was found wrong with its evidence, a sentence each.

    A good answer lends its words; of a bad one only the citations are taken that hold.
    """
    question = case.asked.standalone_question or case.asked.question
    outcome = Outcome(case.answer["outcome"])
    evidence, lost = _evidence(case, pages) if outcome is not Outcome.NOT_FOUND else ([], [])
    is_good = case.opinion is Opinion.GOOD and outcome is not Outcome.NOT_FOUND
    said = one_line(case.answer["text"]) if is_good else ""
    shown = " ".join(span.text for span in evidence)
    draft = Draft(
        id=free_id(question, taken),
        question=question,
        outcome=outcome,
        history=case.asked.history,
        missing=case.answer["missing"] if outcome is Outcome.PARTLY else "",
        answers=(said,) * bool(said),
        facts=tuple((one,) for one in likely_facts(question, said, shown)),
        evidence=tuple(evidence),
        date=_day(question, case),
    )
    return draft, lost


def row_of(draft: Draft) -> dict[str, Any]:
    """The draft as a line of a golden set, without its split; what can be told is tagged."""
    keep = draft.answerable
    said = [{"role": one.role, "content": one.content} for one in draft.history]
    row = {
        "id": draft.id,
        "question": draft.question,
        "history": said,
        "answers": list(draft.answers) if keep else [],
        "facts": [list(aliases) for aliases in draft.facts] if keep else [],
        "answerable": keep,
        "outcome": draft.outcome.value,
        "missing": draft.missing if draft.outcome is Outcome.PARTLY else "",
        "date": draft.date,
        "evidence": [_span_json(span) for span in draft.evidence] if keep else [],
        "tags": sorted(_tags(draft)),
    }
    return {name: part for name, part in row.items() if name not in _OPTIONAL or part}


def free_id(question: str, taken: Sequence[str]) -> str:
    """A name made of the question's words that no other question has."""
    slug = _NO_LETTER.sub("-", question.casefold()).strip("-")
    slug = slug[:LONGEST_ID].rsplit("-", 1)[0] if len(slug) > LONGEST_ID else slug
    slug, others, number = slug or "question", set(taken), 2
    name = slug
    while name in others:
        name, number = f"{slug}-{number}", number + 1
    return name


def likely_facts(question: str, answer: str, evidence: str) -> list[str]:
    """Names and numbers that the answer adds to the question and that the evidence has."""
    asked, shown = set(content_stems(question)), evidence.casefold()
    found = dict.fromkeys([name.text for name in read_names(answer).names])
    found |= dict.fromkeys(_NUMBER.findall(answer))
    new = [it for it in found if it.casefold() in shown and not asked & set(content_stems(it))]
    return new[:MOST_FACTS]


_OPTIONAL = frozenset({"history", "missing", "date"})


def _evidence(case: Case, pages: Pages) -> tuple[list[Span], list[str]]:
    """The sentences that hold, where they stand today; and what became of the others."""
    spans, lost = [], []
    for row in case.answer["citations"]:
        if row["number"] in case.wrong or row["verdict"] != Verdict.SUPPORTED:
            continue
        try:
            spans.append(_placed(row, pages))
        except LookupError as error:
            lost.append(f"[{row['number']}] is left out: {error.args[0]}")
    return list(dict.fromkeys(spans)), lost


def _placed(row: Mapping[str, Any], pages: Pages) -> Span:
    """A citation where its document has it now; raises LookupError with the sentence to say."""
    name, text, start = row["document"], row["text"], row["start"]
    if name not in pages:
        raise LookupError(f"{name} is not among the documents any more.")
    document = pages[name].document
    if document.text[start : row["end"]] != text:
        start = document.text.find(text)
    if start < 0 or not text:
        raise LookupError(f"{name} has changed, and this is no longer in it.")
    return Span(name, start, start + len(text), text)


def _span_json(span: Span) -> dict[str, Any]:
    return {"document": span.document, "text": span.text, "start": span.start, "end": span.end}


def _tags(draft: Draft) -> Iterator[str]:
    """The chosen tags that fit, and those that the other parts of the draft say."""
    yield from draft.tags & (CHOICES if draft.answerable else CHOICES | ABSENCES)
    if draft.history:
        yield "follow-up"
    if draft.outcome is Outcome.PARTLY:
        yield "partly"
    if not draft.answerable:
        yield "near-miss"
    elif draft.evidence:
        yield _structure(draft.evidence)


def _structure(evidence: Sequence[Span]) -> str:
    if len(evidence) == 1:
        return "one-sentence"
    documents = {span.document for span in evidence}
    return "several-sentences" if len(documents) == 1 else "several-documents"


def _day(question: str, case: Case) -> str:
    day = case.asked.time.date()
    return day.isoformat() if with_dates(question, day) != question else ""

"""What must be true of every golden question, one function a rule.

A rule takes a question and the document set and yields what is wrong, in words.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.answers import plain, stands_in
from eval.questions import Need, Question, Span
from rag.sentences import split_sentences
from rag.types import Document
from rag.vocabulary import content_stems

STRUCTURES = frozenset({"one-sentence", "several-sentences", "several-documents"})
ABSENCES = frozenset({"missing-fact", "wrong-date", "wrong-person", "outside-period"})
KINDS = frozenset(
    """time numbers conflict who follow-up paraphrase misspelt false-premise partly
    near-miss""".split()
)
OUTCOMES = ("answered", "partly", "not_found")
SPLITS = ("dev", "test")
SIDES = 2
SHOWN = 60  # characters of a sentence in a message

LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """A document with the bounds of its sentences, as the product cuts them."""

    document: Document
    starts: frozenset[int]
    ends: frozenset[int]


Pages = Mapping[str, Page]
Rule = Callable[[Question, Pages], Iterator[str]]


def page_of(document: Document) -> Page:
    """Cut a document; a sentence in a list may also be quoted without the mark of its item."""
    sentences = split_sentences(document)
    marks = [LIST_MARK.match(one.text) for one in sentences]
    bare = [one.start + mark.end() for one, mark in zip(sentences, marks, strict=True) if mark]
    return Page(
        document,
        starts=frozenset([one.start for one in sentences] + bare),
        ends=frozenset(one.end for one in sentences),
    )


def problems(question: Question, pages: Pages, rules: Sequence[Rule] = ()) -> list[str]:
    """Return all that is wrong with a question, each in a few words; by RULES, if not by others."""
    return [problem for rule in rules or RULES for problem in rule(question, pages)]


def evidence_is_exact(question: Question, pages: Pages) -> Iterator[str]:
    """Every evidence sentence stands, byte for byte, where its offsets say."""
    for span in _spans(question):
        page = pages.get(span.document)
        if page is None:
            yield f"{span.document} is not among the documents"
        elif not _is_exact(span, page) and span.text in page.document.text:
            yield f"{span.document} has changed: “{_short(span)}” has moved (--place finds it)"
        elif not _is_exact(span, page):
            yield f"{span.document} has changed: “{_short(span)}” is no longer in it"


def evidence_is_whole(question: Question, pages: Pages) -> Iterator[str]:
    """Evidence begins and ends with a sentence, as the product cuts them."""
    for span in _spans(question):
        page = pages.get(span.document)
        is_whole = page and span.start in page.starts and span.end in page.ends
        if page and _is_exact(span, page) and not is_whole:
            yield f"“{_short(span)}” in {span.document} is no whole sentence"


def answer_is_complete(question: Question, pages: Pages) -> Iterator[str]:
    """What can be answered has answers, facts and evidence; what cannot has none."""
    del pages
    parts = {"answers": question.answers, "facts": question.facts, "evidence": question.needs}
    for name, part in parts.items():
        if bool(part) is not question.answerable:
            yield f"has {'no ' * (not part)}{name}, but answerable is {question.answerable}"
    if question.outcome not in OUTCOMES:
        yield f"its outcome is none of {', '.join(OUTCOMES)}"
    if (question.outcome == "not_found") is question.answerable:
        yield f"its outcome is {question.outcome}, but answerable is {question.answerable}"
    if (question.outcome == "partly") is not bool(question.missing):
        yield "“missing” and the outcome “partly” belong together"


def facts_are_in_evidence(question: Question, pages: Pages) -> Iterator[str]:
    """Every fact can be read, by one of its aliases, in the evidence."""
    del pages
    shown = plain(" ".join(span.text for span in _spans(question)))
    for aliases in question.facts:
        if not any(stands_in(alias, shown) for alias in aliases):
            yield f"none of {', '.join(aliases)} is in the evidence"


def answers_hold_the_facts(question: Question, pages: Pages) -> Iterator[str]:
    """Every wording of the answer contains every fact, by one of its aliases."""
    del pages
    for answer in question.answers:
        for aliases in question.facts:
            if not any(stands_in(alias, plain(answer)) for alias in aliases):
                yield f"its answer “{answer}” has none of {', '.join(aliases)}"


def tags_are_known(question: Question, pages: Pages) -> Iterator[str]:
    """Tags come from one list; each question has the one that says how its evidence lies."""
    del pages
    unknown = question.tags - STRUCTURES - ABSENCES - KINDS
    if unknown:
        yield f"unknown tags: {', '.join(sorted(unknown))}"
    if len(question.tags & (STRUCTURES if question.answerable else ABSENCES)) != 1:
        yield f"needs one tag of {', '.join(sorted(STRUCTURES | ABSENCES))}, as fits"
    expected = {
        "near-miss": not question.answerable,
        "follow-up": bool(question.history),
        "partly": question.outcome == "partly",
        "one-sentence": len(question.needs) == 1,
        "several-sentences": len(question.needs) > 1 and _documents(question.needs) == 1,
        "several-documents": len(question.needs) > 1 and _documents(question.needs) > 1,
    }
    for tag, fits in expected.items():
        if (tag in question.tags) is not fits:
            yield f"the tag {tag} {'is missing' if fits else 'does not fit'}"


def conflict_has_sides(question: Question, pages: Pages) -> Iterator[str]:
    """Where accounts differ, each side is a fact of its own."""
    del pages
    if "conflict" in question.tags and len(question.facts) < SIDES:
        yield "accounts that differ are at least two facts"


def paraphrase_shares_no_word(question: Question, pages: Pages) -> Iterator[str]:
    """A paraphrase has no word of weight in common with its evidence."""
    del pages
    if "paraphrase" not in question.tags:
        return
    asked = set(content_stems(question.text))
    for span in _spans(question):
        shared = asked & set(content_stems(span.text))
        if shared:
            yield f"a paraphrase, yet it shares {', '.join(sorted(shared))} with “{_short(span)}”"


def split_is_known(question: Question, pages: Pages) -> Iterator[str]:
    """Every question belongs to one split."""
    del pages
    if question.split not in SPLITS:
        yield f"its split is none of {', '.join(SPLITS)}"


ANY_SET: tuple[Rule, ...] = (
    evidence_is_exact,
    evidence_is_whole,
    facts_are_in_evidence,
    answers_hold_the_facts,
)
"""What is true of the questions of any set; RULES is more, for a set with kinds and splits."""

RULES: tuple[Rule, ...] = (
    *ANY_SET,
    answer_is_complete,
    tags_are_known,
    conflict_has_sides,
    paraphrase_shares_no_word,
    split_is_known,
)


def _spans(question: Question) -> list[Span]:
    needs = (*question.needs, *(need for other in question.alternatives for need in other))
    return [span for need in needs for span in need]


def _is_exact(span: Span, page: Page) -> bool:
    return span.is_placed and page.document.text[span.start : span.end] == span.text


def _documents(needs: tuple[Need, ...]) -> int:
    return len({need[0].document for need in needs})


def _short(span: Span) -> str:
    return span.text if len(span.text) <= SHOWN else f"{span.text[:SHOWN]}…"

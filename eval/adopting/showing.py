"""A case and a proposed golden question, as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.adopting.cases import PUT_ASIDE, Case
from eval.adopting.drafts import CHOICES
from eval.golden_rules import ABSENCES
from rag.rendering import SIGNS, one_line, with_marks
from rag.types import Verdict

CUT = 100  # characters of a sentence in a list


def case_line(case: Case, adopted: Mapping[str, str]) -> str:
    """A case in one line: how it was found, whether it is done with, question, reasons."""
    opinion = "bad " if case.is_bad else "good"
    reasons = [case.reason, *(f"[{number}] {why}" for number, why in sorted(case.wrong.items()))]
    said = "; ".join(one_line(reason) for reason in reasons if reason.strip())
    parts = [opinion, one_line(case.asked.question), *[f"({said})"] * bool(said)]
    return "  ".join([*parts, *_done(case, adopted)])


def case_lines(case: Case, place: str) -> Iterator[str]:
    """All that is known of a case."""
    asked = case.asked
    yield f"\n── {place} · {'bad' if case.is_bad else 'good'} · {asked.time:%Y-%m-%d %H:%M}"
    for turn in asked.history:
        yield f"{turn.role:>9}: {_cut(turn.content)}"
    yield f" question: {one_line(asked.question)}"
    if asked.standalone_question not in ("", asked.question):
        yield f"searched for: {one_line(asked.standalone_question)}"
    yield f"   answer: ({case.answer['outcome']}) {_answer(case)}"
    for citation in case.answer["citations"]:
        yield from _citation_lines(citation, case)
    if case.reason:
        yield f"   reader: {one_line(case.reason)}"


def row_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """A golden question before it is one."""
    yield "\nAs a golden question:"
    yield f"       id: {row['id']}"
    yield f" question: {row['question']}"
    if row.get("history"):
        yield f"  history: {len(row['history'])} messages before it"
    if row.get("date"):
        yield f" asked on: {row['date']}"
    yield f"  outcome: {row['outcome']}"
    if row.get("missing"):
        yield f"  missing: {row['missing']}"
    if row["answerable"]:
        yield from _answerable_lines(row)
    more = sorted(CHOICES if row["answerable"] else ABSENCES)
    yield f"     tags: {' '.join(row['tags']) or '–'}   (to choose from: {' '.join(more)})"
    yield f"    split: {row.get('split', '–')}"


def warnings(lost: Sequence[str], wrong: Sequence[str]) -> Iterator[str]:
    """What was lost of the evidence, and why the question cannot be added as it is."""
    yield from (f"  ! {line}" for line in lost)
    if wrong:
        yield "Before it can be added:"
        yield from (f"  - {line}" for line in wrong)


def facts_words(facts: Sequence[Sequence[str]]) -> str:
    """Facts as they are typed: ``;`` between them, ``|`` between the aliases of one."""
    return "; ".join(" | ".join(aliases) for aliases in facts)


def _answerable_lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"  answers: {' | '.join(row['answers']) or '–'}"
    yield f"    facts: {facts_words(row['facts']) or '–'}"
    for item in row["evidence"]:
        yield f" evidence: {item['document']} {item['start']}-{item['end']}: “{_cut(item['text'])}”"


def _citation_lines(citation: Mapping[str, Any], case: Case) -> Iterator[str]:
    verdict, number = Verdict(citation["verdict"]), citation["number"]
    head = f"[{number}] {SIGNS[verdict]} {verdict.value} · {citation['document']}"
    yield f"      {head}: “{one_line(citation['text'])}”"
    if citation["reason"] and verdict is not Verdict.SUPPORTED:
        yield f"          {one_line(citation['reason'])}"
    if number in case.wrong:
        why = one_line(case.wrong[number])
        yield f"          reader: does not support what is said{f' ({why})' * bool(why)}"


def _answer(case: Case) -> str:
    marks = [(mark["offset"], f" [{mark['citation']}]") for mark in case.answer["marks"]]
    return one_line(with_marks(case.answer["text"], marks)) or "–"


def _done(case: Case, adopted: Mapping[str, str]) -> Iterator[str]:
    if case.id in adopted:
        golden = adopted[case.id]
        yield "[put aside]" if golden == PUT_ASIDE else f"[adopted as {golden}]"


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= CUT else f"{line[:CUT]}…"

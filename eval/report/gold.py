"""What a question needed, held against what was retrieved, cited and said."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.answers import plain, stands_in
from eval.metrics.citations import same_stretch
from eval.questions import Need, Span
from eval.report.reading import Result, Row


@dataclass(frozen=True, slots=True)
class NeedMet:
    """One thing that had to be found: at which rank it was (from 1), and by what it is cited."""

    need: Need
    rank: int | None
    footnotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FactMet:
    """One fact that a right answer contains, and whether this one does."""

    aliases: tuple[str, ...]
    is_said: bool


def needs_met(result: Result, needs: Sequence[Need]) -> tuple[NeedMet, ...]:
    """Every need of a list, by the rule of the citation scores: half of the shorter stretch."""
    found = [one.span for one in result.evidence]
    cited = {int(row["number"]): span_of(row) for row in result.answer.get("citations", ())}
    return tuple(
        NeedMet(
            need,
            next((rank for rank, span in enumerate(found, 1) if _meets(span, need)), None),
            tuple(number for number, span in cited.items() if _meets(span, need)),
        )
        for need in needs
    )


def facts_met(result: Result) -> tuple[FactMet, ...]:
    """Every fact, said or not by the rule of ``fact_recall``."""
    said = plain(str(result.answer.get("text", "")))
    return tuple(
        FactMet(aliases, any(stands_in(alias, said) for alias in aliases))
        for aliases in result.question.facts
    )


def is_gold(span: Span, result: Result) -> bool:
    """Whether a sentence is among those that may be cited for this question."""
    question = result.question
    lists = (question.needs, *question.alternatives)
    return any(_meets(span, need) for needs in lists for need in needs)


def footnotes_of(span: Span, result: Result) -> tuple[int, ...]:
    """The footnotes of the answer that rest on a sentence."""
    citations = result.answer.get("citations", ())
    return tuple(int(row["number"]) for row in citations if same_stretch(span_of(row), span))


def span_of(row: Row) -> Span:
    """The stretch of a document that a citation shows."""
    return Span(str(row["document"]), int(row["start"]), int(row["end"]), str(row["text"]))


def _meets(span: Span, need: Need) -> bool:
    return any(same_stretch(span, wanted) for wanted in need)

"""What would have been right, and what of it is missing: the gold side of an opened question."""

from collections.abc import Iterable, Sequence
from html import escape

from eval.questions import Need
from eval.report.gold import FactMet, NeedMet, facts_met, needs_met
from eval.report.reading import Result
from eval.report.words import outcome_word


def gold_html(result: Result) -> str:
    """The outcome wanted, the gold answers, the facts, and the gold sentences."""
    question = result.question
    wanted = f"{outcome_word(question.outcome)}."
    missing = f" Missing: {question.missing}." if question.missing else ""
    return (
        f'<p class="state">Wanted: {escape(wanted + missing)}</p>'
        f"{_answers(question.answers)}{_facts(result)}{_needs(result)}"
    )


def _answers(answers: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(answer)}</li>" for answer in answers)
    return f'<h4>Answers</h4><ul class="plain">{items}</ul>' if answers else ""


def _facts(result: Result) -> str:
    items = "".join(map(_fact, facts_met(result))) if result.answer else ""
    return f'<h4>Facts</h4><ul class="plain">{items}</ul>' if items else ""


def _fact(fact: FactMet) -> str:
    return f"<li>{_sign('said', is_good=fact.is_said)} {escape(' / '.join(fact.aliases))}</li>"


def _needs(result: Result) -> str:
    question = result.question
    parts = [_list("Sentences", result, question.needs)]
    parts += [_list("Or all of these", result, needs) for needs in question.alternatives]
    return "".join(parts)


def _list(heading: str, result: Result, needs: Iterable[Need]) -> str:
    items = "".join(_need(met, result) for met in needs_met(result, tuple(needs)))
    return f'<h4>{heading}</h4><ul class="sentences gold">{items}</ul>' if items else ""


def _need(met: NeedMet, result: Result) -> str:
    found = f"retrieved, number {met.rank}" if met.rank else "retrieved"
    states = [_sign(found, is_good=met.rank is not None)]
    if result.answer:
        numbers = ", ".join(map(str, met.footnotes))
        cited = f"cited, footnote {numbers}" if numbers else "cited"
        states.append(_sign(cited, is_good=bool(numbers)))
    first, *others = met.need
    same = "".join(f'<span class="reason">or: “{escape(one.text)}”</span>' for one in others)
    return (
        f"<li>{' '.join(states)} <q>{escape(first.text)}</q> "
        f"<cite>{escape(first.document)}</cite>{same}</li>"
    )


def _sign(word: str, *, is_good: bool) -> str:
    css, sign, said = ("supported", "✓", word) if is_good else ("unsupported", "✗", f"not {word}")
    return f'<span class="verdict {css}">{sign} {said}</span>'

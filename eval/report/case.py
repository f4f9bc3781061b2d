"""One question, opened: answer and gold side by side, then how it came about.

The retrieved sentences, the prompt and the reply are filled in by the script from the page's
data, where a sentence that many questions share stands once.
"""

from collections.abc import Mapping
from html import escape

from eval.report.answers import answer_html, verdict_html
from eval.report.gold_page import gold_html
from eval.report.judged import judged_html
from eval.report.reading import Result, Row
from eval.report.words import duration, metric_of, number


def case_html(result: Result) -> str:
    """The inside of an opened question."""
    return (
        f'<article class="case">{_about(result)}{_history(result)}<div class="sides">'
        f"<section><h3>Answer</h3>{answer_html(result)}{_weak(result.answer)}"
        f"{judged_html(result.judged)}"
        f"{_repairs(result.answer)}{_rejected(result.answer)}</section>"
        f"<section><h3>Gold</h3>{gold_html(result)}</section></div>"
        f"{_retrieved(result)}{_folded('Figures and times', _figures(result))}"
        f"{_folded('The exact prompt', '', 'prompt') if result.messages else ''}"
        f"{_folded('The reply as it came', '', 'reply') if result.reply else ''}</article>"
    )


def _about(result: Result) -> str:
    question = result.question
    parts = [", ".join(sorted(question.tags)), question.split]
    parts += [f"asked as of {question.day}"] if question.day else []
    parts += [f"the {result.repeat + 1}. time"] if result.repeat else []
    said = " · ".join(filter(None, parts))
    standalone = str(result.answer.get("standalone_question") or question.text)
    searched = f"<br>Searched for: “{escape(standalone)}”" if standalone != question.text else ""
    return (
        f'<p class="quiet"><a class="link">{escape(result.name)}</a> · {escape(said)}{searched}</p>'
    )


def _history(result: Result) -> str:
    turns = "".join(
        f"<dt>{escape(turn.role)}</dt><dd>{escape(turn.content)}</dd>"
        for turn in result.question.history
    )
    return f'<h4>What was said before</h4><dl class="history">{turns}</dl>' if turns else ""


def _weak(answer: Row) -> str:
    """The claims that do not stand, with the reason."""
    items = "".join(
        f"<li>{verdict_html(row)} {escape(str(row.get('text', '')).strip())}"
        f'<span class="reason">{escape(str(row.get("reason") or ""))}</span></li>'
        for row in answer.get("statements", ())
        if row.get("kind") == "claim" and row.get("verdict") != "supported"
    )
    return _listed("Claims that do not stand", items)


def _repairs(answer: Row) -> str:
    return _listed("Repairs", "".join(map(_repair, answer.get("repairs", ()))))


def _repair(row: Row) -> str:
    """What was done, the numbers that went and came, and the reason."""
    removed = [one.get("number") for one in row.get("removed", ())]
    numbers = "".join(
        f" {word} {', '.join(map(str, given))}"
        for word, given in (("without", removed), ("with", row.get("added") or ()))
        if given
    )
    said = f"{row.get('act', '')}{numbers}. {row.get('reason') or ''}"
    return f"<li>{escape(said)}</li>"


def _rejected(answer: Row) -> str:
    items = "".join(
        f"<li><code>{escape(str(row.get('marker', '')))}</code> "
        f"{escape(str(row.get('reason', '')))}</li>"
        for row in answer.get("rejected", ())
    )
    return _listed("Markers that were left out", items)


def _listed(heading: str, items: str) -> str:
    return f'<h4>{heading}</h4><ul class="plain">{items}</ul>' if items else ""


def _retrieved(result: Result) -> str:
    if not result.evidence:
        return ""
    count = len(result.evidence)
    return (
        f"<section><h3>Retrieved, best first <small>{count}</small></h3>"
        '<ol class="sentences retrieved" tabindex="0" aria-label="Retrieved sentences"></ol>'
        "</section>"
    )


def _folded(summary: str, inside: str, css: str = "") -> str:
    return f'<details class="{css}"><summary>{summary}</summary>{inside}</details>'


def _figures(result: Result) -> str:
    steps = [(step.replace("_", " "), time) for step, time in result.seconds.items()]
    times = {
        step: duration(seconds) for step, time in steps if (seconds := number(time)) is not None
    }
    scores = {
        metric_of(name).label: f"{score:.3f}"
        for name, value in result.scores.items()
        if (score := number(value)) is not None
    }
    tokens = {f"{name} tokens": str(count) for name, count in result.tokens.items()}
    if result.answerability is not None:
        scores["Probability of an answer"] = f"{result.answerability:.3f}"
    return f'<div class="sides">{_pairs(scores)}{_pairs({**times, **tokens})}</div>'


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(it)}</dd>" for name, it in pairs.items())
    return f'<dl class="settings">{rows}</dl>'

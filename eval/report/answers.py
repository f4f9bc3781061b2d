"""An answer of the results as the product shows it: footnote marks with verdicts, and footnotes."""

import re
from collections.abc import Iterator
from html import escape

from eval.report.reading import Result, Row
from eval.report.words import css, outcome_word
from rag.rendering import SIGNS, one_line
from rag.rendering.marks import attribute
from rag.rendering.text import markdown_html, plain_html

_SIGNS = {verdict.value: sign for verdict, sign in SIGNS.items()}
_ALIGNED = re.compile(r' style="text-align:\w+"')  # of table cells; the page allows no such style


def answer_html(result: Result) -> str:
    """The answer, how it ended, and its footnotes; an error in its place."""
    if result.error:
        return f'<p class="notice error">Error: {escape(result.error)}</p>'
    if not result.answer:
        return '<p class="quiet">Not answered; this run only retrieved.</p>'
    return _text(result.answer) + _ending(result.answer) + _footnotes(result.answer)


def verdict_html(row: Row) -> str:
    """A verdict by colour, sign and word."""
    word = str(row.get("verdict", ""))
    return f'<span class="verdict {css(word)}">{escape(_sign(word))} {escape(word)}</span>'


def sentence_html(row: Row) -> str:
    """A sentence of a document in quotation marks, and where it stands."""
    return f"<q>{escape(str(row.get('text', '')))}</q> <cite>{escape(_source(row))}</cite>"


def _text(answer: Row) -> str:
    text = str(answer.get("text") or "")
    if not text.strip():
        return ""
    read = plain_html if answer.get("mode") == "quotes" else markdown_html
    shown = read(text, [*_marks(answer), *_unsourced(answer)])
    return f'<div class="answer">{_ALIGNED.sub("", shown)}</div>'


def _marks(answer: Row) -> list[tuple[int, str]]:
    shown = {row["number"]: _mark(row) for row in answer.get("citations", ())}
    marks = answer.get("marks", ())
    return [(it["offset"], shown[it["citation"]]) for it in marks if it["citation"] in shown]


def _mark(row: Row) -> str:
    """A mark is a button that leads to its footnote below."""
    word, number = str(row.get("verdict", "")), int(row["number"])
    hover = one_line(f"“{row.get('text', '')}” {_source(row)} {word}: {row.get('reason', '')}")
    name = attribute(f"Footnote {number}, {word}: {hover}")
    return (
        f'<sup><button type="button" class="mark {css(word)}" data-footnote="{number}"'
        f' title="{attribute(hover)}" aria-label="{name}">'
        f'{number}<span aria-hidden="true">{_sign(word)}</span></button></sup>'
    )


def _unsourced(answer: Row) -> Iterator[tuple[int, str]]:
    text, done = str(answer.get("text", "")), 0
    if answer.get("outcome") == "not_found":
        return
    for row in answer.get("statements", ()):
        said = str(row["text"]).strip()
        done = max(text.find(said, done), done) + len(said)
        if row.get("kind") == "claim" and not row.get("citations"):
            reason = attribute(str(row.get("reason") or "This claim cites no sentence."))
            yield done, f'<sup class="mark unsourced" title="{reason}">no source</sup>'


def _ending(answer: Row) -> str:
    said = [outcome_word(str(answer.get("outcome", ""))).capitalize() + "."]
    said += [f"Missing: {answer['missing']}."] if answer.get("missing") else []
    said += ["The reply was cut off before its end."] if answer.get("incomplete") else []
    return f'<p class="state">{escape(" ".join(said))}</p>'


def _footnotes(answer: Row) -> str:
    if answer.get("citations"):
        items = "".join(map(_footnote, answer["citations"]))
        return f'<ol class="footnotes">{items}</ol>'
    nearest = "".join(f"<li>{sentence_html(row)}</li>" for row in answer.get("nearest", ()))
    return f'<h4>The nearest sentences</h4><ul class="sentences">{nearest}</ul>' if nearest else ""


def _footnote(row: Row) -> str:
    reason = (
        f'<span class="reason">{escape(str(row["reason"]))}</span>' if row.get("reason") else ""
    )
    number = int(row["number"])
    return (
        f'<li value="{number}" data-number="{number}" tabindex="-1">{verdict_html(row)} '
        f"{sentence_html(row)} {reason}</li>"
    )


def _sign(verdict: str) -> str:
    return _SIGNS.get(verdict, "")


def _source(row: Row) -> str:
    headed = [one_line(str(row.get(key) or "")) for key in ("title", "date")]
    return f"{', '.join(filter(None, headed))} ({row.get('document', '')})"

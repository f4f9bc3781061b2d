"""A checked text for the browser: its claims, each with verdict, reason and best sentences."""

from collections.abc import Iterable
from html import escape

from rag.rendering import SIGNS, one_line
from rag.rendering.checked import summary
from rag.rendering.html import sentences_html
from rag.rendering.marks import Link
from rag.types import CheckedText, Citation, Kind, Statement, Verdict

DOES_NOT_HOLD = frozenset({Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.CONTRADICTED})


def claims_of(checked: CheckedText, *, failing: bool = False) -> list[Statement]:
    """The claims of a text in their order; with ``failing`` those that do not hold, or not all."""
    claims = [one for one in checked.statements if one.kind is Kind.CLAIM]
    return [one for one in claims if one.verdict in DOES_NOT_HOLD] if failing else claims


def claims_html(checked: CheckedText, claims: Iterable[Statement], link: Link) -> str:
    """The claims as a list; every sentence is a link to ``link(citation)``."""
    return f'<ol class="claims">{"".join(_claim(checked, one, link) for one in claims)}</ol>'


def counts_html(checked: CheckedText) -> str:
    """How many claims there are and how many have each verdict, in figures, signs and words."""
    counts = summary(checked)
    total = counts.pop("claims")
    words = "claim" if total == 1 else "claims"
    verdicts = "".join(_count(Verdict(name), number) for name, number in counts.items() if number)
    return f'<ul class="counts"><li><b>{total:,}</b> {words}</li>{verdicts}</ul>'


def _count(verdict: Verdict, number: int) -> str:
    return f'<li class="{css(verdict)}"><b>{number:,}</b> {SIGNS[verdict]} {verdict.value}</li>'


def _claim(checked: CheckedText, claim: Statement, link: Link) -> str:
    cited = [checked.citations[number - 1] for number in claim.citations]
    reason = f'<p class="reason">{escape(claim.reason)}</p>' * bool(claim.reason)
    return (
        f'<li class="claim {css(claim.verdict)}"><p class="said">{escape(one_line(claim.text))}</p>'
        f'<p class="verdict">{SIGNS[claim.verdict]} {claim.verdict.value}</p>{reason}'
        f"{_sentences(claim, cited, link)}</li>"
    )


def _sentences(claim: Statement, cited: list[Citation], link: Link) -> str:
    if not cited:
        return ""
    nearest = '<p class="nearest">The nearest sentences:</p>'
    return nearest * (claim.verdict is Verdict.UNSUPPORTED) + sentences_html(cited, link)


def css(verdict: Verdict) -> str:
    """The verdict as the name of a class in the style sheet."""
    return verdict.value.replace(" ", "-")

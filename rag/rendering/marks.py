"""Footnote marks, each with the card that the pointer, the keyboard and a finger bring up.

A mark says its verdict by a sign, a line and a colour, and in words to who does not see it. Its
sign takes the same room whatever the verdict, so that no line moves when the verdict comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from rag.rendering import SIGNS, one_line, source_words
from rag.types import Citation, Statement, Verdict

Link = Callable[[Citation], str]


@dataclass(frozen=True, slots=True)
class _Looks:
    """How a verdict is shown: a class, a sign and words."""

    css: str
    sign: str
    words: str


PENDING = _Looks("pending", "…", "being checked")
_LOOKS = {
    verdict: _Looks(verdict.value.replace(" ", "-"), SIGNS[verdict], verdict.value)
    for verdict in Verdict
}


def mark_html(citation: Citation, link: Link, *, pending: bool) -> str:
    """A mark that leads to ``link(citation)``, with its card.

    While the answer is still ``pending`` there are no verdicts, and the mark says so.
    """
    looks = PENDING if pending else _LOOKS[citation.verdict]
    label = f"Footnote {citation.number}, {looks.words}"
    mark = (
        f'<sup><a class="mark {looks.css}" href="{attribute(link(citation))}"'
        f' target="_blank" rel="noopener" aria-label="{attribute(label)}"'
        f' aria-description="{attribute(_in_words(citation))}">'
        f'{citation.number}<span class="sign" aria-hidden="true">{looks.sign}</span></a></sup>'
    )
    return _noted(mark, _quotation(citation) + _verdict(looks) + _reason(citation.reason))


def no_source_html(claim: Statement) -> str:
    """The sign behind a claim that cites nothing, with its reason."""
    reason = claim.reason or "This claim cites no sentence of your documents."
    mark = (
        '<sup><span class="mark unsourced" role="note" tabindex="0"'
        f' aria-label="No source" aria-description="{attribute(reason)}">no source</span></sup>'
    )
    return _noted(mark, _reason(reason))


def verdict_html(citation: Citation) -> str:
    """The verdict by sign and word, in its colour."""
    return _verdict(_LOOKS[citation.verdict])


def attribute(text: str) -> str:
    """The text on one line and escaped, to stand in a mark: in a tag's quotes or in its card."""
    return escape(one_line(text), quote=True)


def _noted(mark: str, card: str) -> str:
    """The mark and its card, which is for the eyes: the mark itself says the same in words."""
    return f'<span class="noted">{mark}<span class="card" aria-hidden="true">{card}</span></span>'


def _verdict(looks: _Looks) -> str:
    return f'<span class="verdict {looks.css}">{looks.sign} {looks.words}</span>'


def _reason(reason: str) -> str:
    return f'<span class="reason">{attribute(reason)}</span>' * bool(reason)


def _quotation(citation: Citation) -> str:
    quoted, source = attribute(citation.text), attribute(source_words(citation))
    return f'<span class="quotation">“{quoted}”</span> <cite>{source}</cite>'


def _in_words(citation: Citation) -> str:
    return f"“{citation.text}” {source_words(citation)} {citation.reason}"

"""An answer and its sources as HTML for the browser, safe whatever the texts say.

Every piece of text that somebody else wrote passes ``escape`` or the allow-list of
``rag.rendering.text``; the only addresses are those that ``link`` makes.
"""

from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType

from rag.rendering import source_words, unsourced
from rag.rendering.marks import Link, attribute, mark_html, no_source_html, verdict_html
from rag.rendering.text import markdown_html, plain_html
from rag.types import Answer, Citation, Disagreement, Mode

NOTHING_BELOW: Mapping[int, str] = MappingProxyType({})


def to_html(answer: Answer, link: Link, *, pending: bool = False) -> str:
    """The text of the answer with its footnote marks, each a link to ``link(citation)``.

    What a language model wrote is read as Markdown; quoted sentences are shown as they are. While
    an answer is still coming it is ``pending``: its marks then say that they are being checked.
    """
    marks = [*_footnote_marks(answer, link, pending=pending), *_unsourced_marks(answer)]
    read = plain_html if answer.mode is Mode.QUOTES else markdown_html
    return f'<div class="answer">{read(answer.text, marks)}</div>'


def citations_html(
    citations: Iterable[Citation], link: Link, below: Mapping[int, str] = NOTHING_BELOW
) -> str:
    """A list of footnotes: number, verdict, quotation with its link, source, reason.

    ``below`` is HTML that ends the footnotes of these numbers.
    """
    shown = "".join(_footnote(one, link, below.get(one.number, "")) for one in citations)
    return f'<ol class="footnotes">{shown}</ol>'


def sentences_html(citations: Iterable[Citation], link: Link) -> str:
    """A list of sentences without number or verdict: quotation with its link, and source."""
    items = "".join(f"<li>{_quotation(one, link)}</li>" for one in citations)
    return f'<ul class="sentences">{items}</ul>'


def disagreements_html(disagreements: Iterable[Disagreement], link: Link) -> str:
    """How the documents differ, and beside each other the sentences that show it."""
    shown = [
        f'<p class="differs">{escape(one.reason)}</p><ul class="sides">{_sides(one, link)}</ul>'
        for one in disagreements
    ]
    return f'<div class="disagreements">{"".join(shown)}</div>' if shown else ""


def _sides(one: Disagreement, link: Link) -> str:
    return "".join(f"<li>{_quotation(side, link)}</li>" for side in one.sides)


def _footnote_marks(answer: Answer, link: Link, *, pending: bool) -> list[tuple[int, str]]:
    shown = {one.number: mark_html(one, link, pending=pending) for one in answer.citations}
    return [(mark.offset, shown[mark.citation]) for mark in answer.marks]


def _unsourced_marks(answer: Answer) -> list[tuple[int, str]]:
    ends = [len(answer.text[: claim.end].rstrip()) for claim in unsourced(answer)]
    return list(zip(ends, map(no_source_html, unsourced(answer)), strict=True))


def _footnote(citation: Citation, link: Link, below: str) -> str:
    reason = f'<span class="reason">{escape(citation.reason)}</span>' * bool(citation.reason)
    words = f"{verdict_html(citation)} {_quotation(citation, link)} {reason}"
    return f'<li value="{citation.number}">{words}{below}</li>'


def _quotation(citation: Citation, link: Link) -> str:
    return (
        f'<a href="{attribute(link(citation))}" target="_blank" rel="noopener">'
        f"“{escape(citation.text)}”</a> <cite>{escape(source_words(citation))}</cite>"
    )

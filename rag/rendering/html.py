"""An answer and its sources as HTML for the browser, safe whatever the texts say.

Every piece of text that somebody else wrote passes ``escape`` or the allow-list of
``rendering_text``; the only addresses are those that ``link`` makes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from rag.rendering import SIGNS, one_line, source_words, unsourced, verdict_words, with_marks
from rag.rendering.text import BLANK_LINES, markdown_html, plain_html
from rag.types import Answer, Citation, Disagreement, Document, Mode, Statement, Verdict

Link = Callable[[Citation], str]


def to_html(answer: Answer, link: Link) -> str:
    """The text of the answer with its footnote marks, each a link to ``link(citation)``.

    What a language model wrote is read as Markdown; quoted sentences are shown as they are.
    """
    marks = [*_footnote_marks(answer, link), *_unsourced_marks(answer)]
    read = plain_html if answer.mode is Mode.QUOTES else markdown_html
    return f'<div class="answer">{read(answer.text, marks)}</div>'


def citations_html(citations: Iterable[Citation], link: Link) -> str:
    """A list of footnotes: number, verdict, quotation with its link, source, reason."""
    return f'<ol class="footnotes">{"".join(_footnote(one, link) for one in citations)}</ol>'


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


def source_html(document: Document, highlighted: Sequence[tuple[int, int]]) -> str:
    """The whole document; the spans are ``<mark id="s0">``, ``s1`` and so on as they come.

    Offsets count code points. A span may run over several paragraphs; of two that overlap,
    the later one keeps only what the earlier one left.
    """
    spans = _disjoint(highlighted)
    paragraphs = _paragraphs(document.text)
    shown = [_source_paragraph(document.text, paragraph, spans) for paragraph in paragraphs]
    return f'<article class="source">{"".join(shown)}</article>'


def attribute(text: str) -> str:
    """The text on one line and escaped, to stand between double quotes in a tag."""
    return escape(one_line(text), quote=True)


def _footnote_marks(answer: Answer, link: Link) -> list[tuple[int, str]]:
    shown = {one.number: _mark(one, link) for one in answer.citations}
    return [(mark.offset, shown[mark.citation]) for mark in answer.marks]


def _unsourced_marks(answer: Answer) -> list[tuple[int, str]]:
    ends = [len(answer.text[: claim.end].rstrip()) for claim in unsourced(answer)]
    return list(zip(ends, map(_no_source, unsourced(answer)), strict=True))


def _mark(citation: Citation, link: Link) -> str:
    hover = _hover(citation)
    label = f"Footnote {citation.number}, {citation.verdict.value}: {hover}"
    return (
        f'<sup><a class="mark {_css(citation.verdict)}" href="{attribute(link(citation))}"'
        f' target="_blank" rel="noopener" title="{attribute(hover)}"'
        f' aria-label="{attribute(label)}">'
        f'{citation.number}<span aria-hidden="true">{SIGNS[citation.verdict]}</span></a></sup>'
    )


def _no_source(claim: Statement) -> str:
    reason = attribute(claim.reason or "This claim cites no sentence of your documents.")
    return f'<sup class="mark unsourced" title="{reason}">no source</sup>'


def _hover(citation: Citation) -> str:
    verdict = ": ".join([verdict_words(citation)] + [citation.reason] * bool(citation.reason))
    return f"“{citation.text}” {source_words(citation)} {verdict}"


def _css(verdict: Verdict) -> str:
    return verdict.value.replace(" ", "-")


def _footnote(citation: Citation, link: Link) -> str:
    verdict = f'<span class="verdict {_css(citation.verdict)}">{verdict_words(citation)}</span>'
    reason = f'<span class="reason">{escape(citation.reason)}</span>' * bool(citation.reason)
    return f'<li value="{citation.number}">{verdict} {_quotation(citation, link)} {reason}</li>'


def _quotation(citation: Citation, link: Link) -> str:
    return (
        f'<a href="{attribute(link(citation))}" target="_blank" rel="noopener">'
        f"“{escape(citation.text)}”</a> <cite>{escape(source_words(citation))}</cite>"
    )


def _disjoint(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The spans as (start, end, number), in order, none overlapping, none empty."""
    kept, done = [], 0
    for start, end, number in sorted((*span, number) for number, span in enumerate(spans)):
        if max(start, done) < end:
            kept.append((max(start, done), end, number))
            done = end
    return kept


def _paragraphs(text: str) -> Iterator[tuple[int, int, int]]:
    """Each paragraph as (end of the one before, start, end)."""
    before = start = 0
    for gap in BLANK_LINES.finditer(text):
        yield before, start, gap.start()
        before, start = gap.span()
    yield before, start, len(text)


def _source_paragraph(
    text: str, paragraph: tuple[int, int, int], spans: Sequence[tuple[int, int, int]]
) -> str:
    before, start, end = paragraph
    tags: list[tuple[int, str]] = []
    for first, last, number in spans:
        if first < end and last > start:
            name = f' id="s{number}"' if first >= before else ""
            tags += [(first - start, f"<mark{name}>"), (last - start, "</mark>")]
    return f"<p>{with_marks(text[start:end], tags, escape)}</p>"

"""The page of a source: one whole document with the cited sentences highlighted.

It is HTML of its own, without Streamlit, so that it is there at once and in a tab of its own; the
drawer of the chat shows the same ``main``.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit

from rag.rendering import iso, one_line, printable
from rag.rendering.source import source_html
from rag.types import Document
from rag.ui import pieces

NO_SENTENCE = "This address names no sentence of the document, so nothing is highlighted."
LONGEST_NAME = 200  # characters of a name that is not known, as it is said back

_TYPEFACES = {
    "Source Serif": "SourceSerifVariable-Roman*.woff2",
    "Source Sans": "SourceSansVF-Upright*.woff2",
}
_LOOKS = ["palette.css", "source.css", "page.css"]


def source_page(document: Document, spans: Sequence[tuple[int, int]], *, asked: bool) -> str:
    """The document, its first span to be scrolled to; ``asked``: the address names sentences."""
    inside = [span for span in spans if span[0] < len(document.text)]
    is_lost = asked and (not spans or spans[0] not in inside)
    notice = pieces.notice(NO_SENTENCE) if is_lost else ""
    note = pieces.notice(f"Note: {document.note}.") if document.note else ""
    shown = _title(document) + note + notice + source_html(document, [] if is_lost else inside)
    return _page(document.title, shown, _ways_to(0 if is_lost else len(inside)))


def failure_page(sentence: str) -> str:
    """The page in place of a document: one sentence that says why."""
    return _page("No such source", pieces.notice(sentence, "error"), "")


def no_document(name: str) -> str:
    """The sentence for a document that is not there, or was not named."""
    if not name:
        return "This address names no document; one that does ends in source?doc=NAME."
    shown = one_line(printable(name))
    cut = shown[:LONGEST_NAME] + "…" * (len(shown) > LONGEST_NAME)
    return f"There is no document {cut}; it may have been removed or renamed since."


def _title(document: Document) -> str:
    day = iso(document.date)
    dated = f'<time datetime="{day}">{day}</time> · ' if day else ""
    return (
        f'<header class="source-title"><h1>{escape(document.title)}</h1>'
        f"<p>{dated}{escape(document.id)}</p></header>"
    )


def _ways_to(spans: int) -> str:
    """Links to the highlighted sentences, where there are several."""
    if spans < 2:  # noqa: PLR2004 - to a single one the page is scrolled anyhow
        return ""
    links = " ".join(f'<a href="#s{number}">{number + 1}</a>' for number in range(spans))
    return f'<span class="ways">Highlighted: {links}</span>'


def _page(title: str, main: str, ways: str) -> str:
    looks = "".join(f'<link rel="stylesheet" href="assets/{name}">' for name in _LOOKS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(one_line(title))} · Footnote</title>"
        f'<link rel="icon" href="data:,">{looks}<style>{_typefaces()}</style>'
        '<script src="assets/stay.js"></script>'
        '<script type="module" src="assets/page.js"></script></head>'
        f'<body><nav><a class="back" href="./">← Ask your documents</a>{ways}</nav>'
        f"<main>{main}</main></body></html>"
    )


@cache
def _typefaces() -> str:
    """The typefaces that the chat has, out of Streamlit's files; without them, the reader's own."""
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    return "".join(
        f'@font-face {{ font-family: "{name}"; font-weight: 200 900; font-display: swap;'
        f' src: url("static/media/{font.name}") format("woff2"); }}'
        for name, pattern in _TYPEFACES.items()
        for font in sorted(media.glob(pattern))
    )

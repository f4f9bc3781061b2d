"""A whole document as HTML, with the cited stretches highlighted; safe whatever it says."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rag.rendering import with_marks
from rag.rendering.text import BLANK_LINES
from rag.types import Document

Piece = tuple[int, int, int, bool]  # start, end, number of its span, whether the span begins here


def source_html(document: Document, highlighted: Sequence[tuple[int, int]]) -> str:
    """The whole document; the spans are ``<mark id="s0">``, ``s1`` and so on as they come.

    The first span is what is asked for, the others are its fellows and say so by their class.
    Offsets count code points. A span may run over several paragraphs; of two that overlap, the
    one named first has all of itself, the other what is left.
    """
    pieces = _pieces(document.text, highlighted)
    ends = [end for _, end, *_ in pieces]
    shown = [
        _paragraph(document.text, place, _within(pieces, ends, place[0], place[2]))
        for place in _paragraphs(document.text)
        if document.text[place[1] : place[2]].strip()
    ]
    return f'<article class="source">{"".join(shown)}</article>'


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The spans cut into pieces that do not overlap, in reading order."""
    taken: list[tuple[int, int]] = []
    pieces: list[Piece] = []
    for number, (start, end) in enumerate(spans):
        free = list(_free(taken, start, min(end, len(text))))
        pieces += [(*piece, number, not place) for place, piece in enumerate(free)]
        taken = sorted(taken + free)
    return sorted(pieces)


def _free(taken: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is left between ``start`` and ``end`` of which nothing is taken, stretch by stretch."""
    for first, last in taken:
        if start < min(first, end):
            yield start, min(first, end)
        start = max(start, last)
    if start < end:
        yield start, end


def _within(pieces: Sequence[Piece], ends: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    """The pieces that reach into a stretch of the text."""
    for piece in pieces[bisect_left(ends, start + 1) :]:
        if piece[0] >= end:
            return
        yield piece


def _paragraphs(text: str) -> Iterator[tuple[int, int, int]]:
    """Each paragraph as (end of the one before, start, end)."""
    before, start = 0, len(text) - len(text.lstrip("\n"))
    for gap in BLANK_LINES.finditer(text):
        yield before, start, gap.start()
        before, start = gap.span()
    yield before, start, len(text)


def _paragraph(text: str, place: tuple[int, int, int], pieces: Iterable[Piece]) -> str:
    before, start, end = place
    tags: list[tuple[int, str]] = []
    for first, last, number, begins in pieces:
        if last > start:
            named = f' id="s{number}"' * (begins and first >= before)
            fellow = ' class="fellow"' * bool(number)
            tags += [(first - start, f"<mark{named}{fellow}>"), (last - start, "</mark>")]
    return f"<p>{with_marks(text[start:end], tags, escape)}</p>"

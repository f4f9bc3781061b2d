"""Lines of print become paragraphs: words that were divided are whole again.

A line goes on in the next one where the next word would not have fitted behind it. Where it
would have, the break was meant: the end of a paragraph, a heading, a row of a table.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.blocks import Block, Form, between, item, paragraph, row
from rag.documents.pdf.lines import Line, Page

SPREAD = 1.3  # of the usual distance between lines: more is an empty line
TALLER = 1.12  # of letters: a heading's beside its paragraph
SAME_LINE = 0.4  # of the height: a raised or lowered sign
NEIGHBOURS = 6  # lines before and after, which tell how wide the column is
SPACE = 0.3  # of the height: a word space, about
SENTENCE_END = re.compile(r"[.!?:…。！？][\"'”’»)\]]*\Z")
BULLET = re.compile(r"\A[•‣◦▪●■○*-]\s+")
LIST_MARK = re.compile(r"(?:[*–-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s", re.IGNORECASE)
WORD = re.compile(r"\w[\w’'-]*")
LAST_WORD = re.compile(r"[^\W\d_]+\Z")
FIRST_WORD = re.compile(r"[^\W\d_]+")


def join_pages(pages: Sequence[Page]) -> tuple[str, list[int]]:
    """Return the text of all pages and the offset at which each begins.

    A paragraph may run over the end of a page. A page without text begins where the next does.
    """
    known = Counter(WORD.findall(" ".join(line.text for page in pages for line in page.lines)))
    building = _Building(known)
    starts = [building.begin_page(page) for page in pages]
    return "".join(building.parts), starts


class _Building:
    """A text in the making."""

    def __init__(self, known: Counter[str]) -> None:
        self.parts: list[str] = []
        self._known = known
        self._length = 0
        self._last: Line | None = None
        self._form = Form.PARAGRAPH

    def begin_page(self, page: Page) -> int:
        """Add a page; returns the offset of its first character."""
        leading = _leading(page.lines)
        start = -1
        for number, line in enumerate(page.lines):
            column = page.lines[max(0, number - NEIGHBOURS) : number + NEIGHBOURS]
            self._add(line, column, leading, is_new_page=start < 0)
            start = self._length - len(self.parts[-1]) if start < 0 else start
        return start if start >= 0 else self._length

    def _add(
        self, line: Line, column: Sequence[Line], leading: float, *, is_new_page: bool
    ) -> None:
        last = self._last
        if last is not None and _goes_on(last, line, column, leading, is_new_page=is_new_page):
            self._put(self._joint(last, line, is_new_page=is_new_page), line.text)
        else:
            block = _block(line)
            self._put(between(self._form, block.form) if last else "", block.text)
            self._form = block.form
        self._last = line

    def _put(self, between: str, words: str) -> None:
        self.parts += [between, words]
        self._length += len(between) + len(words)

    def _joint(self, last: Line, line: Line, *, is_new_page: bool) -> str:
        """What stands between two lines: a space, nothing, or the hyphen of a compound."""
        if not is_new_page and abs(last.base - line.base) < SAME_LINE * last.height:
            return " " * (line.left - last.right > SPACE * SPACE * last.height)
        if not last.is_broken:
            return " "
        before, after = LAST_WORD.search(last.text), FIRST_WORD.match(line.text)
        return "" if before and after and self._is_one_word(before[0], after[0]) else "-"

    def _is_one_word(self, before: str, after: str) -> bool:
        if not after[0].islower():
            return False
        whole, compound = self._known[before + after], self._known[f"{before}-{after}"]
        return whole >= compound


def _block(line: Line) -> Block:
    if line.cells:
        return row(line.cells)
    bullet = BULLET.match(line.text)
    return item(line.text[bullet.end() :]) if bullet else paragraph(line.text)


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from a line to the next one on a page."""
    steps = [round(one.base - other.base, 0) for one, other in pairwise(lines)]
    counted = Counter(step for step in steps if step > 0)
    return max(counted, key=lambda step: (counted[step], -step), default=0.0)


def _goes_on(
    last: Line, line: Line, column: Sequence[Line], leading: float, *, is_new_page: bool
) -> bool:
    step = last.base - line.base
    is_open = last.is_broken or not SENTENCE_END.search(last.text)
    if last.cells or line.cells or not _is_alike(last.height, line.height):
        return False
    if not is_new_page and abs(step) < SAME_LINE * last.height:
        return True
    if BULLET.match(line.text) or (LIST_MARK.match(line.text) and not is_open):
        return False
    if is_open and line.text[0].islower() and (is_new_page or step < SPREAD * leading):
        return True  # step < 0: the next column
    is_below = not is_new_page and 0 < step < SPREAD * leading
    return is_below and (last.is_broken or _was_full(last, line, column))


def _is_alike(one: float, other: float) -> bool:
    return max(one, other) <= TALLER * min(one, other)


def _was_full(last: Line, line: Line, column: Sequence[Line]) -> bool:
    """Whether the first word of a line would not have fitted into the line before."""
    beside = [one.right for one in column if one.left < last.right and one.right > last.left]
    edge = max([*beside, last.right, line.right])
    word = len(line.text.split()[0]) * (line.right - line.left) / len(line.text)
    return last.right + SPACE * last.height + word > edge

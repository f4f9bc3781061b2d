"""The lines of a PDF's pages, each with its place; the one module that knows pypdfium2."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2
from pypdfium2 import raw

from rag.documents.blocks import clean
from rag.errors import DocumentError

MAX_PAGES = 20_000
MAX_CHARACTERS = 20_000_000  # of all pages
LEVEL = 0.1  # of the height of the letters: what stands on one line
GAP = 1.5  # of the height of the letters: no space between words is as wide
SENTENCE_END = re.compile(r"\w\w[.!?][\"'”’)]*\Z")  # a justified line may be stretched behind it
MARK = re.compile(r"\W|\(?\w{1,3}[.)]|\.?\d{1,3}(?:\.\d{1,3})*")  # of a list, or a heading's number
HYPHENATED = 2  # what PDFium puts in place of a hyphen at the end of a line
ENDS = frozenset((HYPHENATED, ord("\r"), ord("\n")))
LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
LETTERS = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\uf0b7": "•"}
)  # printers' joined letters, and the bullet of a font of symbols


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print. Units are points; ``base`` is where its letters stand, counted upwards.

    ``is_broken`` means that a word goes on in the next line behind a hyphen that is left out.
    ``cells`` are the pieces of a line that has wide gaps, as a row of a table has; else empty.
    """

    text: str
    left: float
    right: float
    base: float
    height: float
    is_broken: bool = False
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order in which the file has them."""

    lines: tuple[Line, ...]
    height: float


def read_pages(data: bytes, name: str) -> tuple[list[Page], Mapping[str, str]]:
    """Return the pages and what the file says of itself; raises DocumentError."""
    document = _opened(data, name)
    if len(document) > MAX_PAGES:
        raise DocumentError(
            f"{name} has {len(document):,} pages, and a document may have {MAX_PAGES:,}; split it."
        )
    pages, room = [], MAX_CHARACTERS
    for number in range(len(document)):
        pages.append(_page(document, number))
        room -= sum(len(line.text) for line in pages[-1].lines)
        if room < 0:
            raise DocumentError(
                f"{name} has more than {MAX_CHARACTERS:,} characters of text; split it."
            )
    return pages, document.get_metadata_dict(skip_empty=True)


def _opened(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in LOCKED:
            raise DocumentError(
                f"{name} is locked with a password; save a copy without one."
            ) from error
        raise DocumentError(
            f"{name} is damaged and cannot be read as a PDF; save or download it again."
        ) from error


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """Read a page; one that is broken by itself is as one without text."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return Page((), 0.0)
    lines = tuple(_rows_whole(_lines(text.raw)))
    height = page.get_height()
    text.close()
    page.close()
    return Page(lines, height)


def _lines(text: raw.FPDF_TEXTPAGE) -> Iterator[Line]:
    signs = [raw.FPDFText_GetUnicode(text, place) for place in range(raw.FPDFText_CountChars(text))]
    ends = [place for place, sign in enumerate(signs) if sign in ENDS]
    for before, end in pairwise([-1, *ends, len(signs)]):
        places = [place for place in range(before + 1, end) if _is_seen(signs[place])]
        line = _placed(text, signs, places) if places else None
        if line and line.text:
            is_broken = signs[end : end + 1] == [HYPHENATED]
            yield replace(line, is_broken=is_broken, cells=() if is_broken else line.cells)


def _rows_whole(lines: Iterable[Line]) -> Iterator[Line]:
    """Put together what PDFium took for several lines and stands beside each other, as cells."""
    last: Line | None = None
    for line in lines:
        if last is not None and _is_beside(last, line):
            cells = (*(last.cells or (last.text,)), *(line.cells or (line.text,)))
            text = f"{last.text} {line.text}"
            last = replace(last, text=text, right=line.right, cells=cells)
            continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last


def _is_beside(one: Line, other: Line) -> bool:
    is_level = abs(one.base - other.base) < LEVEL * one.height
    is_mark = not one.cells and bool(MARK.fullmatch(one.text))
    return is_level and other.left - one.right > GAP * one.height and not is_mark


def _is_seen(sign: int) -> bool:
    return sign > ord(" ") and not chr(sign).isspace()


def _placed(text: raw.FPDF_TEXTPAGE, signs: Sequence[int], places: Sequence[int]) -> Line:
    first, last = places[0], places[-1]
    x, base = c_double(), c_double()
    raw.FPDFText_GetCharOrigin(text, first, byref(x), byref(base))
    left, _, bottom, top = _box(text, first)
    wide = _gaps(text, places, GAP * (top - bottom))
    cuts = [place for place in wide if not SENTENCE_END.search(_words(signs[first:place]))]
    cells = [_words(signs[start:stop]) for start, stop in pairwise([first, *cuts, last + 1])]
    is_row = len(cells) > 2 or (len(cells) == 2 and not MARK.fullmatch(cells[0]))  # noqa: PLR2004
    return Line(
        text=_words(signs[first : last + 1]),
        left=left,
        right=_box(text, last)[1],
        base=base.value,
        height=top - bottom,
        cells=tuple(cells) if is_row else (),
    )


def _gaps(text: raw.FPDF_TEXTPAGE, places: Sequence[int], least: float) -> list[int]:
    """The places of signs that stand behind a wide gap."""
    apart = [(one, other) for one, other in pairwise(places) if other > one + 1]
    return [other for one, other in apart if _box(text, other)[0] - _box(text, one)[1] > least]


def _words(signs: Sequence[int]) -> str:
    return " ".join(clean("".join(map(chr, signs)).translate(LETTERS)).split())


def _box(text: raw.FPDF_TEXTPAGE, place: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a sign with the room that its font gives it."""
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, place, byref(box))
    return box.left, box.right, min(box.bottom, box.top), max(box.bottom, box.top)

"""``.pdf``: the text that is in the file, page by page; a picture of text is not read.

Lines come from PDFium with their places (lines.py), what is printed on every page goes
(furniture.py), and lines become paragraphs again (paragraphs.py).
"""

import re
from collections.abc import Mapping, Sequence

from rag.documents.blocks import clean
from rag.documents.content import Content
from rag.documents.pdf.furniture import without_furniture
from rag.documents.pdf.lines import read_pages
from rag.documents.pdf.paragraphs import join_pages
from rag.documents.plain import headline
from rag.errors import DocumentError

MADE_UP = re.compile(
    r"\(?(?:untitled|anonymous|unspecified)\)?\Z|microsoft \w+ - |.*\.(?:\w{3,4})\Z|\W*\Z",
    re.IGNORECASE,
)
SHOWN = 10  # page numbers in a note


def read_pdf(data: bytes, name: str) -> Content:
    """Read a PDF; raises DocumentError when it is locked, broken or holds no text."""
    pages, about = read_pages(data, name)
    bare = [number for number, page in enumerate(pages, start=1) if not page.lines]
    if len(bare) == len(pages):
        raise DocumentError(_scanned(name, len(pages)))
    text, starts = join_pages(without_furniture(pages))
    return Content(
        text=text,
        title=_said(about, "Title") or headline(text).strip("| "),
        author=_said(about, "Author"),
        note=_bare(bare),
        pages=tuple(starts),
    )


def _said(about: Mapping[str, str], key: str) -> str:
    """What a file says of itself, unless a program made it up."""
    words = " ".join(clean(about.get(key, "")).split())
    return "" if MADE_UP.match(words) else words


def _scanned(name: str, pages: int) -> str:
    counted = "its one page" if pages == 1 else f"any of its {pages} pages"
    return (
        f"{name} holds no text on {counted}, only pictures; if it is a scan, run text "
        "recognition (OCR) over it first."
    )


def _bare(pages: Sequence[int]) -> str:
    if not pages:
        return ""
    shown = ", ".join(map(str, pages[:SHOWN])) + " …" * (len(pages) > SHOWN)
    word = "page" if len(pages) == 1 else "pages"
    return f"no text is on {word} {shown}; what is a scan there was not read"

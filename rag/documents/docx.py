"""``.docx``: headings, paragraphs, lists and tables in the order in which they stand.

The one module that knows python-docx, which opens the file and knows its parts. The text is taken
from the elements, because ``Paragraph.text`` leaves out content controls, formulas and what was
added while changes were tracked. Left out: headers and footers of pages, comments, hidden text,
and what was struck out; footnotes follow at the end.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from io import BytesIO
from zipfile import BadZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml

from rag.documents.archive import WORD_MAIN, Archive
from rag.documents.blocks import Block, item, paragraph, row, text_of
from rag.documents.content import Content
from rag.documents.numbering import Numbering
from rag.documents.plain import headline
from rag.documents.word_elements import (
    PARAGRAPH,
    ROW,
    TABLE,
    TEXT_BOX,
    Element,
    cells_of,
    nearest,
    words_of,
)
from rag.errors import DocumentError

MAX_PARAGRAPHS = 200_000  # with the cells of tables: several thousand pages
NOTES = ("/footnotes", "/endnotes")
NOBODY = "python-docx"  # what this library writes for an author unless it is told one,
TEMPLATE_DAY = dt.date(2013, 12, 23)  # and the day on which its template was made

FAILURES = (
    OpcError,
    BadZipFile,
    SyntaxError,  # lxml's are of that kind
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
    IndexError,
    OSError,
    RecursionError,
)
"""What python-docx raises on a file whose parts do not fit together."""

Styled = tuple[str, Block]
"""A block with the name of its style."""


def read_docx(data: bytes, name: str) -> Content:
    """Read a Word document; raises DocumentError when it is damaged or out of all measure."""
    archive = Archive(data, name)
    archive.check_size()
    if archive.read(WORD_MAIN).count(b"<w:p") > MAX_PARAGRAPHS:
        raise DocumentError(
            f"{name} has more than {MAX_PARAGRAPHS:,} paragraphs; split it, or clear empty ones."
        )
    try:
        return _content(docx.Document(BytesIO(data)))
    except FAILURES as error:
        raise DocumentError(
            f"{name} is damaged and cannot be read as a Word document; save it again."
        ) from error


def _content(document: WordDocument) -> Content:
    styled = list(_blocks(document.element.body, Numbering(document)))
    text = text_of([*(block for _, block in styled), *_notes(document)])
    about = document.core_properties
    created = about.created.date() if about.created else None
    return Content(
        text=text,
        title=_one_line(about.title) or _title(styled) or headline(text),
        date=None if created == TEMPLATE_DAY else created,
        author="" if about.author == NOBODY else _one_line(about.author),
    )


def _title(styled: Sequence[Styled]) -> str:
    """The first paragraph in the style of a title, else of a heading of the first level."""
    for wanted in ("title", "heading 1"):
        for style, block in styled:
            if style == wanted and block.text:
                return _one_line(block.text)
    return ""


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _blocks(container: Element, numbering: Numbering) -> Iterator[Styled]:
    for element in nearest(container, (PARAGRAPH, TABLE)):
        if element.tag == TABLE:
            yield from (("", row(cells_of(one))) for one in nearest(element, (ROW,)))
        else:
            yield numbering.style_name(element), _paragraph(element, numbering)
            for box in nearest(element, (TEXT_BOX,)):
                yield from _blocks(box, numbering)


def _paragraph(element: Element, numbering: Numbering) -> Block:
    words = words_of(element)
    mark = numbering.mark(element) if words.strip() else ""
    return item(words, mark) if mark else paragraph(words)


def _notes(document: WordDocument) -> Iterator[Block]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(NOTES) and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                yield paragraph(" ".join(map(words_of, nearest(note, (PARAGRAPH,)))))

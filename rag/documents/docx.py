"""``.docx``: headings, paragraphs, lists and tables in the order in which they stand.

The one module that knows python-docx. Left out: headers and footers of pages, comments, hidden
text, and what was struck out while changes were tracked; footnotes follow at the end.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from rag.documents.archive import WORD_MAIN, Archive
from rag.documents.blocks import Block, item, paragraph, row, text_of
from rag.documents.content import Content
from rag.documents.plain import headline
from rag.errors import DocumentError

MAX_PARAGRAPHS = 200_000  # with the cells of tables: several thousand pages
NOTES = ("/footnotes", "/endnotes")
FALLBACK = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # said a second time
)
TEXTS = {qn("w:t"), qn("m:t")}
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
HOLDERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:moveTo")}
STRUCK = {qn("w:del"), qn("w:moveFrom"), FALLBACK}
HIDDEN = f"{qn('w:rPr')}/{qn('w:vanish')}"
PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
Element = Any  # of lxml, which ships no types
Marking = Callable[[Element], str]


def read_docx(data: bytes, name: str) -> Content:
    """Read a Word document; raises DocumentError when it is damaged or out of all measure."""
    archive = Archive(data, name)
    archive.check_size()
    if archive.read(WORD_MAIN).count(b"<w:p") > MAX_PARAGRAPHS:
        raise DocumentError(
            f"{name} has more than {MAX_PARAGRAPHS:,} paragraphs; split it, or clear empty ones."
        )
    document = _opened(data, name)
    marking = _marking(document)
    text = text_of([*_blocks(document.element.body, marking), *_notes(document)])
    about = document.core_properties
    return Content(
        text, title=_one_line(about.title) or headline(text), author=_one_line(about.author)
    )


def _opened(data: bytes, name: str) -> WordDocument:
    try:
        return docx.Document(BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise DocumentError(
            f"{name} is damaged and cannot be read as a Word document; save it again."
        ) from error


def _one_line(text: str | None) -> str:
    words = " ".join((text or "").split())
    return "" if words == "python-docx" else words


def _blocks(parent: Element, marking: Marking) -> Iterator[Block]:
    for child in parent:
        if child.tag == PARAGRAPH:
            mark = marking(child)
            yield item(_text(child), mark) if mark else paragraph(_text(child))
        elif child.tag == TABLE:
            yield from _rows(child)
        elif child.tag in HOLDERS:
            yield from _blocks(child, marking)


def _rows(table: Element) -> Iterator[Block]:
    for one in table.iterchildren(ROW):
        yield row(_text(cell) for cell in one.iterchildren(CELL))


def _text(element: Element) -> str:
    """All words of an element, without what was struck out."""
    return "".join(_words(element))


def _words(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in TEXTS:
            yield child.text or ""
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag not in STRUCK and child.find(HIDDEN) is None:
            yield from _words(child)
            yield " " if child.tag == PARAGRAPH else ""


def _notes(document: WordDocument) -> Iterator[Block]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(NOTES) and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                yield paragraph(_text(note))


def _marking(document: WordDocument) -> Marking:
    """Return the function that gives a paragraph's mark in a list; none where it is in none."""
    styles = _style_names(document)
    numbered = _numbered_lists(document)
    counts: dict[str, int] = {}

    def marking(element: Element) -> str:
        name = styles.get(element.style or "", "")
        number = _list_number(element)
        if not number and not name.startswith("List"):
            counts.clear()
            return ""
        if number not in numbered and "Number" not in name:
            return "-"
        counts[number] = counts.get(number, 0) + 1
        return f"{counts[number]}."

    return marking


def _style_names(document: WordDocument) -> dict[str, str]:
    """The names of styles by their ids; none where a document has no part for them."""
    try:
        return {style.style_id: style.name or "" for style in document.styles}
    except OSError:  # python-docx would take them from a file of its own, which it may not open
        return {}


def _list_number(element: Element) -> str:
    """The number of a paragraph's list, with its level; nothing where it is in none."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if found is None:
        return ""
    values = [found.find(qn(tag)) for tag in ("w:numId", "w:ilvl")]
    number, level = ("0" if one is None else one.get(qn("w:val"), "0") for one in values)
    return "" if number == "0" else f"{number}/{level}"


def _numbered_lists(document: WordDocument) -> set[str]:
    """The lists, with their levels, whose items have numbers."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return set()
    kinds = {
        (one.get(qn("w:abstractNumId")), level.get(qn("w:ilvl")))
        for one in root.iterchildren(qn("w:abstractNum"))
        for level in one.iterchildren(qn("w:lvl"))
        for form in level.iterchildren(qn("w:numFmt"))
        if form.get(qn("w:val")) == "decimal"
    }
    links = {
        one.get(qn("w:numId")): link.get(qn("w:val"))
        for one in root.iterchildren(qn("w:num"))
        for link in one.iterchildren(qn("w:abstractNumId"))
    }
    return {f"{n}/{level}" for n, link in links.items() for kind, level in kinds if kind == link}

"""The elements of a Word document and what of them a reader sees."""

from collections.abc import Collection, Iterator
from typing import Any

Element = Any
"""An element of lxml, which has no types."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

PARAGRAPH = f"{_WORD}p"
TABLE = f"{_WORD}tbl"
ROW = f"{_WORD}tr"
CELL = f"{_WORD}tc"
TEXT_BOX = f"{_WORD}txbxContent"

SHOWN_AS = {
    f"{_WORD}tab": " ",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
}
TEXTS = frozenset((f"{_WORD}t", f"{_MATHS}t"))
UNSHOWN = frozenset(
    # what was deleted or moved away under review, and the second form of a drawing for old programs
    (f"{_WORD}del", f"{_WORD}moveFrom", f"{_CHOICE}Fallback")
)
OFF = ("0", "false", "off")


def nearest(element: Element, tags: Collection[str]) -> Iterator[Element]:
    """The elements of these kinds below one, none of them inside another, in their order."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in UNSHOWN:
            yield from nearest(child, tags)


def words_of(paragraph: Element) -> str:
    """The words of a paragraph, with its line breaks."""
    return "".join(_pieces(paragraph))


def cells_of(row: Element) -> Iterator[str]:
    """The words of each cell of a row; a table inside a cell is only words."""
    for cell in nearest(row, (CELL,)):
        yield " ".join(words_of(paragraph) for paragraph in cell.iter(PARAGRAPH))


def value_of(element: Element | None, *path: str) -> str:
    """The value of an element below one, by names; nothing where it is not there."""
    for name in path:
        element = None if element is None else element.find(f"{_WORD}{name}")
    return "" if element is None else element.get(f"{_WORD}val") or ""


def attribute_of(element: Element, name: str) -> str:
    """An attribute of an element, or nothing."""
    return element.get(f"{_WORD}{name}") or ""


def all_named(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name right below one."""
    yield from element.findall(f"{_WORD}{name}")


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in TEXTS:
            yield child.text or ""
        elif child.tag in SHOWN_AS:
            yield SHOWN_AS[child.tag]
        elif child.tag not in UNSHOWN and child.tag != TEXT_BOX and not _is_hidden(child):
            yield from _pieces(child)


def _is_hidden(run: Element) -> bool:
    hidden = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return hidden is not None and attribute_of(hidden, "val") not in OFF

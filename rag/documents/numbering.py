"""Which paragraphs of a Word document are items of a list, and with what number.

Word keeps that in three places: the paragraph, its style or a style that this one is based on,
and a part of its own that says where a list starts and which of its levels have numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.documents.word_elements import Element, all_named, attribute_of, value_of

MOST_ANCESTORS = 20  # of a style; a damaged file can name them in a circle
UNNUMBERED = ("bullet", "none", "")
TITLES = ("title", "subtitle", "heading")
NUMBERING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph's style, as far as it says whether one is an item."""

    name: str
    parent: str
    list_id: str
    level: str


class Numbering:
    """The lists of one document; counts their items in the order in which it is asked."""

    def __init__(self, document: Any) -> None:
        self._styles = _styles(document)
        self._starts = _starts(_numbering_part(document))
        self._counts: dict[tuple[str, int], int] = {}

    def style_name(self, paragraph: Element) -> str:
        """The name of a paragraph's style in lower case, or nothing."""
        style = self._styles.get(value_of(paragraph, "pPr", "pStyle"))
        return style.name if style else ""

    def mark(self, paragraph: Element) -> str:
        """What stands before an item: its number, or a dash; nothing for other paragraphs."""
        list_id, level = self._list_of(paragraph)
        if list_id in ("", "0") or self.style_name(paragraph).startswith(TITLES):
            return ""
        number = self._next(list_id, level)
        return "-" if number is None else f"{number}."

    def _list_of(self, paragraph: Element) -> tuple[str, int]:
        list_id = value_of(paragraph, "pPr", "numPr", "numId")
        level = value_of(paragraph, "pPr", "numPr", "ilvl")
        style_id = value_of(paragraph, "pPr", "pStyle")
        for _ in range(MOST_ANCESTORS):
            style = self._styles.get(style_id)
            if style is None or (list_id and level):
                break
            list_id, level = list_id or style.list_id, level or style.level
            style_id = style.parent
        return list_id, _small(level, 0)

    def _next(self, list_id: str, level: int) -> int | None:
        start = self._starts.get((list_id, level))
        if start is None:
            return None
        number = self._counts.get((list_id, level), start)
        self._counts = {
            key: count for key, count in self._counts.items() if key[0] != list_id or key[1] < level
        } | {(list_id, level): number + 1}
        return number


def _styles(document: Any) -> Mapping[str, Style]:
    """The styles by their ids; none where a document has no part for them."""
    try:
        element = document.styles.element
    except OSError:  # python-docx would take them from a file of its own, which it may not open
        return {}
    return {
        attribute_of(style, "styleId"): Style(
            value_of(style, "name").lower(),
            value_of(style, "basedOn"),
            value_of(style, "pPr", "numPr", "numId"),
            value_of(style, "pPr", "numPr", "ilvl"),
        )
        for style in all_named(element, "style")
    }


def _starts(element: Element | None) -> Mapping[tuple[str, int], int]:
    """Where each level of each list that has numbers starts to count."""
    if element is None:
        return {}
    kinds = {
        attribute_of(kind, "abstractNumId"): [
            (_small(attribute_of(level, "ilvl"), 0), _small(value_of(level, "start"), 1))
            for level in all_named(kind, "lvl")
            if value_of(level, "numFmt") not in UNNUMBERED
        ]
        for kind in all_named(element, "abstractNum")
    }
    return {
        (attribute_of(one, "numId"), level): start
        for one in all_named(element, "num")
        for level, start in kinds.get(value_of(one, "abstractNumId"), [])
    }


def _numbering_part(document: Any) -> Element | None:
    try:
        return getattr(document.part.part_related_by(NUMBERING), "element", None)
    except KeyError:
        return None


def _small(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 7 else otherwise  # noqa: PLR2004 - digits

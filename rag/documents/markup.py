"""A tree of HTML, or of trafilatura's XML, becomes blocks in reading order.

The one module that knows lxml. Nothing is fetched and no entity of a document's own is resolved.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from rag.documents.blocks import Block, item, paragraph, row
from rag.documents.encoding import decode

BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary
    table tbody td tfoot th thead tr ul
    ab cell head item list quote row
    """.split()  # the last line: trafilatura's names
)
ITEMS = frozenset(("li", "item"))
LISTS = frozenset(("ul", "ol", "list"))
ROWS = frozenset(("tr", "row"))
CELLS = frozenset(("td", "th", "cell"))
BREAKS = frozenset(("br", "lb"))
LITERAL = frozenset(("pre", "code"))
SKIPPED = frozenset(
    """
    audio button canvas embed iframe input link meta nav noscript object option script select style
    svg template textarea title video
    """.split()
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE
)
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
Tree = Any  # lxml ships no types


def decode_markup(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a page and a note, as ``decode`` does; what the page declares counts."""
    declared = CHARSET.search(data[:4_096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(declared[1].decode()), ""
        except (UnicodeDecodeError, LookupError):
            pass  # pages lie about it; then the bytes decide
    return decode(data, name)


def parse_html(text: str) -> Tree | None:
    """Parse a page, however broken; None when there is nothing in it."""
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(DECLARATION.sub("", text, count=1), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def parse_xml(data: bytes) -> Tree:
    """Parse XML that must be well formed; raises ValueError when it is not."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def blocks_of(tree: Tree) -> Iterator[Block]:
    """The blocks of a tree in reading order, without what a browser would not show."""
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    reading = _Reading()
    for event, element in walk:
        if event == "start" and _is_left_out(element):
            walk.skip_subtree()
            reading.skipped.add(element)
        elif event == "start":
            yield from reading.enter(element)
        elif event == "end" and element not in reading.skipped:
            yield from reading.leave(element)
        if event != "start" and element is not tree:
            reading.hear(element.tail)
    yield from reading.flush()


def _is_left_out(element: Tree) -> bool:
    return (
        _tag(element) in SKIPPED
        or element.get("hidden") is not None
        or bool(HIDDEN.search(element.get("style", "")))
    )


def _tag(element: Tree) -> str:
    """The name without its namespace; comments and the like have none."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Reading:
    """Where the walk is: words not yet put into a block, lists and tables that are open."""

    def __init__(self) -> None:
        self.skipped: set[Tree] = set()
        self._words: list[str] = []
        self._mark = ""
        self._lists: list[int] = []  # the number of the last item; -1 where they have none
        self._cells: list[str] | None = None  # of the row at hand
        self._tables: list[bool] = []  # whether it is one of data, not of layout
        self._literal = 0

    def enter(self, element: Tree) -> Iterator[Block]:
        tag = _tag(element)
        if tag in BLOCKS:
            yield from self.flush()
        if tag in LISTS:
            is_numbered = tag == "ol" or element.get("rend") == "ol"
            self._lists.append(0 if is_numbered else -1)
        elif tag in ITEMS:
            self._mark = self._next_mark()
        elif tag == "table":
            self._tables.append(self._cells is None and _is_of_data(element))
        elif tag in ROWS and self._tables[-1:] == [True]:
            self._cells = []
        elif tag in BREAKS:
            self._words.append("\n")
        self._literal += tag in LITERAL
        self.hear(element.text)

    def leave(self, element: Tree) -> Iterator[Block]:
        tag = _tag(element)
        self._literal -= tag in LITERAL
        if tag in CELLS and self._cells is not None:
            self._cells.append("".join(self._words))
            self._words = []
        elif tag in ROWS and self._cells is not None:
            cells, self._cells = self._cells, None
            yield row(cells)
        elif tag in BLOCKS:
            yield from self.flush()
        if tag in LISTS:
            self._lists.pop()
        elif tag == "table":
            self._tables.pop()
        elif tag in ITEMS:
            self._mark = ""

    def hear(self, text: str | None) -> None:
        if text:
            self._words.append(text if self._literal else re.sub(r"\s+", " ", text))

    def flush(self) -> Iterator[Block]:
        """Make blocks of the words so far; in a table they wait for the cell's end."""
        if self._cells is not None:
            self._words.append(" ")
            return
        words, self._words = "".join(self._words), []
        for part in re.split(r"\n\s*\n", words):
            if part.strip():
                yield item(part, self._mark) if self._mark else paragraph(part)
                self._mark = ""

    def _next_mark(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."


def _is_of_data(table: Tree) -> bool:
    """Whether a table has rows and columns; one around a page or a letter is only layout."""
    rows = [element for element in table.iter() if _tag(element) in ROWS]
    wide = sum(sum(_tag(cell) in CELLS for cell in one) > 1 for one in rows)
    return wide > 1 and not any(_tag(element) == "table" for element in table.iterdescendants())

"""``.csv``: every row is a line; where the first row names the columns, each cell has its name."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO

from rag.documents.blocks import Block, row, text_of
from rag.documents.content import Content
from rag.documents.encoding import decode
from rag.errors import DocumentError

DELIMITERS = ",;\t|"
SAMPLE = 65_536  # characters, by which the delimiter is found
MAX_CELL = 1_000_000  # characters
NUMBER = re.compile(r"[\W\d_]*")


def read_csv(data: bytes, name: str) -> Content:
    """Read a table; raises DocumentError when the bytes are no text."""
    text, note = decode(data, name)
    csv.field_size_limit(MAX_CELL)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text[:SAMPLE])))
    except csv.Error as error:
        raise DocumentError(
            f"{name} cannot be read as a table ({error}); save it again as CSV."
        ) from error
    return Content(text_of(_blocks(rows)), note=note)


def _delimiter(sample: str) -> str:
    """The sign that cuts the most rows into the same number of cells, more than one."""
    return max(DELIMITERS, key=lambda sign: _evenness(sample.splitlines(), sign))


def _evenness(lines: Sequence[str], delimiter: str) -> int:
    widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter))
    return max((count for width, count in widths.items() if width > 1), default=0)


def _blocks(rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    names = rows[0] if _is_heading(rows) else []
    if not names:
        yield from map(row, rows)
        return
    for cells in rows[1:]:
        named = list(names) + [""] * (len(cells) - len(names))
        yield row(_cell(*pair) for pair in zip(named, cells, strict=False) if pair[1].strip())


def _is_heading(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: every cell a word, none of them twice."""
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - a row of names and one of values
        return False
    names = [cell.strip() for cell in rows[0]]
    return len(set(names)) == len(names) and not any(NUMBER.fullmatch(name) for name in names)


def _cell(name: str, value: str) -> str:
    return f"{name.strip()}: {value.strip()}" if name.strip() else value

"""What readers find in a file, block after block, put together to one text.

Every format ends in the same form, so that the same article gives the same sentences whatever it
came in: paragraphs and headings with an empty line between them, items of a list on lines that
begin with ``-`` or a number, rows of a table on lines like ``| Cairo | 4 |``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\ufeff\ufffe\uffff]")
HALF = re.compile("[\ud800-\udfff]")  # of a character: no file could hold it


class Form(Enum):
    """How a block stands in the text."""

    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that stands for itself, as it will be kept."""

    text: str
    form: Form = Form.PARAGRAPH


def paragraph(text: str) -> Block:
    """A paragraph or heading; line breaks in it are kept, other white space is one space."""
    return Block(clean(text))


def item(text: str, mark: str = "-") -> Block:
    """An item of a list behind its mark."""
    words = clean(text)
    return Block(f"{mark} {words}" if words else "", Form.ITEM)


def row(cells: Iterable[str]) -> Block:
    """A row of a table on one line; one that is empty throughout is no text."""
    words = [" ".join(clean(cell).split()) for cell in cells]
    return Block(f"| {' | '.join(words)} |" if any(words) else "", Form.ROW)


def clean(text: str) -> str:
    """The text without what nobody sees, its lines trimmed and none of them empty."""
    seen = HALF.sub("�", UNSEEN.sub("", text))
    lines = (" ".join(line.split()) for line in seen.splitlines())
    return "\n".join(filter(None, lines))


def text_of(blocks: Iterable[Block]) -> str:
    """Put blocks together; those without words are left out."""
    kept = [block for block in blocks if block.text]
    parts = [
        part for one, other in pairwise(kept) for part in (one.text, between(one.form, other.form))
    ]
    return "".join([*parts, *(block.text for block in kept[-1:])])


def between(one: Form, other: Form) -> str:
    """What stands between two blocks of a text."""
    return "\n" if one is other and one is not Form.PARAGRAPH else "\n\n"

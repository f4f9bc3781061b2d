"""A reply without its markers becomes statements: claims to check, and the text between them.

Headings, table headers, code, lead-ins and the like are connective; whatever else carries a
mark is a claim: what is cited gets checked.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.statements.kinds import is_connective
from rag.types import Kind, Statement

Split = Callable[[str], Iterable[tuple[int, int]]]
"""Text to the (start, end) of its sentences: trimmed, in order, without overlap."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_FENCE = re.compile(r"[ \t>]*(?:```|~~~)")
_LINES = {
    "heading": re.compile(r"[ \t>]*#{1,6}[ \t]+"),
    "rule": re.compile(r"[ \t]*(?=\|[ \t|:-]*-[ \t|:-]*\s*\Z)"),
    "row": re.compile(r"[ \t]*(?=\|)"),
    "label": re.compile(r"[ \t>]*(?=(\*\*|__)[^*_]+(?<![.!])\1\s*\Z)"),
    "item": re.compile(r"[ \t>]*(?:[-*+•‣◦]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?"),
    "text": re.compile(r"[ \t>]*(?=\S)"),
}
_CONNECTIVE = {"code", "heading", "rule", "header", "label"}
_SENTENCES = {"text", "item"}  # the other kinds of lines are one statement each
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)*_]*[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together, from behind the sign that says of what kind they are."""

    kind: str
    start: int
    end: int


def split_statements(text: str, mark_offsets: Sequence[int], split: Split) -> list[Statement]:
    """Cut a reply without its markers into statements, in order; ``text[start:end]`` is each.

    ``mark_offsets`` says where the markers stood, ascending. White space between statements
    and the signs of list items, headings and quotations are outside all of them.
    """
    found = [
        (block.kind, start, end)
        for block in _blocks(text)
        for start, end in _cut(text, block, mark_offsets, split)
    ]
    marked = set(_owners(text, [(start, end) for _, start, end in found], mark_offsets))
    return [
        Statement(text[start:end], _kind(text[start:end], kind, marked=at in marked), start, end)
        for at, (kind, start, end) in enumerate(found)
    ]


def marks_of(
    text: str, statements: Sequence[Statement], mark_offsets: Sequence[int]
) -> list[list[int]]:
    """For each statement, which of the marks (by position in ``mark_offsets``) are its own.

    A mark belongs to the statement in which it stands, and between two statements to the one
    before it: ``First.[A1] Second.`` At the beginning of a line it belongs to the statement
    that follows on that line: ``- [A1] First.`` No mark is lost while there is a statement.
    """
    owners = _owners(text, [(one.start, one.end) for one in statements], mark_offsets)
    marks: list[list[int]] = [[] for _ in statements]
    for mark, owner in enumerate(owners):
        marks[owner].append(mark)
    return marks


def _blocks(text: str) -> list[_Block]:
    """The blocks of a Markdown text in order, without its empty lines."""
    blocks: list[_Block] = []
    fresh = True
    for kind, start, end in _lines(text):
        joins = not fresh and _goes_on(blocks[-1].kind, kind)
        if kind == "rule" and not fresh and blocks[-1].kind == "row":
            blocks[-1] = replace(blocks[-1], kind="header")
        if joins:
            blocks[-1] = replace(blocks[-1], end=end)
        elif kind:
            blocks.append(_Block(kind, start, end))
        fresh = not kind
    return blocks


def _goes_on(block: str, line: str) -> bool:
    return (block in _SENTENCES and line == "text") or block == line == "code"


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    """The kind of each line ("" when it is empty), where its words begin and where it ends."""
    fenced = False
    for line in _LINE.finditer(text):
        fence = bool(_FENCE.match(line[0]))
        if fence or fenced:
            yield "code", line.start(), line.end()
            fenced = fenced != fence
            continue
        found = ((kind, pattern.match(line[0])) for kind, pattern in _LINES.items())
        kind, sign = next(((kind, sign.end()) for kind, sign in found if sign), ("", 0))
        yield kind, line.start() + sign, line.end()


def _cut(
    text: str, block: _Block, mark_offsets: Sequence[int], split: Split
) -> Iterator[tuple[int, int]]:
    """The spans of the statements of one block."""
    words = text[block.start : block.end]
    if block.kind not in _SENTENCES:
        yield from _trimmed(text, block.start, block.end)
        return
    for start, end in split(words):
        bounds = [block.start + start, block.start + end]
        bounds[1:1] = _ends_at_marks(text, bounds[0], bounds[1], mark_offsets)
        for one, other in pairwise(bounds):
            yield from _trimmed(text, one, other)


def _ends_at_marks(text: str, start: int, end: int, mark_offsets: Sequence[int]) -> list[int]:
    """Where a marker stood right behind a full stop (``First.[A1]Second.``), a sentence ends."""
    inside = mark_offsets[bisect_left(mark_offsets, start + 1) : bisect_left(mark_offsets, end)]
    return [
        offset
        for offset in sorted(set(inside))
        if _SENTENCE_END.search(text, max(start, offset - 8), offset)
        and text[offset:end].lstrip(" \"'“‘«(*_")[:1].isupper()
    ]


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    core = text[start:end].strip()
    if core:
        first = text.index(core, start)
        yield first, first + len(core)


def _kind(sentence: str, block: str, *, marked: bool) -> Kind:
    if marked:
        return Kind.CLAIM
    if block in _CONNECTIVE:
        return Kind.CONNECTIVE
    connective = is_connective(sentence, listed=block != "text")
    return Kind.CONNECTIVE if connective else Kind.CLAIM


def _owners(
    text: str, spans: Sequence[tuple[int, int]], mark_offsets: Collection[int]
) -> list[int]:
    """For each mark the index of the statement that it belongs to."""
    starts = [start for start, _ in spans]
    return [_owner(text, spans, starts, offset) for offset in mark_offsets] if spans else []


def _owner(text: str, spans: Sequence[tuple[int, int]], starts: list[int], offset: int) -> int:
    after = bisect_left(starts, offset)  # the first statement that begins here or later
    if after == 0:
        return 0
    line = text.rfind("\n", 0, offset) + 1
    leads = spans[after - 1][1] <= line and after < len(spans)
    return after if leads and "\n" not in text[offset : starts[after]] else after - 1

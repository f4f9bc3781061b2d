"""A reply without its markers becomes statements: claims to check, and the text between them.

Table headers, code, and the headings, lead-ins and remarks that say nothing of the world are
connective; whatever carries a mark is a claim: what is cited gets checked.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.statements.cutting import SENTENCE_END, Split, sentences_in, trimmed
from rag.statements.kinds import is_connective, only_names
from rag.types import Kind, Statement

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_SIGN = r"[\s>]*+"  # of a quotation; any white space: Chinese paragraphs begin with U+3000
_FENCE = re.compile(rf"{_SIGN}(?:```|~~~)")
_LINES = {
    "heading": re.compile(rf"{_SIGN}#{{1,6}}\s+"),
    "rule": re.compile(r"\s*+(?=\|[\s|:-]*-[\s|:-]*\Z)"),
    "row": re.compile(rf"{_SIGN}(?=\|)"),
    "label": re.compile(rf"{_SIGN}(?=(\*\*|__)[^*_]+(?<![.!。！])\1\s*\Z)"),
    "item": re.compile(rf"{_SIGN}(?:[-*+•‣◦]|\d{{1,3}}[.)])\s+(?:\[[ xX]\]\s+)?"),
    "text": re.compile(rf"{_SIGN}(?=\S)"),
}
_CONNECTIVE = {"code", "rule", "header"}
_TITLES = {"heading", "label"}
_SENTENCES = {"text", "item"}  # the other kinds of lines are one statement each


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
    if found and found[-1][0] == "label":
        found[-1] = ("text", *found[-1][1:])  # it stands above nothing: **Qatar** is the answer
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
    if block.kind in _SENTENCES:
        return sentences_in(text, (block.start, block.end), mark_offsets, split)
    return trimmed(text, block.start, block.end)


def _kind(sentence: str, block: str, *, marked: bool) -> Kind:
    if marked:
        return Kind.CLAIM
    if block in _CONNECTIVE:
        return Kind.CONNECTIVE
    titles = block in _TITLES and not SENTENCE_END.search(sentence) and only_names(sentence)
    connective = titles or is_connective(sentence, listed=block not in {"text", *_TITLES})
    return Kind.CONNECTIVE if connective else Kind.CLAIM


def _owners(
    text: str, spans: Sequence[tuple[int, int]], mark_offsets: Collection[int]
) -> list[int]:
    """For each mark the index of the statement that it belongs to: one with words, if any has."""
    worded = [at for at, span in enumerate(spans) if any(map(str.isalnum, text[slice(*span)]))]
    able = worded or list(range(len(spans)))
    chosen = [spans[at] for at in able]
    starts = [start for start, _ in chosen]
    owners = [_owner(text, chosen, starts, offset) for offset in mark_offsets] if chosen else []
    return [able[owner] for owner in owners]


def _owner(text: str, spans: Sequence[tuple[int, int]], starts: list[int], offset: int) -> int:
    after = bisect_left(starts, offset)  # the first statement that begins here or later
    if after == 0:
        return 0
    leads = text.find("\n", spans[after - 1][1], offset) >= 0 and after < len(spans)
    return after if leads and text.find("\n", offset, starts[after]) < 0 else after - 1

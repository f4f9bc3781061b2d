"""A text is cut into sentences that tile it: joined again, the pieces are the text.

Blocks are cut first (blank lines, headings, list items, table rows), then sentencex cuts each
block (Santhosh Thottingal, https://github.com/wikimedia/sentencex). Quotation marks and
brackets are hidden from it, because it would keep a long quotation in one piece.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from rag.types import Document, Sentence

MAX_SENTENCE = 1_000  # characters; the embedding model reads about as many
LANGUAGE = "en"  # its rules for abbreviations; full stops of every script are known to all
HIDDEN = str.maketrans(dict.fromkeys('"“”„‟«»‹›()[]（）「」『』', " "))
SURROGATE = re.compile("[\ud800-\udfff]")  # one half of a character: no UTF-8, so no sentencex
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
STARTS_BLOCK = re.compile(r"[ \t]*(?:#{1,6}[ \t]|[-*+•‣◦][ \t]|\d{1,3}[.)][ \t]|\||>)")
ENDS_BLOCK = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\|)|[ \t]*[-=*_]{3,}[ \t]*[\r\n]*\Z")
HEADING = re.compile(r"#{1,6}[ \t]")
LIST_ITEM = re.compile(r"(?:[-*+•‣◦]|\d{1,3}[.)])\s")
MAX_HEADING = 80
SENTENCE_END = re.compile(r"[.!?:;,…。！？|][\"'”’»)\]*_]*\Z")
BREAK = re.compile(r"[\r\n]+|[;:,、，；] *|\s+")


def split_sentences(document: Document) -> list[Sentence]:
    """Cut a document into its sentences: trimmed, not empty, in order, numbered from 0."""
    return [
        Sentence(document.id, number, start, end, document.text[start:end])
        for number, (start, end) in enumerate(split_spans(document.text))
    ]


def split_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every sentence, without the white space around it."""
    spans = []
    start = 0
    for piece in split_pieces(text):
        core = piece.strip()
        if core:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(core)))
        start += len(piece)
    return spans


def split_pieces(text: str) -> list[str]:
    """Cut a text into pieces of one sentence each; joined, they are the text again."""
    return [
        short
        for block in split_blocks(text)
        for sentence in _cut_block(block)
        for short in _cut_long(sentence)
    ]


def split_blocks(text: str) -> list[str]:
    """Cut a text before every line that begins something new; joined, it is the text again."""
    starts = []
    fresh = True
    for found in LINE.finditer(text):
        line = found[0]
        if line and (fresh or STARTS_BLOCK.match(line)):
            starts.append(found.start())
        fresh = not line.strip() or bool(ENDS_BLOCK.match(line))
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def is_heading(sentence: str) -> bool:
    """Whether a sentence only names what follows: a Markdown heading, or a short bare line.

    An item of a list says something, with a full stop or without.
    """
    if HEADING.match(sentence):
        return True
    is_bare = len(sentence) <= MAX_HEADING and not SENTENCE_END.search(sentence)
    return is_bare and not LIST_ITEM.match(sentence)


def _cut_block(block: str) -> list[str]:
    """Cut at the ends that sentencex finds, each moved behind the quotation mark it closes."""
    pieces = []
    start = end = 0
    for masked in sentencex.segment(LANGUAGE, SURROGATE.sub("?", block).translate(HIDDEN)):
        end += len(masked)
        cut = end - _opening_length(block[start:end], masked)
        pieces.append(block[start:cut])
        start = cut
    pieces.append(block[start:])
    return [piece for piece in pieces if piece]


def _opening_length(piece: str, masked: str) -> int:
    """How much of the piece's end opens the next sentence: marks with white space before them."""
    tail = piece[len(piece) - (len(masked) - len(masked.rstrip())) :]
    closed = re.match(r"\S*\s*", tail)
    return len(tail) - closed.end() if closed else 0


def _cut_long(sentence: str) -> Iterator[str]:
    start = 0
    while len(sentence) - start > MAX_SENTENCE:
        end = start + _last_break(sentence[start : start + MAX_SENTENCE])
        yield sentence[start:end]
        start = end
    if start < len(sentence):
        yield sentence[start:]


def _last_break(text: str) -> int:
    """The end of the last line, else clause, else word in the second half; else the whole."""
    ends = [
        (found[0].strip() == "" and found[0][0] not in "\r\n", -found.end())
        for found in BREAK.finditer(text, len(text) // 2)
    ]
    return -min(ends)[1] if ends else len(text)

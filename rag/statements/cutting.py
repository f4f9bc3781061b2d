"""The sentences of a paragraph or list item of a reply, cut where its marks say so too."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

Split = Callable[[str], Iterable[tuple[int, int]]]
"""Text to the (start, end) of its sentences: trimmed, in order, without overlap."""

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)*_]*[ \t]*\Z")
_QUOTED_END = re.compile(r"[.!?…][*_]*[\"'”’»][\"'”’»)*_]*\Z")
_CLOSER = re.compile(r"[*_~\"'”’»)\]]+")
_LATE_END = re.compile(r"(?:(?<=\S)…[\"'”’»)*_]*|\bno\.)\s+(?=[\"“‘«(*_]*[A-Z])")
_NEAR = 1_000  # characters that are looked at to tell what an emphasis closes


def sentences_in(
    text: str, block: tuple[int, int], mark_offsets: Sequence[int], split: Split
) -> Iterator[tuple[int, int]]:
    """The spans of the sentences of one block of the text."""
    words = text[slice(*block)]
    for start, end in _whole(words, split(words)):
        first, last = block[0] + start, block[0] + end
        inside = {
            *(block[0] + late.end() for late in _LATE_END.finditer(words, start, end)),
            *_ends_at_marks(text, first, last, mark_offsets),
        }
        for one, other in pairwise([first, *sorted(inside), last]):
            yield from trimmed(text, one, other)


def _whole(words: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with what closes one put to it: emphasis, ``“It is over.” he said``."""
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        begin = start + _closing(words, whole[-1], start) if whole else start
        if whole:
            before, last = whole[-1][0], max(whole[-1][1], begin if begin > start else 0)
            quoted = _QUOTED_END.search(words, max(before, last - 8), last)
            goes_on = quoted and words[begin:end].lstrip()[:1].islower()
            whole[-1] = before, end if goes_on else last
            begin = end if goes_on else begin
        if begin < end:
            whole.append((begin, end))
    return whole


def _closing(words: str, before: tuple[int, int], start: int) -> int:
    """How many characters at ``start`` close the emphasis or quotation that is open before."""
    closer = _CLOSER.match(words, start) if before[1] == start else None
    if closer is None:
        return 0
    ends = words[closer.end() : closer.end() + 1].strip() == ""
    is_open = words.count(closer[0], max(before[0], start - _NEAR), start) % 2
    return len(closer[0]) if ends or is_open else 0


def _ends_at_marks(text: str, start: int, end: int, mark_offsets: Sequence[int]) -> list[int]:
    """Where a marker stood right behind a full stop (``First.[A1]Second.``), a sentence ends."""
    inside = mark_offsets[bisect_left(mark_offsets, start + 1) : bisect_left(mark_offsets, end)]
    return [
        offset
        for offset in sorted(set(inside))
        if SENTENCE_END.search(text, max(start, offset - 8), offset)
        and text[offset : min(end, offset + 8)].lstrip(" \"'“‘«(*_")[:1].isupper()
    ]


def trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the white space around it; none when there is nothing else."""
    core = text[start:end].strip()
    if core:
        first = text.index(core, start)
        yield first, first + len(core)

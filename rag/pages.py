"""On which pages of a document a stretch of its text stands."""

from bisect import bisect_right
from collections.abc import Sequence


def pages_of(starts: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """Return the pages, counted from 1, of the characters ``start`` to ``end`` (not included).

    ``starts`` are the offsets at which the pages begin. There are none where it is empty.
    """
    if not starts:
        return ()
    first = max(1, bisect_right(starts, start))
    last = max(first, bisect_right(starts, max(start, end - 1)))
    return tuple(range(first, last + 1))


def page_words(pages: Sequence[int]) -> str:
    """Say which pages: ``page 7``, ``pages 7–8``; nothing where there are none."""
    if len(pages) > 1:
        return f"pages {pages[0]}–{pages[-1]}"
    return f"page {pages[0]}" if pages else ""

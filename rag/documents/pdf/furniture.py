"""What is printed on page after page and is no part of the text: running heads, page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.documents.pdf.lines import Line, Page

OUTERMOST = 3  # lines at the top and at the bottom of a page that are looked at
SHARE = 0.5  # of the pages: what stands at one place on so many is not text
LEAST = 2  # pages
GRID = 6.0  # points: how exactly the place must be the same
NUMBER = re.compile(r"\d+")
ONLY_A_NUMBER = re.compile(r"\W*(?:page\s*)?(\d{1,5})(?:\s*(?:of|/)\s*\d+)?\W*", re.IGNORECASE)

Print = tuple[str, int]


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Leave out the lines at a page's edge that return at their place on half of the pages.

    Numbers in them may differ. A number that stands alone there goes if it is the page's.
    """
    seen = Counter(one for page in pages for one in {_print(line) for line in _edge(page)})
    least = max(LEAST, SHARE * len(pages))
    repeated = {one for one, count in seen.items() if count >= least}
    return [_cleared(page, repeated, number) for number, page in enumerate(pages, start=1)]


def _cleared(page: Page, repeated: set[Print], number: int) -> Page:
    edge = {
        id(line)
        for line in _edge(page)
        if _print(line) in repeated or _is_number(line.text, number)
    }
    return replace(page, lines=tuple(line for line in page.lines if id(line) not in edge))


def _edge(page: Page) -> Iterator[Line]:
    """The topmost and bottommost lines of a page that has more than these."""
    ordered = sorted(page.lines, key=lambda line: -line.base)
    most = min(OUTERMOST, len(ordered) // 2)
    yield from ordered[:most]
    yield from ordered[len(ordered) - most :]


def _print(line: Line) -> Print:
    return NUMBER.sub("#", line.text), round(line.base / GRID)


def _is_number(text: str, page: int) -> bool:
    found = ONLY_A_NUMBER.fullmatch(text)
    return found is not None and found[1] == str(page)

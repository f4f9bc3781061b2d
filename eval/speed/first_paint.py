"""``python -m eval.speed.first_paint``: how long the chat page takes to be there in a real browser.

The application is served over ``seeds`` and visited once, so that its engine is open; then the page
is opened by visitors whose browsers know nothing of it, and by one who comes back. Seconds from the
request until the browser has painted anything at all, until the name of the program is there, and
until a question can be typed and nothing more is drawn.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page

from eval.speed.tables import table
from tests.browser import ROOT, browsing, open_page, served, settle

VISITS = 7
BAR = 2.0  # seconds until the name of the program is there
FIRST = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds from the request on."""

    painted: float
    named: float
    ready: float


def measure(visits: int) -> tuple[list[Visit], list[Visit]]:
    """Visits by newcomers, and by one whose browser has kept what it loaded."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        served(Path(folder) / "rag", ROOT / "seeds") as home,
        browsing() as browser,
    ):
        new = list(_newcomers(browser, home, visits + 1))[1:]  # the first opens the engine
        page, _ = open_page(browser)
        back = [_visit(page, home) for _ in range(visits + 1)][1:]
        page.context.close()
    return new, back


def _newcomers(browser: Browser, home: str, count: int) -> Iterator[Visit]:
    for _ in range(count):
        page, _watch = open_page(browser)
        yield _visit(page, home)
        page.context.close()


def _visit(page: Page, home: str) -> Visit:
    page.goto("about:blank")
    begun = perf_counter()
    page.goto(home, wait_until="commit")
    page.locator(".masthead h1").wait_for()
    named = perf_counter() - begun
    page.get_by_placeholder("Ask your documents").wait_for()
    settle(page)
    ready = perf_counter() - begun
    return Visit(float(page.evaluate(FIRST)) / 1_000, named, ready)


def _row(who: str, visits: Sequence[Visit]) -> list[str]:
    columns = ([getattr(one, name) for one in visits] for name in ("painted", "named", "ready"))
    return [who, *(f"{median(column):.2f} ({max(column):.2f})" for column in columns)]


def command() -> None:
    """Measure, print a table, and fail when the page is not there in time."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=VISITS)
    new, back = measure(parser.parse_args().visits)
    head = ["seconds, median (most)", "anything painted", "the page is there", "ready"]
    print(table([head, _row("a new visitor", new), _row("one who comes back", back)]))
    sys.exit(median(one.named for one in new) > BAR)


if __name__ == "__main__":
    command()

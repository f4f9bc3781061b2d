"""Reports and their pages, read back by the tests."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from eval.report import write_report
from eval.report.reading import Result, read_run
from tests.report_run import (
    FAILED,
    KEEPER,
    RIGHT,
    WASPS,
    Row,
    read_page,
    write_run,
)

TAGS = re.compile(r"<[^>]*>")


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(folder: Path, *results: Row, **files: Row) -> str:
    write_report(write_run(folder / "run", results or (KEEPER, WASPS, FAILED, RIGHT), **files))
    return read_page(folder / "run")


def words_of(page: str) -> str:
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(TAGS.sub(" ", shown)).split())


def read(folder: Path, *rows: Row) -> list[Result]:
    return list(read_run(write_run(folder / "run", rows)).results)


def one(folder: Path, row: Row) -> Result:
    return read(folder, row)[0]

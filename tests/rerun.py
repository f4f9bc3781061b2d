"""How long the documents page takes to draw again: ``python -m tests.rerun``."""

import datetime as dt
import statistics
import time

from streamlit.testing.v1 import AppTest

from rag.ledger.rows import Entry
from tests.small import PaperShelf
from tests.test_app import PaperEngine
from tests.test_documents_page import page_of

RUNS = 20


def entries(count: int) -> list[Entry]:
    """So many documents, no two alike."""
    day = dt.date(2020, 1, 1)
    return [
        Entry(
            number,
            f"notes/{number:05}-minutes.md",
            "",
            f"Minutes of meeting {number} about the harbour",
            day + dt.timedelta(days=number % 2_000),
            f"/documents/notes/{number:05}-minutes.md",
            "",
            ("harbour", f"year {number % 9}"),
            "",
            number % 90,
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number),
        )
        for number in range(count)
    ]


def milliseconds(app: AppTest) -> float:
    """The median of some runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        app.run()
        times.append(1_000 * (time.perf_counter() - start))
    return statistics.median(times)


def chat_of(shelf: PaperShelf) -> AppTest:
    """The chat over so many documents, with its narrowing."""

    def page(engine: "PaperEngine") -> None:
        from rag.ui.chat import chat_page

        chat_page(engine)

    engine = PaperEngine(shelf=shelf)
    return AppTest.from_function(page, default_timeout=20, args=(engine,)).run()


if __name__ == "__main__":
    for count in (500, 10_000):
        shelf = PaperShelf(entries(count))
        page, chat = milliseconds(page_of(shelf)), milliseconds(chat_of(shelf))
        print(f"{count:,} documents: documents page {page:.0f} ms, empty chat {chat:.0f} ms")  # noqa: T201 - this is what it is for

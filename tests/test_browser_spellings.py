"""Hostile spellings in a real browser: no request leaves it, with the renderer alone or the header.

Every name that is not ours leads to a sink, which counts whoever comes. The renderer alone: the
browser is told to ignore every content security policy. The header alone: a page that escapes
nothing stands behind it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser import CHROMIUM, ROOT, Watch, ask, browsing, index, open_page, running
from tests.model_server import ModelServer, Part, Refuse
from tests.sink import Sink
from tests.spelled import (
    LIVE,
    WHOLE,
    write_conversations,
    write_documents,
    write_evaluation,
    write_feedback,
)
from tests.spellings import FAR, SPELLINGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

PATIENCE = 60_000  # milliseconds: there are hundreds of widgets on some of the pages
SETTLED = 1_500  # milliseconds in which a request would have left
EVERY = list(SPELLINGS.values())
FEW = EVERY[::25]

# What of a page leads elsewhere: whatever its markup names, with our own addresses left out.
ABROAD = """() => [...document.querySelectorAll("*")].flatMap((one) =>
    ["src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "ping",
     "background", "content", "style"].map((name) => one.getAttribute?.(name) ?? "")
      .filter((value) => /^\\s*(\\w+script:|data:text|https?:|\\/\\/)|url\\(/i.test(value))
      .filter((value) => !value.startsWith(location.origin)))"""


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink() as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(sink: Sink) -> Iterator[Browser]:
    with browsing(sink.rules) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spelled")
    index(folder / "rag", write_documents(folder / "documents"))
    write_feedback(folder / "rag")
    write_evaluation(folder / "rag")
    (folder / "conversation").write_text(write_conversations(folder / "rag"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[str]:
    def answer(messages: list[dict[str, str]]) -> list[Part]:
        if "refused" in messages[-1]["content"].rpartition("Question:")[2]:
            return [Refuse(500, " ".join(FEW)[:200])]
        return [f"{text} [A1].\n\n" for text in EVERY[::6]]

    with (
        ModelServer(answer, models=[FEW[1]]) as server,
        running(
            ROOT / "tests" / "spelled_app.py", folder / "rag", folder / "documents", server.url
        ) as address,
    ):
        yield address


def one_line(text: str) -> str:
    """As it is seen: without what a label holds to keep its signs apart."""
    return " ".join(text.replace("\N{WORD JOINER}", "").split())


def missing(page: Page, texts: list[str] = EVERY, times: int = 1) -> list[str]:
    """The texts that are not to be read on a page so many times."""
    body = one_line(page.locator("body").evaluate("body => body.textContent"))
    return [text for text in texts if body.count(one_line(text)) < times]


def wait_for(page: Page, texts: list[str] = EVERY, times: int = 1) -> None:
    for _ in range(PATIENCE // 500):
        if not missing(page, texts, times):
            return
        page.wait_for_timeout(500)
    assert missing(page, texts, times) == []


def open_conversation(page: Page, home: str, folder: Path) -> None:
    """Three answers: text, marks, cards, footnotes, notes, sentences, errors; chips; titles."""
    page.goto(f"{home}/?conversation={(folder / 'conversation').read_text(encoding='utf-8')}")
    wait_for(page, times=12)
    page.locator(".answer .noted .mark").first.focus()  # its card comes up
    for _ in range(len(EVERY) // 30):
        more = page.get_by_role("button", name="Show more")
        more.click()
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Rename, export or delete").click()
    expect(page.get_by_label("Title")).to_have_value(re.compile(re.escape("![x](http")))
    page.keyboard.press("Escape")
    wait_for(page, times=13)


def open_drawer(page: Page, home: str, folder: Path) -> None:
    """The document that holds all of them, in the drawer of the chat."""
    page.goto(f"{home}/?conversation={(folder / 'conversation').read_text(encoding='utf-8')}")
    wait_for(page, times=12)
    page.locator(".footnotes a").nth(1).dispatch_event("click")
    page.locator("dialog.drawer article").wait_for(timeout=PATIENCE)
    shown = one_line(page.locator("dialog.drawer").evaluate("drawer => drawer.textContent"))
    assert [text for text in EVERY if one_line(text) not in shown] == []


def open_narrowing(page: Page, home: str, _: Path) -> None:
    """What is chosen as chips, and what can be chosen."""
    page.goto(f"{home}/?narrowed")
    wait_for(page)
    page.get_by_role("button", name="Narrow").click()
    page.get_by_label("Tags").last.wait_for()
    wait_for(page, times=3)


def open_documents(page: Page, home: str, _: Path) -> None:
    """The table, which is a canvas, its filter, and a file that is brought."""
    page.goto(f"{home}/documents")
    page.get_by_text("documents with").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("With one of these tags").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    brought: FilePayload = {"name": f"<img src=x>{FAR}.exe", "mimeType": "", "buffer": b"\0"}
    page.locator("input[type=file]").first.set_input_files([brought])
    page.locator(".arrivals li.failed, .notice.error").first.wait_for(timeout=PATIENCE)


def open_source(page: Page, home: str, _: Path) -> None:
    page.goto(f"{home}/source?doc={WHOLE}&s=0-11,12-400")
    wait_for(page)


def open_no_source(page: Page, home: str, _: Path) -> None:
    page.goto(f"{home}/source")
    for text in FEW:
        page.evaluate("name => { location.search = new URLSearchParams({ doc: name }) }", text)
        page.get_by_text("There is no document").wait_for()
        wait_for(page, [text])


def open_check(page: Page, home: str, _: Path) -> None:
    """Claims that hold nothing, their reasons, and the Markdown to copy."""
    page.goto(f"{home}/check")
    text = page.get_by_placeholder("Paste a draft")
    text.fill("\n\n".join(f"The live question of 2026 says {one} at noon." for one in EVERY[::4]))
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".claims .claim").first.wait_for(timeout=PATIENCE)
    wait_for(page, EVERY[::4], times=1)
    page.get_by_text("The same as Markdown").click()


def open_evaluation(page: Page, home: str, _: Path) -> None:
    """Runs, the report in its frame, the comparison, what readers thought."""
    page.goto(f"{home}/evaluation")
    page.frame_locator("iframe").locator("tr.row").first.wait_for(timeout=PATIENCE)
    page.get_by_role("tab", name="Comparison").click()
    page.locator(".judged, .notice.error").first.wait_for(timeout=PATIENCE)
    page.get_by_role("tab", name="Feedback").click()
    page.locator(".case").first.wait_for(timeout=PATIENCE)
    wait_for(page, EVERY[::4])


def open_state(page: Page, home: str, _: Path) -> None:
    page.goto(f"{home}/state")
    page.get_by_role("button", name="Try the connection").click(timeout=PATIENCE)
    wait_for(page, [FEW[1]])


def ask_a_model(page: Page, home: str, _: Path) -> None:
    """An answer as it comes from a model that writes nothing else."""
    page.goto(home)
    ask(page, LIVE)
    expect(page.locator(".answer .mark").first).to_be_visible(timeout=PATIENCE)


def ask_one_that_fails(page: Page, home: str, _: Path) -> None:
    """What the server says of its failure."""
    page.goto(home)
    ask(page, f"{LIVE} refused")
    failed = page.locator(".notice.error").last
    failed.wait_for(timeout=PATIENCE)
    assert one_line(FEW[0]) in one_line(failed.inner_text())


PLACES: Mapping[str, Callable[[Page, str, Path], None]] = {
    place.__name__.replace("_", " "): place
    for place in (
        open_conversation,
        open_drawer,
        open_narrowing,
        open_documents,
        open_source,
        open_no_source,
        open_check,
        open_evaluation,
        open_state,
        ask_a_model,
        ask_one_that_fails,
    )
}


@pytest.mark.parametrize("place", PLACES)
def test_the_renderer_alone_lets_no_request_out(  # noqa: PLR0913, PLR0917 - the house, its browser
    place: str, sink: Sink, browser: Browser, home: str, folder: Path, tmp_path: Path
) -> None:
    sink.visits.clear()
    page, watch = open_page(browser, ignores_policy=True)
    PLACES[place](page, home, folder)
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=tmp_path / "shown.png")
    assert_nothing_left(page, watch, sink, home)
    page.context.close()


def assert_nothing_left(page: Page, watch: Watch, sink: Sink, home: str) -> None:
    assert watch.foreign(home) == []
    assert sink.visits == []
    for frame in page.frames:
        assert frame.evaluate(ABROAD) == []


@pytest.fixture(scope="module")
def raw(folder: Path) -> Iterator[str]:
    """A page that escapes nothing, behind the headers."""
    application = ROOT / "tests" / "raw_app.py"
    with running(application, folder / "rag", folder / "documents") as address:
        yield address


def test_the_header_alone_lets_no_request_out(sink: Sink, browser: Browser, raw: str) -> None:
    """Not one request; Chromium opens a connection for a frame before it finds it forbidden, and
    says nothing there.
    """  # noqa: D205
    sink.visits.clear()
    page, _ = open_page(browser)
    page.goto(raw)
    page.get_by_text("This is all").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    assert page.url.startswith(raw)
    assert [visit for visit in sink.visits if visit] == []
    assert len(sink.visits) <= 2
    page.context.close()


def test_with_neither_many_requests_would_leave(sink: Sink, browser: Browser, raw: str) -> None:
    sink.visits.clear()
    page, watch = open_page(browser, ignores_policy=True)
    page.goto(raw)
    page.get_by_text("This is all").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    assert len(sink.paths()) > 50
    assert len(watch.foreign(raw)) > 50
    page.context.close()

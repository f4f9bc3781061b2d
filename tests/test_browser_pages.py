"""The pages beside the chat in a real browser: check a draft, run an evaluation, read a report."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser import CHROMIUM, PHONE, ROOT, ask, browsing, open_page, served
from tests.model_server import ModelServer, Part, Refuse

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

TRUE = "Three countries, the United States, Qatar and Egypt, mediated the Cairo talks."
WRONG = "William Burns, the director of the CIA, did not take part."
DRAFT = f"{TRUE} {WRONG} <img src=http://far.invalid/a.png> ![x](http://far.invalid/b.png)"
CANARY = "sk-canary-31415926535897932384"
PAGES = {"Check a text": "check", "Evaluation": "evaluation", "State": "state"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("data") / "rag", ROOT / "seeds") as address:
        yield address


def turn_to(page: Page, title: str) -> None:
    """Go to a page by its name in the sidebar."""
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("heading", name=title, exact=True).wait_for()


def test_a_draft_with_a_wrong_claim_is_flagged_and_leads_to_its_source(
    home: str, browser: Browser, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    turn_to(page, "Check a text")
    page.get_by_label("The text").fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    right = page.locator("li.claim", has_text=TRUE).first
    wrong = page.locator("li.claim", has_text=WRONG).first
    expect(right).to_contain_text("✓ supported")
    expect(wrong).to_contain_text("≠ contradicted")
    page.screenshot(path=tmp_path / "check.png")
    page.get_by_text("Only what does not hold").click()
    expect(right).to_be_hidden()
    wrong.get_by_role("link").first.click()
    drawer = page.locator("dialog.drawer")
    drawer.locator("mark#s0").wait_for()
    expect(drawer.locator(".about")).to_contain_text("Found for this claim")
    page.screenshot(path=tmp_path / "source.png")
    assert page.locator("img").count() == 0
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_what_was_found_is_downloaded(home: str, browser: Browser, tmp_path: Path) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    turn_to(page, "Check a text")
    page.get_by_label("The text").fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    download.value.save_as(tmp_path / "checked.md")
    assert "[^1]: ✓ supported: “Three countries" in (tmp_path / "checked.md").read_text("utf-8")
    page.context.close()


def test_a_run_survives_a_reload_and_its_report_is_read_in_a_frame_of_its_own(
    home: str, browser: Browser, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    turn_to(page, "Evaluation")
    page.get_by_text("Question set", exact=True).click()
    page.get_by_label("Only the first so many").fill("3")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Run the evaluation").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.goto(home)
    turn_to(page, "Evaluation")
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="Stop").wait_for(state="detached", timeout=90_000)
    report = page.frame_locator("iframe")
    expect(report.locator("h1")).to_contain_text("golden.jsonl")
    report.locator("table.questions button.open").first.click()
    expect(report.locator("tr.opened")).to_have_count(1)
    page.screenshot(path=tmp_path / "report.png")
    frame = next(one for one in page.frames if "/report/" in one.url)
    assert watch.foreign(home) == []
    assert watch.complaints == []
    assert frame.evaluate("self.origin") == "null"
    assert frame.evaluate("fetch('/').then(() => 'loaded', () => 'refused')") == "refused"
    page.context.close()


def deny(messages: list[dict[str, str]]) -> list[Part]:
    """Refuse as a careless server does, with the key in its words."""
    assert messages
    return [Refuse(401, f"Incorrect API key provided: {CANARY}")]


def test_a_key_never_reaches_the_browser(browser: Browser, tmp_path: Path) -> None:
    frames: list[str] = []

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: frames.append(str(data)))

    with (
        ModelServer(deny) as server,
        served(tmp_path / "rag", ROOT / "seeds", server.url, CANARY) as home,
    ):
        page, _ = open_page(browser)
        page.on("websocket", follow)
        page.goto(home)
        ask(page, "Who mediated the Cairo talks?")
        page.get_by_text("refuses the key in OPENAI_API_KEY").wait_for()
        for title in PAGES:
            turn_to(page, title)
        page.get_by_role("button", name="Try the connection").click()
        page.locator(".notice.good").wait_for()
        page.get_by_role("button", name="Examine everything").click()
        page.locator(".examined").wait_for()
        assert CANARY not in page.content()
        page.context.close()
    assert any("refuses the key" in frame for frame in frames)
    assert not any(CANARY in frame for frame in frames)


@pytest.mark.parametrize("title", PAGES)
def test_on_a_phone_nothing_stands_out_to_the_side(
    home: str, browser: Browser, title: str, tmp_path: Path
) -> None:
    page, watch = open_page(browser, PHONE)
    page.goto(f"{home}/{PAGES[title]}")
    page.get_by_role("heading", name=title, exact=True).wait_for()
    page.screenshot(path=tmp_path / "phone.png")
    sides = [".stMain", ".stMainBlockContainer"]
    for place in sides:
        assert page.locator(place).evaluate("it => it.scrollWidth - it.clientWidth") <= 0
    assert watch.foreign(home) == []
    page.context.close()

"""Marks, their cards and the drawer in a real browser: by mouse, by keyboard and by finger."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import CHROMIUM, PHONE, ROOT, Watch, ask, browsing, open_page, served
from tests.model_server import ModelServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

QUESTION = "Who mediated the Cairo talks?"
SENTENCE = "Three countries, the United States, Qatar and Egypt, mediated the Cairo talks."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the documents of this copy, without a language model."""
    with served(tmp_path_factory.mktemp("data") / "rag", ROOT / "seeds") as address:
        yield address


@pytest.fixture
def visit(home: str, browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """A question and its answer; at the end nothing foreign was loaded and nothing failed."""
    page, watch = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    settle(page)
    yield page, watch
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


@pytest.fixture
def page(visit: tuple[Page, Watch]) -> Page:
    return visit[0]


def settle(page: Page) -> None:
    """Wait until what stands below the answer is there and the page has scrolled to it."""
    page.get_by_text("Is this answer right?").wait_for()
    page.wait_for_timeout(500)


def marks(page: Page) -> Locator:
    return page.locator(".answer a.mark")


def open_drawer(page: Page, number: int = 0) -> Locator:
    marks(page).nth(number).click()
    drawer = page.locator("dialog.drawer")
    drawer.locator("mark#s0").wait_for()
    return drawer


def place_of(item: Locator) -> tuple[float, float]:
    for _ in range(20):  # while an answer is written, its marks are drawn anew
        if box := item.bounding_box():
            return box["y"], box["width"]
    raise AssertionError("it is not on the page")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML"))


def test_a_card_comes_with_the_pointer_and_can_be_read_and_put_away(page: Page) -> None:
    mark, card = marks(page).first, page.locator(".card").first
    expect(card).to_be_hidden()
    mark.hover()
    expect(card).to_be_visible()
    for words in (
        SENTENCE,
        "Cairo talks on Gaza end",
        "2024-08-26",
        "✓ supported",
        "word for word",
    ):
        expect(card).to_contain_text(words)
    box = card.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=12)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_card_comes_with_the_keyboard(page: Page) -> None:
    page.locator(".stExpander summary").first.focus()
    page.keyboard.press("Tab")
    expect(marks(page).first).to_be_focused()
    expect(page.locator(".card").first).to_be_visible()
    outline = marks(page).first.evaluate("mark => getComputedStyle(mark).outline")
    assert "solid 2px" in outline
    page.keyboard.press("Tab")
    expect(marks(page).nth(1)).to_be_focused()
    expect(page.locator(".card:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".card:visible")).to_have_count(0)


def test_a_mark_has_a_name_and_a_description(page: Page) -> None:
    expect(marks(page).first).to_have_accessible_name("Footnote 1, supported")
    expect(marks(page).first).to_have_accessible_description(
        f"“{SENTENCE}” Cairo talks on Gaza "
        "end without a final agreement, 2024-08-26 (2024-08-26-cairo-talks.md) "
        "The sentence itself, word for word."
    )


def test_a_finger_brings_the_card_first_and_then_the_drawer(home: str, browser: Browser) -> None:
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(home)
    ask(page, QUESTION)
    marks(page).first.tap()
    card = page.locator(".card").first
    expect(card).to_be_visible()
    expect(page.locator("dialog.drawer")).to_be_hidden()
    page.locator(".state.answered").tap(force=True)
    expect(card).to_be_hidden()
    marks(page).first.tap()
    marks(page).first.tap()
    expect(page.locator("dialog.drawer mark#s0")).to_be_in_viewport(ratio=1)
    context.close()


def test_a_card_stands_above_its_mark_where_there_is_no_room_below(page: Page) -> None:
    page.set_viewport_size({"width": 1180, "height": 560})
    page.wait_for_timeout(300)
    last, floor = marks(page).last, place_of(page.get_by_test_id("stBottom"))[0]
    page.locator(".stMain").evaluate(
        "(main, by) => main.scrollBy({ top: by, behavior: 'instant' })",
        place_of(last)[0] - floor + 40,
    )
    last.focus()
    card = page.locator(".card").last
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= place_of(last)[0]


def test_a_click_opens_the_whole_document_at_the_sentence(page: Page) -> None:
    before, address = place_of(page.locator(".answer")), page.url
    page.locator(".answer").evaluate("answer => { answer.dataset.same = 'yes' }")
    drawer = open_drawer(page)
    sentence = drawer.locator("mark#s0")
    expect(sentence).to_have_text(SENTENCE)
    expect(sentence).to_be_in_viewport(ratio=1)
    expect(drawer.locator("mark.fellow")).to_have_count(1)
    expect(drawer).to_contain_text("A high-level round of talks")
    expect(drawer.locator("time")).to_have_text("2024-08-26")
    expect(drawer.locator(".about")).to_contain_text("Footnote 1 ✓ supported")
    expect(marks(page).first).to_have_attribute("aria-current", "true")
    page.wait_for_timeout(300)  # the conversation moves aside
    assert place_of(page.locator(".answer")) == before
    assert page.url == address
    expect(page.locator(".answer")).to_have_attribute("data-same", "yes")


@pytest.mark.parametrize("width", [1024, 1100, 1180, 1280, 1440, 1600])
def test_the_conversation_stands_beside_the_drawer_and_back_again(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    column, start = page.locator(".answer"), page.locator(".answer").bounding_box()
    drawer = open_drawer(page)
    page.wait_for_timeout(300)
    beside, aside = column.bounding_box(), drawer.bounding_box()
    assert start is not None
    assert beside is not None
    assert aside is not None
    assert beside["x"] + beside["width"] <= aside["x"]
    assert beside["width"] == start["width"]
    sidebar = page.get_by_test_id("stSidebar").bounding_box()
    assert sidebar is not None
    assert sidebar["x"] + sidebar["width"] <= beside["x"]
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert column.bounding_box() == start


def test_one_goes_on_from_citation_to_citation(page: Page) -> None:
    drawer = open_drawer(page)
    expect(drawer.locator(".count")).to_have_text("1 of 3")
    onward = drawer.get_by_role("button", name="Next citation")
    onward.click()
    expect(drawer.locator("mark#s0")).to_contain_text("working teams")
    onward.click()
    expect(drawer.locator("h1")).to_contain_text("Blinken leaves")
    expect(drawer.locator(".count")).to_have_text("3 of 3")
    expect(drawer.locator("mark#s0")).to_be_in_viewport(ratio=1)
    onward.click()
    expect(drawer.locator(".count")).to_have_text("1 of 3")
    drawer.get_by_role("button", name="Previous citation").click()
    expect(drawer.locator("h1")).to_contain_text("Blinken leaves")


def test_escape_closes_the_drawer_and_the_focus_is_on_the_mark(page: Page) -> None:
    drawer = open_drawer(page, 1)
    assert "working teams" in focused(page)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(marks(page).nth(1)).to_be_focused()
    expect(page.locator(".card:visible")).to_have_count(0)


def test_the_drawer_is_used_by_keyboard_alone(page: Page) -> None:
    marks(page).first.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("dialog.drawer")
    drawer.locator("mark#s0").wait_for()
    names = []
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
        names.append(
            page.evaluate("(it => it.ariaLabel ?? it.textContent)(document.activeElement)")
        )
    assert names == [
        *("Document", "Close the source", "Permanent link", "Next citation", "Previous citation")
    ]
    page.keyboard.press("Enter")
    expect(drawer.locator(".count")).to_have_text("3 of 3")


def test_the_permanent_link_works_in_a_tab_of_its_own(page: Page) -> None:
    drawer = open_drawer(page)
    with page.context.expect_page() as opened:
        drawer.get_by_role("link", name="Permanent link").click()
    source = opened.value
    expect(source.locator("mark#s0")).to_have_text(SENTENCE)
    expect(source.locator("mark#s0")).to_be_in_viewport(ratio=1)
    assert source.url.endswith("/source?doc=2024-08-26-cairo-talks.md&s=350-428,842-948")
    assert source.title() == "Cairo talks on Gaza end without a final agreement · Footnote"
    expect(drawer).to_be_visible()


def test_a_click_with_the_control_key_opens_a_tab_and_no_drawer(page: Page) -> None:
    with page.context.expect_page() as opened:
        marks(page).first.click(modifiers=["Control"])
    opened.value.locator("mark#s0").wait_for()
    expect(page.locator("dialog.drawer")).to_be_hidden()


def test_the_sentences_below_an_answer_open_the_drawer_too(page: Page) -> None:
    page.locator(".footnotes a").nth(1).click()
    drawer = page.locator("dialog.drawer")
    expect(drawer.locator(".about")).to_contain_text("Footnote 2 ✓ supported")
    page.get_by_text("Read, not cited").click()
    page.wait_for_timeout(500)  # the list unfolds
    page.locator(".sentences a:visible").first.click()
    expect(drawer.locator(".about")).to_have_text("Read, not cited")
    expect(drawer.locator(".count")).to_have_text("1 of 27")


def test_a_server_that_is_gone_is_one_sentence(visit: tuple[Page, Watch]) -> None:
    page, watch = visit
    page.route("**/source?*", lambda route: route.abort())
    marks(page).first.click()
    expect(page.locator("dialog.drawer .notice")).to_have_text(
        "The document cannot be had: the program does not answer; is it still running?"
    )
    assert [line for line in watch.complaints if "ERR_FAILED" in line] == watch.complaints
    watch.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_drawer_covers_the_page_and_nothing_is_wider_than_it(
    home: str, browser: Browser, scheme: str, tmp_path: Path
) -> None:
    page, watch = open_page(browser, PHONE, "dark" if scheme == "dark" else "light")
    page.goto(home)
    ask(page, QUESTION)
    drawer = open_drawer(page)
    page.wait_for_timeout(300)
    page.screenshot(path=tmp_path / "drawer.png")
    box = drawer.bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    assert drawer.evaluate("it => it.matches(':modal')")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    grounds = {"light": "rgb(251, 250, 247)", "dark": "rgb(27, 28, 29)"}
    assert drawer.evaluate("it => getComputedStyle(it).backgroundColor") == grounds[scheme]
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(marks(page).first).to_be_focused()
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_who_wants_no_motion_gets_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    drawer = open_drawer(page)
    moving = "it => getComputedStyle(it).animationName"
    assert drawer.evaluate(moving) == "none"
    assert page.locator(".card").first.evaluate(moving) == "none"


def test_an_answer_that_is_being_written_goes_on_beside_the_drawer(
    browser: Browser, tmp_path: Path
) -> None:
    enough = threading.Event()

    def slowly(_: object) -> Iterator[str]:
        yield f"{SENTENCE[:-1]} [A3]."
        while not enough.is_set():
            time.sleep(0.05)
            yield " And so on"
        yield "."

    with (
        ModelServer(slowly) as model,
        served(tmp_path / "rag", ROOT / "seeds", model.url) as home,
    ):
        try:
            page, watch = open_page(browser)
            page.goto(home)
            page.get_by_placeholder("Ask your documents").fill(QUESTION)
            page.keyboard.press("Enter")
            mark = marks(page).first
            expect(mark).to_have_accessible_name("Footnote 1, being checked")
            width = place_of(mark)[1]
            drawer = open_drawer(page)
            expect(drawer.locator(".about")).to_contain_text("being checked")
            written = len(page.locator(".answer").inner_text())
            page.wait_for_timeout(500)
            assert len(page.locator(".answer").inner_text()) > written
            page.keyboard.press("Escape")
            expect(mark).to_be_focused()
            page.wait_for_timeout(500)
            expect(mark).to_be_focused()
            mark.click()
        finally:
            enough.set()
        page.locator(".state:not(.note)").first.wait_for()
        expect(mark).not_to_have_class("mark pending")
        assert place_of(mark)[1] == width
        expect(drawer.locator(".about")).not_to_contain_text("being checked")
        expect(drawer.locator("mark#s0")).to_be_in_viewport(ratio=1)
        assert len(model.requests) == 1
        assert watch.foreign(home) == []
        assert watch.complaints == []
        page.context.close()

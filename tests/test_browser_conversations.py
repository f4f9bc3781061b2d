"""Conversations in a real browser: found again, stopped, asked again, edited, in two tabs."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag.conversations import Conversations
from tests.browser import CHROMIUM, PHONE, ROOT, ask, browsing, open_page, served
from tests.model_server import Fault, ModelServer, Part

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

QUESTION = "Who mediated the Cairo talks?"
OTHER = "Who is David Barnea?"
HOSTILE = "What do **these** $5 and $6 :smile: :red[mean] [x](http://far.invalid) ![y](http://far.invalid/y.png)?"
ENDED = ".state.answered, .state.partly, .state.not_found"
AT_ONCE = 10  # seconds, on a busy machine; a reply may take 50


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "rag"


@pytest.fixture(scope="module")
def home(data: Path) -> Iterator[str]:
    with served(data, ROOT / "seeds") as address:
        yield address


class SlowModel:
    """Says a word every fifth of a second, for two minutes or until it is told to be quick."""

    def __init__(self) -> None:
        self.quick = False
        self.silent = False

    def answer(self, _: list[dict[str, str]]) -> Iterator[Part]:
        """The pieces of one reply, the first words with a citation."""
        if self.silent:
            yield Fault.HANG
        yield "The talks were mediated [A1]. "
        for number in range(600):
            if self.quick and number > 2:
                return
            time.sleep(0.02 if self.quick else 0.2)
            yield f"word{number} "

    def hurry(self) -> None:
        """Come to an end, now and from now on."""
        self.quick = True


@pytest.fixture(scope="module")
def model() -> SlowModel:
    return SlowModel()


@pytest.fixture(scope="module")
def server(model: SlowModel) -> Iterator[ModelServer]:
    with ModelServer(model.answer) as running:
        yield running


@pytest.fixture(scope="module")
def prose(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application with a slow language model."""
    folder = tmp_path_factory.mktemp("prose")
    with served(folder / "rag", ROOT / "seeds", server.url) as address:
        yield address


@pytest.fixture(autouse=True)
def slow_again(model: SlowModel) -> None:
    model.quick, model.silent = False, False


def send(page: Page, question: str) -> None:
    page.get_by_placeholder("Ask your documents").fill(question)
    page.keyboard.press("Enter")


def rows(page: Page) -> Locator:
    return page.locator('.st-key-conversations [class*="st-key-open-"] p')


def is_named(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"\?conversation=[0-9a-f]{12}$"))


# kept


def test_a_reload_finds_the_conversation_and_it_goes_on(home: str, browser: Browser) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    is_named(page)
    said = page.locator(".answer").inner_html()
    page.reload()
    expect(page.locator(".answer")).to_have_count(1)
    assert page.locator(".answer").inner_html() == said
    ask(page, OTHER)
    page.reload()
    expect(page.locator(".question")).to_have_text([QUESTION, OTHER])
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_a_conversation_outlives_the_program(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "rag", ROOT / "seeds") as home:
        page, _ = open_page(browser)
        page.goto(home)
        ask(page, QUESTION)
        is_named(page)
        address = page.url.removeprefix(home)
        page.context.close()
    with served(tmp_path / "rag", ROOT / "seeds") as home:
        page, _ = open_page(browser)
        page.goto(home + address)
        page.locator(".answer a.mark").first.wait_for()
        expect(page.locator(".answer a.mark").first).to_be_visible()
        ask(page, "What did they agree?")
        expect(page.locator(".question")).to_have_count(2)
        page.context.close()


def test_another_tab_is_in_step(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    is_named(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".question")).to_have_text([QUESTION])
    ask(other, OTHER)
    ask(page, "Who is William Burns?")
    expect(page.locator(".question")).to_have_text([QUESTION, OTHER, "Who is William Burns?"])
    page.context.close()


def test_an_unknown_conversation_is_one_sentence(home: str, browser: Browser) -> None:
    page, watch = open_page(browser)
    page.goto(f"{home}/?conversation=<b>nothing</b>")
    notice = page.locator(".notice.error")
    expect(notice).to_have_text(
        "There is no conversation <b>nothing</b>; was it deleted? "
        "Your next question begins a new one."
    )
    ask(page, QUESTION)
    expect(notice).to_have_count(0)
    is_named(page)
    assert watch.complaints == []
    page.context.close()


def test_conversations_are_found_renamed_and_deleted(
    home: str, browser: Browser, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    ask(page, HOSTILE)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".question")).to_have_count(0)
    ask(page, "What did Antony Blinken say?")
    page.get_by_label("Search conversations").fill("**THESE** $5")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    assert rows(page).inner_text().replace("\u2060", "").startswith(HOSTILE[:60])
    rows(page).click()
    expect(page.locator(".question")).to_have_text([HOSTILE])
    page.get_by_role("button", name="Rename, export or delete").click()
    page.get_by_label("Title").fill("About <b>signs</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".current-title")).to_have_text("About <b>signs</b>")
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    assert download.value.suggested_filename == "About-b-signs-b.md"
    page.screenshot(path=tmp_path / "menu.png")
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".question")).to_have_count(0)
    expect(page.get_by_text("No conversation has these words.")).to_be_visible()
    assert page.locator("img").count() == 0
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_a_deleted_conversation_is_said_in_the_other_tab(
    home: str, browser: Browser, data: Path
) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    is_named(page)
    Conversations(data).delete(page.url.rpartition("=")[2])
    page.get_by_label("Search conversations").fill("x")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.error")).to_contain_text("This conversation was deleted.")
    expect(page.locator(".question")).to_have_count(0)
    page.context.close()


def test_an_answer_is_copied_with_its_footnotes(home: str, browser: Browser) -> None:
    page, watch = open_page(browser)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(home)
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy with footnotes").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert "mediated the Cairo talks.[1]" in copied
    assert "[1] ✓ supported\n    “Three countries" in copied
    assert watch.complaints == []
    page.context.close()


def test_a_kept_answer_says_that_its_source_has_changed(browser: Browser, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    file = documents / "cairo.md"
    text = (ROOT / "seeds" / "2024-08-26-cairo-talks.md").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    with served(tmp_path / "rag", documents) as home:
        page, _ = open_page(browser)
        page.goto(home)
        ask(page, QUESTION)
        is_named(page)
        address = page.url.removeprefix(home)
        page.context.close()
    file.write_text(text.replace("mediated the Cairo", "brokered the Cairo"), encoding="utf-8")
    with served(tmp_path / "rag", documents) as home:
        page, _ = open_page(browser)
        page.goto(home + address)
        page.locator(".answer a.mark").first.wait_for()
        expect(page.locator(".since-line")).to_contain_text("its sources have changed: of")
        note = page.locator(".footnotes .since").first
        expect(note).to_contain_text("Since then: The document does not have this any more")
        expect(note).to_contain_text("brokered the Cairo talks")
        page.screenshot(path=tmp_path / "since.png")
        page.locator(".footnotes li:has(.since) a").first.click()
        expect(page.locator("dialog.drawer mark#s0")).to_contain_text("brokered the Cairo talks")
        page.context.close()


# stopped, asked again, edited


def test_a_long_answer_is_stopped_and_what_was_said_is_kept(
    prose: str, browser: Browser, server: ModelServer, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(prose)
    server.abandoned.clear()
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    page.screenshot(path=tmp_path / "answering.png")
    begun = time.monotonic()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".state.incomplete")).to_contain_text("you stopped this answer")
    assert time.monotonic() - begun < AT_ONCE
    page.screenshot(path=tmp_path / "stopped.png")
    said = page.locator(".answer").inner_text()
    assert "word2" in said
    assert page.locator(".answer a.mark").first.get_attribute("class") == "mark not-checked"
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.get_by_text("Sentences found:")).to_be_visible()
    assert server.abandoned.wait(5)
    page.reload()
    expect(page.locator(".state.incomplete")).to_contain_text("you stopped this answer")
    assert page.locator(".answer").inner_text() == said
    assert watch.complaints == []
    page.context.close()


def test_a_silent_model_is_stopped_at_once_and_the_evidence_stays(
    prose: str, browser: Browser, model: SlowModel
) -> None:
    model.silent = True
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.locator(".sentences a").first.wait_for()
    page.get_by_text("The language model is being asked").wait_for()
    begun = time.monotonic()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".state.incomplete")).to_be_visible()
    assert time.monotonic() - begun < AT_ONCE
    expect(page.get_by_text("Sentences found:")).to_be_visible()
    page.context.close()


def test_an_answer_goes_on_while_the_conversations_are_searched(
    prose: str, browser: Browser, model: SlowModel, server: ModelServer, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(prose)
    server.abandoned.clear()
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    page.get_by_label("Search conversations").fill("mediated")
    page.keyboard.press("Enter")
    page.get_by_text("word12").wait_for()
    page.screenshot(path=tmp_path / "searched.png")
    expect(page.locator(".answer")).to_have_count(1)
    assert not server.abandoned.is_set()
    model.hurry()
    expect(page.locator(ENDED)).to_be_visible()
    expect(page.locator(".state.incomplete")).to_have_count(0)
    assert watch.complaints == []
    page.context.close()


def test_an_answer_goes_on_after_a_reload_in_the_middle_of_it(
    prose: str, browser: Browser, model: SlowModel
) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    is_named(page)
    page.reload()
    page.get_by_text("word10").wait_for()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    model.hurry()
    expect(page.locator(ENDED)).to_be_visible()
    expect(page.locator(".state.incomplete")).to_have_count(0)
    expect(page.locator(".question")).to_have_text([QUESTION])
    page.context.close()


def test_an_answer_goes_on_while_another_page_is_visited(
    prose: str, browser: Browser, model: SlowModel
) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    page.get_by_role("link", name="State").click()
    page.get_by_role("heading", name="State").wait_for()
    page.get_by_role("link", name="Ask").click()
    page.get_by_text("word10").wait_for()
    model.hurry()
    expect(page.locator(ENDED)).to_be_visible()
    page.context.close()


def test_another_tab_follows_the_answer_and_can_stop_it(prose: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    is_named(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_text("word8").wait_for()
    other.get_by_role("button", name="Stop").click()
    for one in (other, page):
        expect(one.locator(".state.incomplete")).to_contain_text("you stopped this answer")
        expect(one.locator(".answer")).to_contain_text("word8")
        expect(one.get_by_role("button", name="Stop")).to_have_count(0)
    page.context.close()


def test_an_open_tab_sees_what_another_one_asks(
    prose: str, browser: Browser, model: SlowModel
) -> None:
    model.quick = True
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.locator(ENDED).wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(ENDED).wait_for()
    model.quick = False
    send(other, "And why?")
    page.get_by_text("word6").wait_for()
    expect(page.locator(".question")).to_have_text([QUESTION, "And why?"])
    page.get_by_role("button", name="Stop").click()
    expect(other.locator(".state.incomplete")).to_be_visible()
    page.context.close()


def test_an_answer_whose_tab_was_closed_is_in_the_conversation(
    prose: str, browser: Browser, model: SlowModel
) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    is_named(page)
    address = page.url
    page.context.close()
    model.hurry()
    page, _ = open_page(browser)
    page.goto(address)
    expect(page.locator(ENDED)).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("word2")
    expect(page.locator(".state.incomplete")).to_have_count(0)
    page.context.close()


def test_a_second_question_waits_until_the_first_is_answered(
    prose: str, browser: Browser, model: SlowModel, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    send(page, OTHER)
    expect(page.get_by_text("This waits until the answer above is done.")).to_be_visible()
    page.get_by_text("word10").wait_for()
    page.screenshot(path=tmp_path / "waiting.png")
    expect(page.locator(".answer")).to_have_count(1)
    page.reload()
    expect(page.get_by_text("This waits until the answer above is done.")).to_be_visible()
    model.hurry()
    expect(page.locator(ENDED)).to_have_count(2)
    expect(page.locator(".question")).to_have_text([QUESTION, OTHER])
    expect(page.locator(".answer")).to_have_count(2)
    assert watch.complaints == []
    page.context.close()


def test_a_question_that_was_asked_from_afar_comes_into_view(
    prose: str, browser: Browser, model: SlowModel, tmp_path: Path
) -> None:
    model.quick = True
    page, _ = open_page(browser, PHONE)
    page.goto(prose)
    ask(page, QUESTION)
    page.locator(".stMain").evaluate("it => it.scrollTo(0, 0)")
    model.quick = False
    send(page, OTHER)
    expect(page.locator(".answer")).to_have_count(2)
    page.screenshot(path=tmp_path / "asked.png")
    expect(page.locator(".question").last).to_be_in_viewport(ratio=1)
    expect(page.locator(".answer").last).to_be_in_viewport()
    page.get_by_role("button", name="Stop").click()
    page.locator(".state.incomplete").wait_for()
    page.context.close()


def test_a_conversation_that_is_deleted_is_answered_no_more(
    prose: str, browser: Browser, server: ModelServer
) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    server.abandoned.clear()
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    page.get_by_role("button", name="Rename, export or delete").click()
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".question")).to_have_count(0)
    assert server.abandoned.wait(5)
    expect(page.locator(".notice.error")).to_have_count(0)
    page.context.close()


def test_the_last_question_is_asked_again(prose: str, browser: Browser, model: SlowModel) -> None:
    page, _ = open_page(browser)
    page.goto(prose)
    send(page, QUESTION)
    page.get_by_text("word2").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator(".state.incomplete").wait_for()
    model.quick = True
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".state.answered, .state.partly")).to_be_visible()
    expect(page.locator(".state.incomplete")).to_have_count(0)
    expect(page.locator(".question")).to_have_text([QUESTION])
    page.reload()
    expect(page.locator(".state.answered, .state.partly")).to_be_visible()
    expect(page.locator(".question")).to_have_text([QUESTION])
    page.context.close()


def test_the_last_question_is_put_in_other_words(
    home: str, browser: Browser, tmp_path: Path
) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    ask(page, OTHER)
    ask(page, "Who mediated the talks in Kairo?")
    expect(page.get_by_role("button", name="Edit the question")).to_have_count(1)
    page.get_by_role("button", name="Edit the question").click()
    page.get_by_label("The question").fill(QUESTION)
    page.screenshot(path=tmp_path / "edit.png")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".question")).to_have_text([OTHER, QUESTION])
    expect(page.locator(".answer").last).to_contain_text("mediated the Cairo talks")
    page.reload()
    expect(page.locator(".question")).to_have_text([OTHER, QUESTION])
    page.context.close()


def test_on_a_phone_the_list_makes_way_for_the_conversation(
    home: str, browser: Browser, tmp_path: Path
) -> None:
    page, watch = open_page(browser, PHONE)
    page.goto(home)
    ask(page, QUESTION)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    ask(page, OTHER)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_timeout(500)
    page.screenshot(path=tmp_path / "list.png")
    rows(page).filter(has_text=QUESTION).first.click()
    expect(page.locator(".question")).to_have_text([QUESTION])
    expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    assert watch.complaints == []
    page.context.close()

"""The whole way in a real browser: ask, read, hover, click, read the highlighted sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rag.feedback import feedback_file, read_feedback, standing
from tests.browser import CHROMIUM, COMPUTER, PHONE, ROOT, Scheme, ask, browsing, open_page, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

QUESTION = "Who mediated the Cairo talks?"
HOSTILE = """---
title: "<img src=http://far.invalid/t.png> ![x](http://far.invalid/t.png)"
---

Ann Ash, who keeps bees, said: ![x](http://far.invalid/x.png) <img src="http://far.invalid/y.png">.

The bees of Ann Ash cost $5 and $6 :red[today] <script>document.title = "broken"</script>.
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "rag"


@pytest.fixture(scope="module")
def home(data: Path) -> Iterator[str]:
    """Serve the documents of this copy out of a fresh data folder."""
    with served(data, ROOT / "seeds") as address:
        yield address


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(COMPUTER, "light"), (COMPUTER, "dark"), (PHONE, "light")],
    ids=["light", "dark", "phone"],
)
def test_a_question_leads_to_its_sentence(
    home: str, browser: Browser, size: tuple[int, int], scheme: Scheme, tmp_path: Path
) -> None:
    page, watch = open_page(browser, size, scheme)
    page.goto(home)
    ask(page, QUESTION)
    page.screenshot(path=tmp_path / "answer.png")
    answer = page.locator(".answer")
    for mediator in ("United States", "Qatar", "Egypt"):
        assert mediator in answer.inner_text()

    answer.locator("a.mark").first.click()
    sentence = page.locator("dialog.drawer mark#s0")
    sentence.wait_for()
    page.screenshot(path=tmp_path / "source.png")
    assert "the United States, Qatar and Egypt, mediated the Cairo talks." in sentence.inner_text()
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_the_highlighted_sentence_is_scrolled_into_view(home: str, browser: Browser) -> None:
    text = (ROOT / "seeds" / "2024-08-26-cairo-talks.md").read_text(encoding="utf-8")
    end = len(text.split("---\n", 2)[2].strip())
    page, watch = open_page(browser, PHONE)
    page.goto(f"{home}/?doc=2024-08-26-cairo-talks.md&s={end - 60}-{end}")
    assert page.url.startswith(f"{home}/source?doc=")
    expect(page.locator("mark#s0")).to_be_in_viewport(ratio=1)
    assert watch.complaints == []
    page.context.close()


def test_a_starter_question_is_answered_by_a_click(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    # a conversation that began with it is called so, too, at the side
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name=QUESTION).click()
    page.locator(".answer a.mark").first.wait_for()
    page.context.close()


def test_a_mark_is_reached_and_followed_by_keyboard(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    mark = page.locator(".answer a.mark").first
    mark.focus()
    page.keyboard.press("Enter")
    page.locator("dialog.drawer mark#s0").wait_for()
    page.context.close()


def test_hostile_documents_and_questions_load_and_run_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "![x](http:far).md").write_text(HOSTILE, encoding="utf-8")
    with served(tmp_path / "rag", documents) as home:
        page, watch = open_page(browser)
        page.goto(home)
        ask(page, "What do the bees of Ann Ash cost? ![x](http://far.invalid/z.png)")
        assert "$5 and $6 :red[today]" in page.locator("body").inner_text()
        page.get_by_text("Sentences found").click()
        page.locator(".sentences a").first.wait_for()
        page.locator(".footnotes a, .sentences a").last.click()
        drawer = page.locator("dialog.drawer")
        drawer.locator("mark#s0").wait_for()
        with page.context.expect_page() as opened:
            drawer.get_by_role("link", name="Permanent link").click()
        opened.value.locator("mark#s0").wait_for()
        page.screenshot(path=tmp_path / "hostile.png")
        assert page.locator("img").count() == 0
        assert opened.value.locator("img, main script").count() == 0
        assert page.title() == "Footnote"
        assert opened.value.title().startswith("<img src=http://far.invalid/t.png>")
        assert watch.foreign(home) == []
        assert watch.complaints == []
        page.context.close()


def test_an_opinion_is_given_by_keyboard_alone(
    home: str, browser: Browser, data: Path, tmp_path: Path
) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    ask(page, QUESTION)
    page.get_by_role("radio", name="Thumbs up").focus()
    page.keyboard.press("Space")
    page.get_by_text("Thank you, kept in").wait_for()
    page.get_by_role("button", name="Something wrong with a citation?").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="[2]").focus()
    page.keyboard.press("Space")
    reason = page.get_by_label("What is wrong? (optional)")
    reason.fill("another round")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    page.screenshot(path=tmp_path / "opinion.png")
    said = standing(read_feedback(feedback_file(data)).feedback)
    assert [(one.citation, one.opinion.value, one.reason) for one in said] == [
        (None, "good", ""),
        (2, "bad", "another round"),
    ]
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()

"""Documents in a real browser: brought, asked about, removed, asked again, in two tabs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser import CHROMIUM, ROOT, Watch, ask, browsing, open_page, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

BEES = "# The bees of Ann Ash\n\nAnn Ash keeps forty bees in Wick. They hum in the morning.\n"
QUESTION = "Who keeps forty bees in Wick?"
HOSTILE = "![x](far)<img src=far.png> :red[x].txt"
PATIENCE = 30_000  # milliseconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "seeds", tmp_path / "documents"))


@pytest.fixture
def home(tmp_path: Path, documents: Path) -> Iterator[str]:
    with served(tmp_path / "rag", documents) as address:
        yield address


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def open_documents(browser: Browser, home: str) -> tuple[Page, Watch]:
    page, watch = open_page(browser)
    page.goto(home)
    page.get_by_role("link", name="Documents").click()
    page.get_by_text("sentences are indexed").wait_for()
    return page, watch


def bring(page: Page, *files: FilePayload) -> Locator:
    """Give files to the page; returns the lines that tell of them, once they all have ended."""
    page.locator("input[type=file]").set_input_files(list(files))
    ended = page.locator(".arrivals li:not(.waiting):not(.saved)")
    expect(ended).to_have_count(len(files), timeout=PATIENCE)
    return ended


def choose_first_row(page: Page) -> None:
    """Choose the row, again if the list was drawn anew in that moment."""
    remove = page.get_by_role("button", name="Remove …")
    for _ in range(10):
        page.wait_for_timeout(500)
        box = page.locator("canvas").first.bounding_box()
        if box is not None:
            page.mouse.click(box["x"] + 16, box["y"] + 55)
            page.wait_for_timeout(1_500)
        if remove.is_visible():
            return
    raise AssertionError("no row could be chosen")


def answered_by(page: Page, name: str) -> bool:
    """Whether the last answer rests on a document; those before are kept as they were."""
    return name in page.get_by_test_id("stChatMessage").last.inner_text()


def test_a_file_is_brought_asked_about_removed_and_asked_about_again(
    browser: Browser, home: str, documents: Path, tmp_path: Path
) -> None:
    asking, _ = open_page(browser)
    asking.goto(home)
    ask(asking, QUESTION)
    assert not answered_by(asking, "bees.md")

    page, watch = open_documents(browser, home)
    lines = bring(page, file("bees.md", BEES), file("empty.txt", " "))
    page.screenshot(path=tmp_path / "brought.png")
    assert lines.all_inner_texts()[0].endswith("empty.txt is empty; put text into it or remove it.")
    assert lines.all_inner_texts()[1].endswith("bees.md – added")
    assert (documents / "bees.md").read_text(encoding="utf-8") == BEES

    ask(asking, QUESTION)  # in the tab that was open all the time
    assert answered_by(asking, "(bees.md)")

    choose_first_row(page)
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("bees.md is removed; its file is now").wait_for()
    page.screenshot(path=tmp_path / "removed.png")
    assert not (documents / "bees.md").exists()

    asking.reload()
    ask(asking, QUESTION)
    assert not answered_by(asking, "(bees.md)")
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()
    asking.context.close()


def test_a_file_that_is_put_into_the_folder_appears_in_every_tab(
    browser: Browser, home: str, documents: Path
) -> None:
    page, _ = open_documents(browser, home)
    page.get_by_text("26 documents with").wait_for()
    asking, _ = open_page(browser)
    asking.goto(home)
    (documents / "bees.md").write_text(BEES, encoding="utf-8")
    page.get_by_text("27 documents with").wait_for(timeout=PATIENCE)
    ask(asking, QUESTION)
    assert answered_by(asking, "(bees.md)")
    page.context.close()
    asking.context.close()


def test_a_taken_name_is_replaced_only_after_a_click(
    browser: Browser, home: str, documents: Path
) -> None:
    page, _ = open_documents(browser, home)
    name = "2024-08-26-cairo-talks.md"
    before = (documents / name).read_text(encoding="utf-8")
    bring(page, file(name, BEES))
    page.get_by_role("button", name="Replace").wait_for()
    assert (documents / name).read_text(encoding="utf-8") == before
    page.get_by_role("button", name="Replace").click()
    expect(page.locator(".arrivals .changed")).to_have_count(1, timeout=PATIENCE)
    assert (documents / name).read_text(encoding="utf-8") == BEES
    page.context.close()


def test_hostile_names_are_text_wherever_they_stand(
    browser: Browser, home: str, documents: Path, tmp_path: Path
) -> None:
    (documents / HOSTILE.replace(":", "-")).write_text("Moths fly at night.", encoding="utf-8")
    page, watch = open_documents(browser, home)
    page.get_by_text("27 documents with").wait_for(timeout=PATIENCE)
    bring(page, file(HOSTILE, "Moths fly in the evening."), file(f"{HOSTILE}.exe", "x"))
    page.screenshot(path=tmp_path / "brought.png")
    choose_first_row(page)
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="Ask").click()
    page.get_by_role("button", name="Narrow").click()
    page.get_by_placeholder("Choose, or type").fill(HOSTILE[:8])
    page.keyboard.press("Enter")
    page.screenshot(path=tmp_path / "narrowed.png")
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-chips button").first).to_contain_text("![x](far")
    assert page.locator("img").count() == 0
    assert watch.foreign(home) == []
    assert watch.complaints == []
    page.context.close()


def test_a_question_is_narrowed_and_widened_again(browser: Browser, home: str) -> None:
    page, watch = open_page(browser)
    page.goto(home)
    page.get_by_role("button", name="Narrow").click()
    page.get_by_placeholder("Choose, or type").fill("*hostages*")
    page.keyboard.press("Enter")
    page.locator(".st-key-chips button").first.wait_for()
    page.keyboard.press("Escape")
    ask(page, "Who mediated the Cairo talks?")
    expect(page.locator(".question + .chips, .chips li").first).to_contain_text("*hostages*")
    assert not answered_by(page, "(2024-08-26-cairo-talks.md)")
    page.locator(".st-key-chips button").click()
    expect(page.locator(".st-key-chips button")).to_have_count(0)
    ask(page, "Who mediated the Cairo talks?")
    assert answered_by(page, "(2024-08-26-cairo-talks.md)")
    assert watch.complaints == []
    page.context.close()


def test_a_scope_that_holds_nothing_is_one_sentence(browser: Browser, home: str) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    page.get_by_role("button", name="Narrow").click()
    page.get_by_placeholder("Choose, or type").fill("nothing*")
    page.keyboard.press("Enter")
    page.locator(".st-key-chips button").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_placeholder("Ask your documents").fill("Who mediated the Cairo talks?")
    page.keyboard.press("Enter")
    page.get_by_text("No document has the name, folder, tag or date that was asked for").wait_for()
    page.context.close()


def test_the_first_documents_are_brought_where_one_asks(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "first.txt").write_text("Something must be read at first.")
    with served(tmp_path / "rag", tmp_path / "documents") as home:
        page, _ = open_documents(browser, home)
        choose_first_row(page)
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_text("is removed;").wait_for()
        page.get_by_role("link", name="Ask").click()
        page.get_by_text("No documents yet").wait_for()
        page.locator("input[type=file]").set_input_files([file("bees.md", BEES)])
        page.get_by_text("1 document ·").wait_for(timeout=PATIENCE)
        ask(page, QUESTION)
        assert answered_by(page, "(bees.md)")
        page.context.close()

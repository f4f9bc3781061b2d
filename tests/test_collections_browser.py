"""Collections in a real browser: turned to, linked to, and seen by those who may."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.collections import make
from rag.config import Config
from tests.browser import CHROMIUM, RAG, ROOT, ask, browsing, free_port, open_page, served, settle
from tests.small import write_folder
from tests.test_collections_app import ACCESS, BEN
from tests.test_login import ANN, ORIGIN, SETTINGS, cookie
from tests.test_served import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]
LEAVE = {"leave.md": "# Leave\n\nParents may take twelve weeks of leave. It is paid in full.\n"}
TEA = {"leave.md": "# Leaves\n\nTea leaves are dried for twelve hours. Then they are packed.\n"}
QUESTION = "How long are tea leaves dried?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


def filled(folder: Path) -> Path:
    """Two collections with the same file name; returns the documents of the usual one."""
    documents = write_folder(folder / "tea", TEA)
    make(Config(data=folder / "rag"), "hr", write_folder(folder / "hr", LEAVE), "minilm")
    command = [*RAG, "--data", str(folder / "rag"), "--collection", "hr", "ingest"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return documents


def turn_to(page: Page, name: str) -> None:
    settle(page)
    page.get_by_test_id("stSelectbox").locator("input").click()
    page.get_by_role("option", name=name).click()
    page.wait_for_url(f"**collection={name}*")
    settle(page)


def test_each_collection_has_its_answers_sources_and_conversations(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path / "rag", filled(tmp_path)) as home:
        page, watch = open_page(browser)
        page.goto(home)
        ask(page, QUESTION)
        expect(page.get_by_text("Tea leaves are dried").first).to_be_attached()
        turn_to(page, "hr")
        expect(page.locator(".question")).to_have_count(0)
        expect(page.get_by_text("None yet.")).to_be_visible()
        ask(page, "How many weeks of leave may parents take?")
        page.locator(".answer a.mark").first.click()
        expect(page.locator(".drawer .source")).to_contain_text("Parents may take twelve weeks")
        link = page.url
        other, _ = open_page(browser)
        other.goto(link)
        expect(other.locator(".question")).to_have_text("How many weeks of leave may parents take?")
        assert watch.complaints == []
        assert watch.foreign(home.rstrip("/")) == []


def test_those_who_have_signed_in_see_what_is_theirs(browser: Browser, tmp_path: Path) -> None:
    documents = filled(tmp_path)
    (tmp_path / "access.toml").write_text(ACCESS, encoding="utf-8")
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    (tmp_path / "secrets.toml").write_text(SETTINGS.replace(ORIGIN, home), encoding="utf-8")
    more = {
        "RAG_DOCUMENTS": str(documents),
        "RAG_ACCESS_FILE": str(tmp_path / "access.toml"),
        "RAG_KEEP_ASKERS": "on",
        "OPENAI_API_KEY": "",
    }
    flags = ("--server.address", "127.0.0.1", "--secrets.files", str(tmp_path / "secrets.toml"))
    with serving("app.py", tmp_path, *flags, port=str(port), **more):
        for user, sees in ((BEN, False), (ANN, True)):
            page, _ = open_page(browser)
            name, _, value = cookie({**user, "origin": home}).partition("; ")[2].partition("=")
            page.context.add_cookies([{"name": name, "value": value, "url": home}])
            page.goto(f"{home}/?collection=hr")
            if sees:
                ask(page, "How many weeks of leave may parents take?")
                continue
            expect(page.locator(".notice.error")).to_contain_text(
                "There is no collection 'hr'; there is default."
            )
            assert "twelve weeks" not in page.content()
        assert "twelve weeks" in page.content()
        _take_away(tmp_path / "access.toml", page)
    kept = tmp_path / "rag" / "collections" / "hr" / "asked.jsonl"
    assert "Ann@Example.org" in kept.read_text(encoding="utf-8")
    names = [path for path in tmp_path.rglob("*") if path.is_file() and _holds(path)]
    assert names == [kept]


def _take_away(access: Path, page: Page) -> None:
    """A page that stays open is emptied, without a click, once its reader is not among those."""
    access.write_text('default = ["*"]', encoding="utf-8")
    expect(page.locator(".notice.error")).to_contain_text(
        "There is no collection 'hr'; there is default.", timeout=20_000
    )
    assert "twelve weeks" not in page.content()


def _holds(path: Path) -> bool:
    return path.suffix != ".toml" and b"ann@example.org" in path.read_bytes().lower()

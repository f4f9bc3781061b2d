"""What fails in a page is a sentence with an id, in a run, a callback and a fragment."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import CHROMIUM, browsing, open_page
from tests.mishap import CANARY
from tests.test_served import Served, logged, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving("tests/failing_app.py", tmp_path_factory.mktemp("failing")) as one:
        yield one


@pytest.mark.parametrize("where", ["run", "callback", "fragment"])
def test_a_page_that_fails_says_a_sentence_and_the_log_the_rest(
    browser: Browser, served: Served, where: str, tmp_path: Path
) -> None:
    page, _ = open_page(browser)
    page.goto(f"http://{served.host}")
    page.get_by_role("button", name=f"Fail in a {where}").click()
    notice = page.locator(".notice.error")
    notice.wait_for()
    page.screenshot(path=tmp_path / "failure.png")
    found = re.fullmatch(
        r"Something went wrong \(error id ([0-9a-f]{8})\); the log holds the rest\.",
        notice.inner_text(),
    )
    assert found
    assert CANARY not in page.content() + logged(served, f"error id {found[1]}")
    assert not re.search(r"Traceback|RuntimeError|\.py", page.locator("body").inner_text())
    page.context.close()


def test_a_download_that_fails_says_no_more(browser: Browser, served: Served) -> None:
    page, _ = open_page(browser)
    page.goto(f"http://{served.host}")
    page.get_by_role("button", name="Fail in a download").click()
    page.get_by_text("Failed to generate file").first.wait_for()
    assert CANARY not in page.content() + logged(served, "Error executing deferred callable")
    page.context.close()

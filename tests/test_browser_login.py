"""Signing in, in a real browser, with a real provider of OpenID Connect on this machine."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, ROOT, Start, ask, browsing, free_port, open_page, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

ANN = {"sub": "ann", "email": "Ann@Example.org", "email_verified": True}
EVE = {"sub": "eve", "email": "eve@far.example.org", "email_verified": True}
MAL = {"sub": "mal", "email": "ann@example.org", "email_verified": False}
QUESTION = "Who mediated the Cairo talks?"
BESIDE = ["/source/x", "/report/x/report.html", "/media/x", "/_stcore/upload_file/a/b"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider that knows three people, and asks for no password."""
    port = free_port()
    users = [word for one in (ANN, EVE, MAL) for word in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *users]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def home(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("login")
    with with_login(folder, provider) as address:
        yield address


@contextmanager
def with_login(folder: Path, provider: str) -> Iterator[str]:
    """Serve the seeds to those who sign in and are among the readers; yields the address."""
    port = free_port()
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        "[auth]\n"
        f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        f'cookie_secret = "{"c" * 32}"\n'
        'client_id = "footnote"\n'
        'client_secret = "a secret between the two"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    start = Start(port, folder, {"RAG_READERS": "ann@example.org"})
    with served(folder / "rag", ROOT / "seeds", start=start) as home:
        yield home


def sign_in(page: Page, home: str, name: str) -> None:
    """Go the whole way: to the provider, be somebody there, and back."""
    page.goto(home)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"{home}/**")


def sign_out(page: Page, home: str) -> None:
    """Sign out, here and at the provider, and come back as nobody."""
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="End").or_(page.locator("form")).first.wait_for()
    page.goto(home)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_reader_signs_in_asks_and_signs_out(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    expect(page.get_by_text("Sign in to read and ask these documents.")).to_be_visible()
    assert page.get_by_placeholder("Ask your documents").count() == 0
    sign_in(page, home, "ann")
    ask(page, QUESTION)
    page.reload()
    expect(page.locator(".state:not(.note)")).to_be_visible()
    sign_out(page, home)
    assert page.locator(".state").count() == 0


@pytest.mark.parametrize("name", ["eve", "mal"])
def test_one_who_is_no_reader_sees_no_document(home: str, browser: Browser, name: str) -> None:
    page, _ = open_page(browser)
    sign_in(page, home, name)
    expect(page.get_by_text("not among the readers")).to_be_visible()
    assert page.get_by_placeholder("Ask your documents").count() == 0
    assert {page.request.get(f"{home}{address}").status for address in BESIDE} <= {401, 403}
    sign_out(page, home)


def test_who_denies_at_the_provider_comes_back_signed_out(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    page.goto(home)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{home}/**")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_the_addresses_beside_the_pages_ask_for_the_login_too(home: str, browser: Browser) -> None:
    page, _ = open_page(browser)
    assert {page.request.get(f"{home}{address}").status for address in BESIDE} <= {401, 403}


def test_a_provider_that_is_away_is_one_sentence(tmp_path: Path, browser: Browser) -> None:
    with with_login(tmp_path, f"http://127.0.0.1:{free_port()}") as home:
        page, _ = open_page(browser)
        page.goto(home)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("Signing in did not work")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def _wait_for(port: int, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as line:
                line.request("GET", "/.well-known/openid-configuration")
                assert line.getresponse().status == 200, urlsplit(f"http://127.0.0.1:{port}")
                return
        except OSError:
            assert time.monotonic() < until, "the provider does not answer"
            time.sleep(0.1)

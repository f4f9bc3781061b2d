"""A real browser on the real application, for the tests and for the pictures in ``docs``."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
RAG = [sys.executable, "-c", "from rag.cli import main; main()"]
COMPUTER = (1180, 900)
PHONE = (390, 844)
expect.set_options(timeout=15_000)  # other programs may want the processor too
Scheme = Literal["light", "dark"]


@dataclass
class Watch:
    """What a page asked for and complained about."""

    addresses: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hear(self, line: ConsoleMessage) -> None:
        """Keep an error of the console."""
        self.complaints += [line.text] * (line.type == "error")

    def follow(self, page: Page) -> None:
        """Keep the web sockets of a page, which are no requests."""
        page.on("websocket", lambda socket: self.addresses.append(socket.url))

    def foreign(self, home: str) -> list[str]:
        """Return the addresses that are not on the server at ``home``."""
        ours = (home, home.replace("http:", "ws:"), "data:", f"blob:{home}")
        return [address for address in self.addresses if not address.startswith(ours)]


@dataclass(frozen=True)
class Start:
    """How the application is started: its port, the folder it is started in, further settings."""

    port: int
    folder: Path = ROOT
    settings: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def served(
    folder: Path,
    documents: Path,
    model: str = "",
    key: str = "",
    start: Start | None = None,
) -> Iterator[str]:
    """Serve the application over an index of ``documents``; yields its address.

    ``model`` is the base URL of a language model server, ``key`` its key.
    """
    start = start or Start(free_port())
    environment = _environment(folder, documents)
    environment |= {"OPENAI_BASE_URL": model, "OPENAI_API_KEY": key, **start.settings}
    subprocess.run([*RAG, "ingest"], env=environment, cwd=ROOT, check=True, capture_output=True)
    command = [*RAG, "app", "--port", str(start.port)]
    with subprocess.Popen(
        command, env=environment, cwd=start.folder, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield _address(server)
        finally:
            server.terminate()


@contextmanager
def running(application: Path, folder: Path, documents: Path, model: str = "") -> Iterator[str]:
    """Serve another application, made for a test, over the same settings; yields its address."""
    port = str(free_port())
    command = [sys.executable, "-m", "streamlit", "run", str(application), "--server.port", port]
    environment = _environment(folder, documents) | {"OPENAI_BASE_URL": model}
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield _address(server)
        finally:
            server.terminate()


def index(folder: Path, documents: Path) -> None:
    """Bring an index of ``documents`` into step, whatever fails of them."""
    environment = _environment(folder, documents)
    subprocess.run([*RAG, "ingest"], env=environment, cwd=ROOT, check=False, capture_output=True)


@contextmanager
def browsing(*arguments: str) -> Iterator[Browser]:
    """Run a headless Chromium, with further arguments where there are any."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments]
        )
        yield browser
        browser.close()


def open_page(
    browser: Browser,
    size: tuple[int, int] = COMPUTER,
    scheme: Scheme = "light",
    *,
    ignores_policy: bool = False,
) -> tuple[Page, Watch]:
    """Open an empty page of a new visitor, watched from its first request on.

    With ``ignores_policy`` the browser acts as if no page had a content security policy.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        device_scale_factor=2,
        bypass_csp=ignores_policy,
    )
    watch = Watch()
    context.on("request", lambda request: watch.addresses.append(request.url))
    context.on("console", watch.hear)
    context.on("weberror", lambda error: watch.complaints.append(str(error.error)))
    context.on("page", watch.follow)
    return context.new_page(), watch


def ask(page: Page, question: str) -> None:
    """Type a question and wait for the end of its answer."""
    settle(page)  # what is about to leave the page is not counted
    answers = page.locator(".state:not(.note)")
    before = answers.count()
    page.get_by_placeholder("Ask your documents").fill(question)
    page.keyboard.press("Enter")
    answers.nth(before).wait_for()


def settle(page: Page) -> None:
    """Wait until the page is drawn: what was there before, and is not any more, goes last."""
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()


def _environment(folder: Path, documents: Path) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    settings = {"RAG_DATA": str(folder), "RAG_DOCUMENTS": str(documents), "PYTHONPATH": path}
    unset = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "", "RAG_MODEL": "", "RAG_EMBEDDING": ""}
    return {**os.environ, **unset, **settings}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(server: subprocess.Popen[str]) -> str:
    """Wait for the line in which the server says where it is."""
    assert server.stdout is not None
    for line in server.stdout:
        if "http://" in line:
            return line[line.index("http://") :].strip()
    raise AssertionError("the server ended before it served anything")

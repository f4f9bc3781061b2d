"""The application as it is really served: its doors, its headers, what it says when it fails."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser import ROOT, free_port
from tests.mishap import CANARY

SHORT = {"RAG_WATCH": "off", "OPENAI_API_KEY": CANARY, "OPENAI_BASE_URL": "", "RAG_MODEL": ""}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Served:
    """An application that is being served, and what it wrote to its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, host: str = "", **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Ask for a path by a name, in a request with these headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": host or self.host, **named})
        answer = connection.getresponse()
        body = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, body, {n.lower(): v for n, v in answer.getheaders()}


@contextmanager
def serving(
    application: str, folder: Path, *flags: str, port: str = "", **settings: str
) -> Iterator[Served]:
    number, log = int(port or free_port()), folder / "log"
    command = [sys.executable, "-m", "streamlit", "run", application, "--server.port", str(number)]
    environment = {**os.environ, **SHORT, "RAG_DATA": str(folder / "rag"), **settings}
    environment |= {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*command, *flags], env=environment, cwd=ROOT, stdout=out, stderr=out
        ) as process,
    ):
        try:
            served = Served(number, log)
            while process.poll() is None and not _is_up(served):
                pass
            yield served
        finally:
            process.terminate()


def _is_up(served: Served) -> bool:
    try:
        return served.ask("/_stcore/health")[0] == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving("tests/failing_app.py", tmp_path_factory.mktemp("served")) as one:
        yield one


PATHS = [
    "/",
    "/documents",
    "/source?doc=x",
    "/_stcore/health",
    "/report/x",
    "/static/x",
    "/assets/",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_address_is_deaf_to_a_name_that_is_not_ours(served: Served, path: str) -> None:
    status, body, headers = served.ask(path, f"far.invalid:{served.port}")
    assert status == 403
    assert body.endswith("put the name into RAG_HOSTS.")
    assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", PATHS)
def test_every_address_is_deaf_to_another_page(served: Served, path: str) -> None:
    assert served.ask(path, Origin="http://far.invalid")[0] == 403
    assert served.ask(path, Origin=f"http://127.0.0.1:{served.port + 1}")[0] == 403
    assert served.ask(path, Origin=f"http://{served.host}")[0] != 403


def test_the_socket_opens_to_our_own_page_only(served: Served) -> None:
    """Streamlit itself lets in all of this machine, and asks a server far away about others."""
    own = f"http://{served.host}"
    assert served.ask("/_stcore/stream", Origin=own, **UPGRADE)[0] == 101
    assert served.ask("/_stcore/stream", Origin="http://far.invalid", **UPGRADE)[0] == 403
    assert served.ask("/_stcore/stream", Origin="http://localhost:1", **UPGRADE)[0] == 403
    assert served.ask("/_stcore/stream", "far.invalid", Origin=own, **UPGRADE)[0] == 403


@pytest.mark.parametrize("path", ["/fails", "/fails-at-once"])
def test_an_address_that_fails_says_a_sentence_and_the_log_the_rest(
    served: Served, path: str
) -> None:
    status, body, headers = served.ask(path)
    found = re.search(r"Something went wrong \(error id ([0-9a-f]{8})\); the log", body)
    assert found
    assert status == 500
    log = logged(served, f"error id {found[1]}")
    assert "in fail" in log
    assert CANARY not in body + log
    assert not re.search("Traceback|RuntimeError|/tests/", body)
    assert "default-src 'self'" in headers["content-security-policy"]


def logged(served: Served, words: str) -> str:
    """The log, once it has these words; it is written when the answer is already there."""
    for _ in range(100):
        if words in served.log:
            return served.log
        time.sleep(0.1)
    raise AssertionError(f"{words} is not in the log")


def test_nothing_says_what_the_server_is_made_of(served: Served) -> None:
    status, body, _ = served.ask("/source?doc=" + "%00" * 3 + "x" * 3_000)
    assert status in {404, 503}
    assert "Traceback" not in body


def test_the_first_script_of_a_page_keeps_it_where_it_is(served: Served) -> None:
    status, body, headers = served.ask("/", Accept="text/html", Accept_Encoding="gzip")
    assert status == 200
    assert body.index("assets/stay.js") < body.index("<script", body.index("assets/stay.js"))
    assert int(headers["content-length"]) == len(body.encode())
    assert "navigate" in served.ask("/assets/stay.js")[1]


REFUSED = {
    "by a flag": (("--server.address", "0.0.0.0"), {}),
    "by the environment of Streamlit": ((), {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}),
    "by a name": ((), {"RAG_HOSTS": "notes.example.org"}),
}


@pytest.mark.parametrize("way", REFUSED)
def test_it_does_not_start_where_others_could_read(way: str, tmp_path: Path) -> None:
    flags, settings = REFUSED[way]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *flags]
    environment = {**os.environ, **SHORT, "RAG_DATA": str(tmp_path), **settings}
    environment["STREAMLIT_SERVER_PORT"] = str(free_port())
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "rag: " in done.stderr
    assert "docs/serving.md" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_refuses_too_and_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rag", "app", "--address", "192.0.2.1"]
    environment = {**os.environ, **SHORT, "RAG_DATA": str(tmp_path)}
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("rag: The chat would be served at 192.0.2.1, where others")


def test_with_an_override_it_starts_and_knows_its_names(tmp_path: Path) -> None:
    with serving(
        "app.py",
        tmp_path,
        *("--server.address", "0.0.0.0"),
        RAG_WITHOUT_LOGIN="on",
        RAG_HOSTS="notes.example.org",
    ) as served:
        assert served.ask("/", "notes.example.org")[0] == 200
        assert served.ask("/", "far.invalid")[0] == 403

"""``rag api`` and ``rag token`` as processes: what is said, and how they end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rag.api.serve import listening
from rag.api.settings import ApiSettings
from rag.config import Config
from rag.libraries import opened
from tests.api import QUESTION
from tests.model_server import ModelServer
from tests.small import write_folder

RAG = [sys.executable, "-m", "rag"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The small documents, indexed; a server makes the vectors, no model is set."""
    folder = tmp_path_factory.mktemp("command")
    with ModelServer(models=("words",)) as server:
        environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("RAG_")},
            "RAG_DATA": str(folder / "data"),
            "RAG_DOCUMENTS": str(write_folder(folder / "documents")),
            "RAG_EMBEDDING": "openai:words",
            "OPENAI_BASE_URL": server.url,
        }
        subprocess.run([*RAG, "ingest"], env=environment, check=True, capture_output=True)
        yield environment


@contextmanager
def serving(
    environment: dict[str, str],
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``rag api`` on a free port; yields its address when it listens."""
    command = [*RAG, "api", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            assert "documents on http://" in line, line
            yield line.split()[4].removesuffix("/v1;"), process
        finally:
            process.kill()


def failed(environment: dict[str, str], *words: str) -> str:
    """What a command that fails says."""
    done = subprocess.run(
        [*RAG, *words], env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_answers_and_ends_when_it_is_stopped(environment: dict[str, str]) -> None:
    with serving(environment) as (url, process):
        body = {"question": QUESTION, "mode": "quotes"}
        record = httpx.post(f"{url}/ask", json=body, timeout=60).json()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read() if process.stderr else ""
        assert process.wait(15) == 0
    assert record["citations"][0]["document"] == "talks.md"
    assert said == "rag: the API has stopped.\n"


def test_it_owns_nothing_and_sees_what_another_process_changes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "new.txt").write_text("Otto Bach sells umbrellas in Ghent.\n", encoding="utf-8")
    question = {"question": "Who sells umbrellas in Ghent?", "mode": "quotes"}
    with serving(environment) as (url, _):
        ingest = [*RAG, "ingest", str(tmp_path / "new.txt")]
        subprocess.run(ingest, env=environment, check=True, capture_output=True)
        record = httpx.post(f"{url}/ask", json=question, timeout=60).json()
        remove = [*RAG, "documents", "remove", "new.txt"]
        subprocess.run(remove, env=environment, check=True, capture_output=True)
        gone = httpx.post(f"{url}/ask", json=question, timeout=60).json()
    assert record["citations"][0]["document"] == "new.txt"
    assert "new.txt" not in {one["document"] for one in gone["citations"] + gone["nearest"]}


def test_a_port_that_is_taken_is_named(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = failed(environment, "api", "--port", str(taken.getsockname()[1]))
    assert "choose another with --address and --port" in said


def test_nobody_waits_at_a_door_behind_which_nothing_answers_yet() -> None:
    with listening(ApiSettings(port=0)) as door, pytest.raises(ConnectionRefusedError):
        socket.create_connection(door.getsockname(), timeout=5)


def test_it_does_not_listen_to_everybody_without_tokens(environment: dict[str, str]) -> None:
    assert "RAG_API_TOKENS" in failed(environment, "api", "--address", "0.0.0.0")


def test_a_token_is_made_kept_as_a_hash_and_asked_for(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "tokens"
    make = [*RAG, "token", "anna", "--file", str(file)]
    token = subprocess.run(make, env=environment, check=True, capture_output=True, text=True).stdout
    with serving(environment | {"RAG_API_TOKEN_FILE": str(file)}) as (url, _):
        without = httpx.get(f"{url}/documents", timeout=60)
        headers = {"Authorization": f"Bearer {token.strip()}"}
        listed = httpx.get(f"{url}/documents", headers=headers, timeout=60)
    assert (without.status_code, listed.status_code) == (401, 200)
    assert token.strip() not in file.read_text(encoding="utf-8")


def test_a_name_that_no_token_can_have_is_said(environment: dict[str, str]) -> None:
    assert "cannot name a token" in failed(environment, "token", "a b")


def test_the_data_folder_stays_free(environment: dict[str, str]) -> None:
    config = Config(
        data=Path(environment["RAG_DATA"]),
        embedding="openai:words",
        base_url=environment["OPENAI_BASE_URL"],
    )
    with serving(environment), opened(config, change=True) as library:
        assert library.is_owner

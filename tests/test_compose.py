"""``compose.yaml`` and ``Dockerfile``: everything in them is there, and our programs understand it.

No image is built here. The commands run as plain processes.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from rag.config import read_config
from tests.servers import PASSWORD, Server, chroma, free_port, postgres
from tests.small import write_folder

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: it for name, it in SERVICES.items() if it.get("build") == "."}
SECRET = re.compile(r"\$\{\w+(:[-?][^}]*)?\}")
CHROMA = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"


def plain(words: list[str]) -> list[str]:
    """The same command in this Python, whatever is called by its name on this machine."""
    programs = {"rag": ["-m", "rag"], "chroma": ["-c", CHROMA], "python": []}
    return [sys.executable, *programs[words[0]], *words[1:]]


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Values as they are where nothing is set outside."""
    return {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text) for name, text in environment.items()}


def test_the_whole_set_is_there() -> None:
    assert set(SERVICES) == {"ledger", "index", "worker", "api", "app"}
    assert (SERVICES["api"]["deploy"], SERVICES["worker"]["deploy"]) == (
        {"replicas": 3},
        {"replicas": 2},
    )


@pytest.mark.parametrize("name", OURS)
def test_a_command_and_its_flags_are_understood(name: str) -> None:
    words = [*plain(OURS[name]["command"]), "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_whether_it_is_well_and_is_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    how, *words = SERVICES[name]["healthcheck"]["test"]
    assert how == "CMD"
    if words[0] == "python":
        compile(words[2], name, "exec")


def test_only_this_machine_reaches_what_is_open() -> None:
    ports = {name: it["ports"] for name, it in SERVICES.items() if "ports" in it}
    assert set(ports) == {"api", "app"}
    assert all(port.startswith("127.0.0.1:") for some in ports.values() for port in some)


def test_no_secret_is_written_in_it() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASS|KEY|TOKEN", name):
                assert SECRET.fullmatch(value), name
    assert "@" not in re.sub("footnote@ledger", "", str(SERVICES)), "nor in an address"


def test_versions_are_pinned() -> None:
    images = [it["image"] for it in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.search(r":\d+\.\d+(\.\d+)?(-\w+)*$", image) for image in images), images
    assert "make .venv/.run" in DOCKERFILE, "which installs requirements/run.txt with its hashes"


def test_the_chroma_server_is_the_one_that_is_pinned() -> None:
    assert SERVICES["index"]["image"] == SERVICES["api"]["image"]
    pins = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    assert re.search(r"^chromadb==\d", pins, re.MULTILINE)


def test_what_the_image_is_made_of_is_there_and_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_in, source


def test_the_image_is_run_by_a_user_without_rights() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["footnote"]
    assert DOCKERFILE.index("USER footnote") < DOCKERFILE.index("CMD")


@pytest.mark.parametrize("name", ["worker", "api", "app"])
def test_the_settings_put_a_process_on_both_servers(name: str) -> None:
    config = read_config(settings(OURS[name]["environment"]))
    assert config.is_shared
    assert config.embedding == "minilm"
    assert not config.has_model
    assert config.watch is (name != "app"), "the workers follow the folder"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with postgres(is_durable=False) as ledger, chroma() as index:
        yield ledger, index


@pytest.mark.servers
def test_the_commands_find_each_other_and_their_checks_say_well(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    documents = write_folder(tmp_path / "documents")
    ports = {"8501": str(free_port()), "8502": str(free_port())}
    with ExitStack() as stack:
        for name in ("worker", "api", "app"):
            environment = served(name, servers) | {
                "RAG_DOCUMENTS": str(documents),
                "RAG_DATA": str(tmp_path / name),
            }
            words = [ports.get(word, word) for word in plain(OURS[name]["command"])]
            stack.enter_context(running(words, environment))
            check = [moved(word, ports) for word in plain(OURS[name]["healthcheck"]["test"][1:])]
            until_well(check, environment)
        url = f"http://127.0.0.1:{ports['8501']}/source?doc=talks.md"
        until_well([sys.executable, "-c", f"from urllib.request import urlopen; urlopen({url!r})"])
        with urlopen(f"http://127.0.0.1:{ports['8502']}/documents", timeout=20) as reply:
            assert b"talks.md" in reply.read()


def served(name: str, servers: tuple[Server, Server]) -> dict[str, str]:
    """The settings of a service, with the addresses and the password of these servers."""
    ledger, index = servers
    bare = ledger.url.replace(f":{PASSWORD}@", "@")
    environment = settings(OURS[name]["environment"])
    assert "ledger:5432" in environment["RAG_LEDGER_URL"]
    return environment | {
        "RAG_LEDGER_URL": bare,
        "RAG_CHROMA_URL": index.url,
        "PGPASSWORD": PASSWORD,
    }


def moved(word: str, ports: Mapping[str, str]) -> str:
    for port, other in ports.items():
        word = word.replace(port, other)
    return word


@contextmanager
def running(words: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """A process that is ended with the block."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("RAG_")}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        words, env=kept | dict(environment), cwd=ROOT, stderr=quiet, stdout=quiet
    ) as process:
        try:
            yield
        finally:
            process.kill()


def until_well(check: list[str], environment: Mapping[str, str] | None = None) -> None:
    """Ask until the answer is yes."""
    until = time.monotonic() + 60
    words = {**os.environ, **(environment or {})}
    while (
        done := subprocess.run(check, env=words, cwd=ROOT, capture_output=True, check=False)
    ).returncode:
        assert time.monotonic() < until, done.stderr.decode()
        time.sleep(0.2)

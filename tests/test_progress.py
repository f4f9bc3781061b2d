"""How far an ingest is: a bar on a terminal, a few lines elsewhere, nothing of it on stdout."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from rag.changes import Progress
from rag.cli.progress import occasional_lines
from rag.records import AT_ONCE
from tests.model_server import ModelServer, word_vector
from tests.small import write_folder

RAG = Path(sys.executable).parent / "rag"
LONG = "The ferry left at seven.\n\nIt came back at noon.\n\n" * (AT_ONCE // 2)
LOGS = {f"{number}.txt": LONG for number in range(6)}
STOPPED = "rag: stopped; what was acknowledged is kept.\n"


def command(folder: Path, server: ModelServer) -> tuple[list[str], dict[str, str]]:
    data, documents = str(folder / "data"), str(folder / "documents")
    variables = {
        "RAG_DATA": data,
        "RAG_DOCUMENTS": documents,
        "RAG_EMBEDDING": "openai:words",
        "OPENAI_BASE_URL": server.url,
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    return [str(RAG), "ingest"], {**os.environ, **variables}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(lambda _: [], models=("words",)) as server:
        yield server


def on_terminal(folder: Path, server: ModelServer) -> tuple[str, str]:
    """Run an ingest whose stderr alone is a terminal; its stdout, and what the terminal got."""
    words, variables = command(folder, server)
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while some := os.read(ours, 4_096):
                shown.append(some)
        except OSError:  # how Linux says that nobody writes there any more
            return

    reader = Thread(target=read)
    with subprocess.Popen(words, env=variables, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        reader.start()
        assert process.stdout is not None
        out = process.stdout.read().decode()
    reader.join()
    os.close(ours)
    return out, b"".join(shown).decode()


def test_a_terminal_sees_what_is_done_and_stdout_only_the_result(
    tmp_path: Path, server: ModelServer
) -> None:
    write_folder(tmp_path / "documents", LOGS)
    out, shown = on_terminal(tmp_path, server)
    assert out == "6 added, 0 changed, 0 removed, 0 unchanged, 0 failed\n"
    assert re.search(r"Indexing.* of 6 documents", shown)
    assert re.search(r"\d:\d\d:\d\d", shown), "the time that is left"


def test_elsewhere_nothing_is_shown_of_a_short_ingest(tmp_path: Path, server: ModelServer) -> None:
    write_folder(tmp_path / "documents", LOGS)
    words, variables = command(tmp_path, server)
    done = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_elsewhere_a_line_is_said_every_ten_seconds() -> None:
    lines: list[str] = []
    times = iter([0.0, 4.0, 11.0, 11.0, 15.0, 20.0, 23.0, 23.0])
    watch = occasional_lines(lines.append, lambda: next(times))
    for number in range(1, 6):
        watch(Progress("Indexing", number, 1_057, number * AT_ONCE, 0.1))
    assert lines == [
        "Indexing: 2 of 1,057 documents, 2,048 sentences",
        "Indexing: 5 of 1,057 documents, 5,120 sentences",
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_ingest_that_is_ended_goes_on_with_the_rest(
    tmp_path: Path, server: ModelServer, how: signal.Signals
) -> None:
    write_folder(tmp_path / "documents", LOGS | {"5.txt": "The heron waits by the river."})
    waiting, over = Event(), Event()

    def embed(text: str) -> list[float]:
        if "heron" in text:
            waiting.set()
            over.wait()
        return word_vector(text)

    server.embed = embed
    words, variables = command(tmp_path, server)
    with subprocess.Popen(
        words, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert waiting.wait(60)
        process.send_signal(how)
        out, err = process.communicate()
    over.set()
    assert (out, err) == ("", STOPPED if how == signal.SIGINT else "")
    assert process.returncode == (1 if how == signal.SIGINT else -signal.SIGKILL)
    again = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    # after a kill the index may be in doubt, and is then built anew
    said = r"(index: \d+ passages\n)?" if how == signal.SIGKILL else ""
    assert re.fullmatch(said, again.stderr)
    added, unchanged = (int(re.findall(rf"(\d+) {word}", again.stdout)[0]) for word in
                        ("added", "unchanged"))  # fmt: skip
    assert added + unchanged == 6
    kept = 5 if how == signal.SIGINT else 4  # Ctrl-C waits for the batch that is being committed
    assert unchanged >= kept

"""Nothing is asked of any machine but this one and the configured server."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import ROOT
from tests.model_server import ModelServer
from tests.small import write_folder
from tests.test_served import serving

ASK = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"


def rag(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "RAG_DATA": str(folder / "rag"),
        "RAG_DOCUMENTS": str(folder / "d"),
    }
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        env={**environment, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_connection_to_another_machine_is_forbidden_and_noted(reached: Path) -> None:
    with pytest.raises(ConnectionRefusedError, match="no test reaches another machine"):
        socket.create_connection(("192.0.2.1", 80), 1)
    with pytest.raises(ConnectionRefusedError):
        socket.getaddrinfo("far.invalid", 80)
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, check=False)
    assert done.returncode == 1
    notes = reached.read_text(encoding="utf-8")
    reached.unlink()
    assert notes.count("\n") == 3
    assert notes.count("192.0.2.1") == 2


def test_ingest_questions_and_the_chat_ask_only_the_configured_server(
    tmp_path: Path, reached: Path
) -> None:
    """The guard is in all of these processes; what they reach is on 127.0.0.1."""
    write_folder(tmp_path / "d")
    with ModelServer(lambda _: ["It closed on Sunday [A1]."]) as server:
        settings = {"OPENAI_BASE_URL": server.url, "RAG_MODEL": "small", "OPENAI_API_KEY": "key"}
        assert rag(tmp_path, "ingest", **settings).returncode == 0
        asked = rag(tmp_path, "ask", "When did the round in Cairo close?", **settings)
        assert "Sunday" in asked.stdout
        assert rag(tmp_path, "doctor", **settings).returncode == 0
        with serving("app.py", tmp_path, **settings) as served:
            assert served.ask("/")[0] == 200
            assert served.ask("/_stcore/stream", Origin="http://far.invalid")[0] == 403
            assert served.ask("/source?doc=talks.md")[0] == 200
        assert server.requests
    assert not reached.exists()

"""``rag app``: the server for the browser, as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rag.config import Config

APPLICATION = Path(__file__).parent.parent.parent / "app.py"


def launch(config: Config, port: int) -> int:
    """Serve the chat on 127.0.0.1 until stopped; returns the exit status."""
    command = [sys.executable, "-m", "streamlit", "run", str(APPLICATION)]
    flags = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = {**os.environ, **settings(config)}
    try:
        return subprocess.run([*command, *flags], env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def settings(config: Config) -> Mapping[str, str]:
    """The environment variables from which ``read_config`` makes the same configuration."""
    return {
        "RAG_DATA": str(config.data),
        "RAG_DOCUMENTS": str(config.documents),
        "RAG_MODEL": config.model,
        "OPENAI_API_KEY": config.api_key,
        "OPENAI_BASE_URL": config.base_url,
        "RAG_EMBEDDING": config.embedding,
        "RAG_CACHE": str(config.cache),
    }

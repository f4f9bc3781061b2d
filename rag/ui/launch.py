"""``rag app``: the process becomes the server for the browser."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from rag.config import Config

APPLICATION = Path(__file__).parent.parent.parent / "app.py"


def launch(config: Config, port: int) -> NoReturn:
    """Serve the chat on 127.0.0.1 until stopped, in place of this process."""
    command = [sys.executable, "-m", "streamlit", "run", str(APPLICATION)]
    flags = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = {**os.environ, **settings(config)}
    os.execve(sys.executable, [*command, *flags], environment)  # noqa: S606 - our own command


def settings(config: Config) -> Mapping[str, str]:
    """Return the environment variables that ``read_config`` makes the same configuration of."""
    return {
        "RAG_DATA": str(config.data),
        "RAG_DOCUMENTS": str(config.documents),
        "RAG_MODEL": config.model,
        "OPENAI_API_KEY": config.api_key,
        "OPENAI_BASE_URL": config.base_url,
        "RAG_EMBEDDING": config.embedding,
        "RAG_JUDGE": "on" if config.judge else "off",
        "RAG_DEADLINE": str(config.deadline),
        "RAG_WATCH": "on" if config.watch else "off",
        "RAG_LEDGER_URL": config.ledger_url,
        "RAG_CHROMA_URL": config.chroma_url,
        "RAG_CACHE": str(config.cache),
    }

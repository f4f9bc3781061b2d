"""``rag app``: the process becomes the server for the browser."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from rag.config import Config
from rag.errors import ConfigError

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - to know it, not to bind it
APPLICATION = Path(__file__).parent.parent.parent / "app.py"


def launch(config: Config, port: int) -> NoReturn:
    """Serve the chat at the configured address until stopped, in place of this process.

    Raises ConfigError where others could reach it and there is no login.
    """
    _refuse(config)
    command = [sys.executable, "-m", "streamlit", "run", str(APPLICATION)]
    flags = ["--server.port", str(port), "--server.address", config.address]
    # the name that is printed; without one Streamlit asks a server far away for it
    flags += ["--browser.serverAddress", next(iter(config.hosts), reached_at(config.address))]
    environment = {**os.environ, **settings(config)}
    os.execve(sys.executable, [*command, *flags], environment)  # noqa: S606 - our own command


def _refuse(config: Config) -> None:
    """Say now what the application would say after it has said where it is."""
    from rag.ui.doors import Doors, refusal
    from rag.ui.login import login_settings

    has_login = bool(login_settings())
    if words := refusal(Doors(config.address, config.hosts, has_login, config.without_login)):
        raise ConfigError(words)


def reached_at(address: str) -> str:
    """Where a browser on this machine finds what listens at an address."""
    return "localhost" if address in EVERYWHERE else address


def settings(config: Config) -> Mapping[str, str]:
    """Return the environment variables that ``read_config`` makes the same configuration of."""
    return {
        "RAG_DATA": str(config.data),
        "RAG_DOCUMENTS": str(config.documents),
        "RAG_COLLECTION": config.collection,
        "RAG_ACCESS_FILE": str(config.access_file or ""),
        "RAG_KEEP_ASKERS": "on" if config.keep_askers else "off",
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
        "OTEL_EXPORTER_OTLP_ENDPOINT": config.traces,
        "RAG_TRACE_TEXTS": "on" if config.trace_texts else "off",
        "RAG_ADDRESS": config.address,
        "RAG_HOSTS": ",".join(config.hosts),
        "RAG_READERS": ",".join(config.readers),
        "RAG_WITHOUT_LOGIN": "on" if config.without_login else "off",
    }

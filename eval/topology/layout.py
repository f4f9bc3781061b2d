"""The set: PostgreSQL, a Chroma server, workers, replicas of the API, and the application."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.topology.programs import Program, Standing, has_said, is_well
from rag.config import Config
from tests.servers import Server, chroma, free_port, postgres

SETTINGS = ("RAG_", "OPENAI_", "OTEL_")
RAG = [sys.executable, "-m", "rag"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of each."""

    replicas: int = 3
    workers: int = 2
    applications: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is up, on ports of 127.0.0.1; ``index`` is the Chroma server's folder."""

    config: Config
    index: Path
    ledger_server: Server
    index_server: Server
    workers: list[Program]
    replicas: list[Program]
    applications: list[Program]

    @property
    def standing(self) -> dict[str, Standing]:
        """Every process by its name, in the order in which they are killed."""
        programs = [*self.replicas, *self.workers, *self.applications]
        servers: dict[str, Standing] = {
            "PostgreSQL": self.ledger_server,
            "Chroma": self.index_server,
        }
        return {one.name: one for one in programs} | servers


@contextmanager
def set_up(folder: Path, documents: Path, sizes: Sizes) -> Iterator[Layout]:
    """Start everything and yield it once all is well; everything is stopped at the end."""
    index = folder / "chroma"
    index.mkdir(parents=True)
    with postgres() as ledger_server, chroma(index) as index_server, ExitStack() as stack:
        config = Config(
            data=folder / "data",
            documents=documents,
            ledger_url=ledger_server.url,
            chroma_url=index_server.url,
        )
        layout = Layout(
            config,
            index,
            ledger_server,
            index_server,
            [_worker(folder, config, number) for number in range(1, sizes.workers + 1)],
            [_replica(folder, config, number) for number in range(1, sizes.replicas + 1)],
            [_application(folder, config, number) for number in range(1, sizes.applications + 1)],
        )
        ours = [*layout.workers, *layout.replicas, *layout.applications]
        for program in ours:
            stack.callback(program.stop)
        layout.workers[0].start()  # it makes the ledger; the others find it
        for program in ours[1:]:
            program.begin()
        for program in ours[1:]:
            program.wait()
        yield layout


def _worker(folder: Path, config: Config, number: int) -> Program:
    name = f"worker {number}"
    command = [*RAG, "ingest", "--watch", "--json"]
    return Program(
        name, command, _environment(folder, config, name), _log(folder, name), has_said("following")
    )


def _replica(folder: Path, config: Config, number: int) -> Program:
    name, port = f"replica {number}", free_port()
    command = [*RAG, "api", "--port", str(port)]
    url, log = f"http://127.0.0.1:{port}", _log(folder, name)
    return Program(name, command, _environment(folder, config, name), log, is_well("/ready"), url)


def _application(folder: Path, config: Config, number: int) -> Program:
    """It answers once it shows a source, for which its library has to be open."""
    name, port = f"application {number}", free_port()
    command = [*RAG, "app", "--port", str(port)]
    environment = _environment(folder, config, name) | {"RAG_WATCH": "off"}
    url, log = f"http://127.0.0.1:{port}", _log(folder, name)
    return Program(name, command, environment, log, is_well("/source?doc=0.txt"), url)


def _environment(folder: Path, config: Config, name: str) -> dict[str, str]:
    """What a process of the set is told: nothing of what is set on this machine besides."""
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith(SETTINGS)},
        "RAG_DATA": str(folder / f"data of {name}"),
        "RAG_DOCUMENTS": str(config.documents),
        "RAG_LEDGER_URL": config.ledger_url,
        "RAG_CHROMA_URL": config.chroma_url,
        "RAG_EMBEDDING": config.embedding,
        "RAG_CACHE": str(config.cache),
        "PYTHONUNBUFFERED": "1",
    }


def _log(folder: Path, name: str) -> Path:
    return folder / f"{name}.log"

"""An index is built anew, and documents embedded again only where the settings have changed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answering import ask
from rag.changes import Progress
from rag.config import Config
from rag.errors import EmbeddingError, FingerprintError, OwnedError
from rag.ingest import ingest
from rag.ledger.rows import Record
from rag.libraries import opened
from rag.ownership import NOTE_NAME
from rag.rebuilding import rebuild
from rag.types import Outcome
from tests.model_server import ModelServer, word_vector
from tests.servers import in_a_folder, on_servers
from tests.small import FOLDER, write_folder

QUESTION = "Who acted as mediators in Cairo?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, server: ModelServer) -> Config:
    """An indexed data folder, made with the embedding model called small."""
    config = on_servers(
        Config(data=tmp_path / "data", base_url=server.url, embedding="openai:small")
    )
    with opened(config, change=True) as library:
        ingest(library, [write_folder(tmp_path / "documents")])
    return config


def records(config: Config) -> dict[str, Record]:
    with opened(config) as library:
        return {record.document.id: record for record in library.ledger.records()}


def state(config: Config) -> dict[str, str]:
    with opened(config) as library:
        return library.ledger.state()


def assert_answers(config: Config) -> None:
    with opened(config, change=True) as library:
        library.prepare_index()
        assert library.nearest() is not None
        answer = ask(library, None, QUESTION)
        assert answer.outcome is Outcome.ANSWERED
        assert "acted as mediators" in answer.text


def embedded(server: ModelServer, word: str) -> int:
    return sum(word in text for request in server.requests for text in request["input"])


def test_with_the_same_settings_nothing_is_embedded_again(
    config: Config, server: ModelServer
) -> None:
    before, generation = embedded(server, "rockets"), int(state(config)["generation"])
    said = rebuild(config)
    assert said == f"nothing embedded again, {state(config)['passages']} passages indexed"
    assert embedded(server, "rockets") == before
    assert int(state(config)["generation"]) == generation + 1
    assert_answers(config)


@in_a_folder
def test_the_old_index_goes_when_the_new_one_is_there(config: Config) -> None:
    rebuild(config)
    left = [folder.name for folder in (config.data / "index").iterdir()]
    assert left == [f"gen-{state(config)['generation']}"]


def test_with_another_model_every_document_is_embedded_again(config: Config) -> None:
    texts = {name: record.document for name, record in records(config).items()}
    other = replace(config, embedding="openai:large")
    with pytest.raises(FingerprintError, match="rag rebuild"), opened(other):
        pass
    seen: list[Progress] = []
    assert rebuild(other, watch=seen.append).startswith(f"{len(FOLDER)} documents embedded again, ")
    assert (seen[-1].done, seen[-1].total, seen[-1].share) == (len(FOLDER), len(FOLDER), 1.0)
    assert {name: record.document for name, record in records(other).items()} == texts
    assert_answers(other)
    with pytest.raises(FingerprintError), opened(config):
        pass


def test_a_rebuild_that_fails_half_way_leaves_everything_as_it_was(
    config: Config, server: ModelServer
) -> None:
    before = records(config)
    server.embed = lambda text: [] if "oven" in text else word_vector(text)
    with pytest.raises(EmbeddingError):
        rebuild(replace(config, embedding="openai:large"))
    server.embed = word_vector
    after = records(config)
    assert {name: one.document for name, one in after.items()} == {
        name: one.document for name, one in before.items()
    }
    assert all((after[name].vectors == before[name].vectors).all() for name in before)
    assert_answers(config)


@in_a_folder
def test_a_rebuild_mends_an_index_that_is_gone(config: Config) -> None:
    shutil.rmtree(config.data / "index")
    rebuild(config)
    assert_answers(config)


def test_an_empty_folder_can_be_rebuilt(tmp_path: Path, server: ModelServer) -> None:
    config = on_servers(
        Config(data=tmp_path / "new", base_url=server.url, embedding="openai:small")
    )
    assert rebuild(config) == "nothing embedded again, 0 passages indexed"


@in_a_folder
def test_a_folder_in_use_is_not_rebuilt(config: Config) -> None:
    with opened(config, change=True), pytest.raises(OwnedError, match="in use by process"):
        rebuild(config)


DIE = """
import os, signal, sys
from pathlib import Path
from rag.libraries import open_library
from rag.config import Config
config = Config(data=Path(sys.argv[1]), base_url=sys.argv[2], embedding="openai:small")
library = open_library(config, change=True)
if sys.argv[3] == "resting":
    library.prepare_index()
else:
    library.prepare_index().remove([1])
os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_owner(config: Config, while_: str) -> None:
    command = [sys.executable, "-c", DIE, str(config.data), config.base_url, while_]
    assert subprocess.run(command, check=False).returncode == -9
    assert (config.data / NOTE_NAME).exists()


@in_a_folder
def test_an_index_whose_owner_was_killed_while_it_rested_is_opened(config: Config) -> None:
    before = state(config)["generation"]
    kill_owner(config, "resting")
    assert_answers(config)
    assert state(config)["generation"] == before


@in_a_folder
def test_an_index_whose_owner_was_killed_at_work_is_built_anew(config: Config) -> None:
    before = int(state(config)["generation"])
    kill_owner(config, "at work")
    assert_answers(config)
    assert int(state(config)["generation"]) == before + 1
    assert not (config.data / NOTE_NAME).exists()

"""The doctor says what is set up and what is not, and changes nothing by looking."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.doctor import document_text, examine, held_documents
from rag.errors import DocumentError
from rag.ingest import ingest
from rag.libraries import opened
from rag.ownership import NOTE_NAME
from tests.model_server import ModelServer
from tests.small import FOLDER, write_folder


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, server: ModelServer) -> Config:
    """Everything set up: documents, an index, an embedding and a language model."""
    config = Config(
        data=tmp_path / "data",
        documents=write_folder(tmp_path / "documents"),
        base_url=server.url,
        embedding="openai:small",
    )
    with opened(config, change=True) as library:
        ingest(library, [config.documents])
    return config


def unwell(config: Config) -> list[str]:
    return [found.text for found in examine(config) if not found.is_well]


def well(config: Config) -> str:
    return "\n".join(found.text for found in examine(config) if found.is_well)


def test_when_all_is_well_nothing_needs_mending(config: Config) -> None:
    assert unwell(config) == []
    said = well(config)
    assert f"documents in {config.documents}" in said
    assert "3 documents, 12 sentences indexed" in said
    assert "the data folder is free" in said
    assert "embedding openai:small@64" in said
    assert "language model small on a server with 2" in said
    assert said.count("prompt ") == 4
    assert "no judge: claims are checked by rules; RAG_JUDGE=on asks" in said


def test_without_a_model_it_says_how_to_add_one(config: Config) -> None:
    said = "\n".join(found.text for found in examine(Config(data=config.data)))
    assert "no language model: answers are quoted; set OPENAI_BASE_URL or OPENAI_API_KEY" in said


def test_an_index_that_is_behind_is_named(config: Config) -> None:
    with opened(config, change=True) as library:
        library.ledger.set_state({"index": "behind"})
    (said,) = unwell(config)
    assert said.endswith("is behind; run: rag rebuild")


@pytest.fixture
def empty(config: Config, tmp_path: Path) -> Config:
    return replace(config, data=tmp_path / "none", documents=tmp_path / "missing")


def test_what_is_missing_is_named_with_what_to_do(empty: Config) -> None:
    assert unwell(empty) == [
        f"documents in {empty.documents}: missing; set RAG_DOCUMENTS",
        "no documents are indexed yet; run: rag ingest",
    ]


def test_looking_at_a_folder_that_is_not_there_does_not_make_it(empty: Config) -> None:
    examine(empty)
    assert held_documents(empty) == []
    with pytest.raises(DocumentError, match="No document is named"):
        document_text(empty, "talks.md")
    assert not empty.data.exists()


def test_one_thing_that_fails_does_not_hide_the_others(config: Config, tmp_path: Path) -> None:
    with ModelServer(key="another") as strict:
        found = examine(replace(config, base_url=strict.url, prompts=tmp_path))
    said = [one.text for one in found if not one.is_well]
    assert len(said) == 3, "embedding, prompts, model"
    assert all("\n" not in line for line in said)
    assert any("3 documents" in one.text for one in found if one.is_well)


def test_a_data_folder_that_is_no_data_folder_is_named(config: Config) -> None:
    (config.data / "ledger.sqlite").write_bytes(b"no database at all" * 99)
    for log in config.data.glob("ledger.sqlite-*"):
        log.unlink()
    assert any("ledger.sqlite is damaged" in line for line in unwell(config))


def test_another_embedding_than_the_index_was_made_with_is_named(config: Config) -> None:
    (said,) = unwell(replace(config, embedding="openai:large"))
    assert "rag rebuild" in said


def test_a_model_that_the_server_does_not_have_is_named(config: Config) -> None:
    (said,) = unwell(replace(config, model="huge"))
    assert "has no model 'huge'; set RAG_MODEL to one it has: small, large." in said


def test_a_judge_is_said_to_cost_requests(config: Config) -> None:
    judging = replace(config, judge=True)
    assert "judge on: one more request for each claim of an answer" in well(judging)
    assert unwell(judging) == []


def test_a_judge_without_a_model_is_said_to_have_no_effect(config: Config) -> None:
    (said,) = [line for line in unwell(Config(data=config.data, judge=True)) if "JUDGE" in line]
    assert said.startswith("RAG_JUDGE is on and has no effect without a language model; set ")


HOLD = """
import sys
from pathlib import Path
from rag.ownership import take_ownership
owner = take_ownership(Path(sys.argv[1]))
print("holding", flush=True)
sys.stdin.read()
"""


def test_who_holds_the_data_folder_is_told_and_not_disturbed(config: Config) -> None:
    command, pipe = [sys.executable, "-c", HOLD, str(config.data)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert f"in use by process {process.pid} " in well(config)
        assert unwell(config) == []
        process.kill()
    assert unwell(config) == []
    assert (config.data / NOTE_NAME).exists(), "that it was killed is still known"


def test_documents_are_listed_as_json_takes_them(config: Config) -> None:
    rows = held_documents(config)
    assert [row["id"] for row in rows] == sorted(FOLDER)
    assert rows[2] == {
        "id": "talks.md",
        "title": "Cairo talks close",
        "date": "2024-08-26",
        "sentences": 5,
        "source": str(config.documents / "talks.md"),
        "note": "",
        "tags": [],
    }


def test_a_document_is_shown_as_it_is_kept(config: Config) -> None:
    assert document_text(config, "talks.md") == FOLDER["talks.md"].split("---\n", 2)[2]

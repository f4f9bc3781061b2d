"""``rag collections`` and ``--collection``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app, asking, collections, documents  # noqa: F401 - they add commands
from tests.small import write_folder
from tests.test_collections import OTHERS


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_folder(tmp_path / "usual")
    write_folder(tmp_path / "other", OTHERS)
    return tmp_path


def rag(place: Path, *words: str, stdin: str = "", **more: str) -> Result:
    environment = {"RAG_DATA": str(place / "data"), "RAG_DOCUMENTS": str(place / "usual"), **more}
    unset = {"RAG_COLLECTION": "", "RAG_LEDGER_URL": "", "RAG_CHROMA_URL": "", "RAG_EMBEDDING": ""}
    return CliRunner().invoke(app, words, input=stdin, env={**unset, **environment})


def made(place: Path, name: str = "legal") -> Result:
    return rag(place, "collections", "new", name, "--documents", str(place / "other"))


def test_collections_are_listed(place: Path) -> None:
    made(place)
    lines = rag(place, "collections").stdout.splitlines()
    assert lines == [
        f"default\t0 documents\t0 sentences\tminilm\t{place / 'usual'}",
        f"legal\t0 documents\t0 sentences\tminilm\t{place / 'other'}",
    ]
    rows = json.loads(rag(place, "collections", "list", "--json").stdout)
    assert [row["name"] for row in rows] == ["default", "legal"]


def test_a_collection_is_chosen_by_flag_or_environment(place: Path) -> None:
    made(place)
    for chosen in (
        rag(place, "--collection", "legal", "documents", "list"),
        rag(place, "documents", "list", RAG_COLLECTION="legal"),
    ):
        assert chosen.exit_code == 0
    assert not (place / "data" / "ledger.sqlite").exists()


def test_an_unknown_one_is_one_sentence_with_those_that_there_are(place: Path) -> None:
    made(place)
    done = rag(place, "--collection", "hr", "documents", "list")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "rag: There is no collection 'hr'; there is default and legal.\n"


@pytest.mark.parametrize("flag", ["--documents", "--embedding"])
def test_its_folder_and_embedding_are_not_given_beside_it(place: Path, flag: str) -> None:
    done = rag(place, "--collection", "legal", flag, "minilm", "documents", "list")
    assert done.exit_code == 2
    assert "collections change" in done.stderr


@pytest.mark.parametrize("name", ["../x", "A", "a/b", ""])
def test_a_name_that_might_be_a_path_makes_nothing(place: Path, name: str) -> None:
    done = made(place, name)
    assert done.exit_code == 1
    assert done.stderr.startswith("rag: ")
    assert not (place / "data").exists()


def test_removing_asks_first(place: Path) -> None:
    made(place)
    assert rag(place, "collections", "remove", "legal", stdin="n\n").exit_code == 1
    assert "legal" in rag(place, "collections").stdout
    done = rag(place, "collections", "remove", "legal", "--yes")
    assert done.stdout.startswith("removed legal: its folder is now ")
    assert "legal" not in rag(place, "collections").stdout

"""The vector index is derived: opened when sound, built anew when in doubt, never trusted alone."""

from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.generations import InFolder
from rag.index import build_index, open_index, passage_rows
from rag.ingest import ingest
from rag.libraries import Library, generations_of, quiet
from rag.store import is_sound, open_store, parse_id
from tests.servers import in_a_folder
from tests.small import DIMENSION, embed_words, small_library, write_folder

QUESTION = "Who acted as mediators in Cairo?"


def generation(data: Path) -> Path:
    (folder,) = (data / "index").glob("gen-*")
    return folder


def filled(tmp_path: Path) -> Path:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
    return tmp_path / "data"


def nearest(library: Library) -> list[tuple[int, int, int]]:
    return library.prepare_index().nearest(embed_words([QUESTION])[0], 3)


def number(library: Library) -> int:
    return int(library.ledger.state()["generation"])


def test_a_clean_index_is_opened_and_not_built_again(tmp_path: Path) -> None:
    data = filled(tmp_path)
    with small_library(data) as library:
        before = number(library)
        assert len(nearest(library)) == 3
        assert number(library) == before


@pytest.mark.parametrize(
    "damage",
    ["missing", "behind", pytest.param("emptied", marks=in_a_folder), "lost a passage"],
)
def test_an_index_in_doubt_is_built_anew_without_embedding(tmp_path: Path, damage: str) -> None:
    data = filled(tmp_path)
    with small_library(data) as library:
        wanted = nearest(library)
        generations = generations_of(library.config, library.ledger)
    if damage == "missing":
        generations.keep_only(0)
    if damage == "emptied":
        (generation(data) / "chroma.sqlite3").write_bytes(b"")
    if damage == "lost a passage":
        store = generations.open(1)
        store.remove([wanted[0][0]])
        store.close()
    with small_library(data) as library:
        if damage == "behind":
            library.ledger.set_state({"index": "behind"})
        assert nearest(library) == wanted
        assert number(library) == 2


def test_every_row_carries_its_text_and_header(tmp_path: Path) -> None:
    data = filled(tmp_path)
    with small_library(data) as library:
        record = library.ledger.record("talks.md")
        assert record is not None
        rows, vectors = passage_rows(record)
    assert vectors.shape == (len(rows), DIMENSION)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert rows[0].text in record.document.text
    assert rows[0].metadata() | {"key": 0} == {
        "key": 0,
        "document": "talks.md",
        "title": "Cairo talks close",
        "first_sentence": 0,
        "last_sentence": len(record.bounds) - 1,
        "date": 20240826,
    }
    assert parse_id(rows[0].id) == (record.key, rows[0].first, rows[0].last)


@in_a_folder
def test_an_index_that_breaks_while_it_is_open_is_named(tmp_path: Path) -> None:
    broken = generation(filled(tmp_path))
    store = open_store(broken)
    (broken / "chroma.sqlite3").write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreError, match="rag rebuild"):
        store.count()
    with pytest.raises(StoreError, match="rag rebuild"):
        store.remove([1])


@in_a_folder
def test_a_doubtful_index_is_tried_in_another_process(tmp_path: Path) -> None:
    data = filled(tmp_path)
    assert is_sound(generation(data), DIMENSION)
    (generation(data) / "chroma.sqlite3").write_bytes(b"no database at all, " * 500)
    assert not is_sound(generation(data), DIMENSION)
    with small_library(data) as library:
        index = InFolder(data / "index")
        assert open_index(library.ledger, index, DIMENSION, doubtful=True) is None
        build_index(library.ledger, index, quiet).close()


def test_a_question_is_answered_the_same_with_and_without_the_index(tmp_path: Path) -> None:
    from rag.evidence import find_evidence

    data = filled(tmp_path)
    with small_library(data) as library:
        exact = find_evidence(library, library.snapshot(), QUESTION).evidence
        library.prepare_index()
        assert library.nearest() is not None
        assert find_evidence(library, library.snapshot(), QUESTION).evidence == exact

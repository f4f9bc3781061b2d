"""The index is derived: opened when sealed, built anew when in doubt, never trusted alone."""

from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.index import passage_rows
from rag.ingest import ingest
from rag.libraries import Library, generations_of
from rag.seal import is_whole, seal_of, seal_text, unbroken
from rag.store import open_store, parse_id
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
def test_a_seal_holds_until_a_byte_is_another(tmp_path: Path) -> None:
    folder = generation(filled(tmp_path))
    text = seal_text(seal_of(folder), "7")
    assert unbroken(folder, text, "7")
    assert not unbroken(folder, text, "8"), "the documents are others"
    file = folder / "chroma.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not unbroken(folder, text, "7")
    file.write_bytes(whole)
    assert unbroken(folder, text, "7")
    (folder / "more").touch()
    assert not unbroken(folder, text, "7"), "a journal beside it would change it"
    assert not unbroken(folder, "", "7")


@in_a_folder
def test_a_graph_that_was_cut_off_is_seen(tmp_path: Path) -> None:
    folder = generation(filled(tmp_path))
    assert is_whole(folder)
    (vectors,) = folder.glob("*/data_level0.bin")
    (header,) = folder.glob("*/header.bin")
    packed = bytearray(header.read_bytes())
    packed[20:28] = (1_000_000).to_bytes(8, "little")  # so many elements
    header.write_bytes(packed)
    assert not is_whole(folder)
    vectors.unlink()
    assert not is_whole(folder)


@in_a_folder
def test_an_index_that_somebody_else_touched_while_it_was_open_is_built_anew(
    tmp_path: Path,
) -> None:
    data = filled(tmp_path)
    with small_library(data) as library:
        wanted = nearest(library)
        (file,) = generation(data).glob("*/data_level0.bin")
        file.write_bytes(b"")
        assert nearest(library) == wanted
    assert generation(data).name == "gen-2"


def test_an_index_that_was_just_built_has_every_text(tmp_path: Path) -> None:
    data = filled(tmp_path)
    with small_library(data) as library:
        generations_of(library.config, library.ledger).keep_only(0)
    with small_library(data) as library:
        found = library.prepare_index().collection.get(include=["documents", "metadatas"])
    assert sorted(name for name in {str(one["document"]) for one in found["metadatas"] or []}) == [
        "home/bakery.md",
        "strikes.txt",
        "talks.md",
    ]
    assert any("acted as mediators" in text for text in found["documents"] or [])


def test_a_question_is_answered_the_same_with_and_without_the_index(tmp_path: Path) -> None:
    from rag.evidence import find_evidence

    data = filled(tmp_path)
    with small_library(data) as library:
        exact = find_evidence(library, library.snapshot(), QUESTION).evidence
        library.prepare_index()
        assert library.nearest() is not None
        assert find_evidence(library, library.snapshot(), QUESTION).evidence == exact

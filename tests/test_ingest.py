"""A folder and the library are brought into step, and nothing acknowledged is ever lost."""

from pathlib import Path

import pytest

from rag.documents import document_from_text
from rag.errors import FingerprintError, OwnedError
from rag.ingest import IngestReport, ingest, ingest_documents, remove_documents
from rag.libraries import Library
from tests.small import FOLDER, TALKS, small_embedding, small_library, write_folder


def names(library: Library) -> list[str]:
    return [entry.id for entry in library.documents()]


def test_a_folder_is_added_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        first = ingest(library, [folder])
        revision = library.ledger.state()["revision"]
        second = ingest(library, [folder])
        assert sorted(first.added) == sorted(FOLDER) == names(library)
        assert sorted(second.unchanged) == sorted(FOLDER)
        assert second == IngestReport(unchanged=second.unchanged)
        assert library.ledger.state()["revision"] == revision


def test_an_unchanged_document_is_not_embedded_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        before = {record.document.id: record.key for record in library.ledger.records()}
        (folder / "talks.md").write_text(TALKS + "\nOne more line.\n")
        ingest(library, [folder])
        after = {record.document.id: record.key for record in library.ledger.records()}
        assert {name for name in before if before[name] != after[name]} == {"talks.md"}


def test_changes_and_removals_are_followed_into_the_index(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        (folder / "talks.md").write_text("The talks moved to Doha.")
        (folder / "strikes.txt").unlink()
        done = ingest(library, [folder])
        assert (done.changed, done.removed) == (["talks.md"], ["strikes.txt"])
        document = library.document("talks.md")
        assert document is not None
        assert document.text == "The talks moved to Doha."
        store = library.prepare_index()
        keys = {entry.key for entry in library.documents()}
        found = store.nearest(small_embedding().embed(["rockets aircraft talks"])[0], 50)
        assert {key for key, _, _ in found} == keys


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(b"", "is empty", id="emptied"),
        pytest.param(b"\x00\x01\x02", "is no text", id="overwritten with bytes"),
    ],
)
def test_a_file_that_can_no_longer_be_read_keeps_its_last_version(
    tmp_path: Path, damage: bytes, words: str
) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        (folder / "talks.md").write_bytes(damage)
        done = ingest(library, [folder])
        assert [name for name, _ in done.failed] == ["talks.md"]
        assert words in done.failed[0][1]
        assert "talks.md" in names(library)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    (folder / "broken.txt").write_bytes(b"\x00\x00")
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
        assert len(done.added) == len(FOLDER)
        assert [name for name, _ in done.failed] == ["broken.txt"]


@pytest.mark.parametrize("is_missing", [True, False], ids=["missing", "empty"])
def test_a_missing_or_emptied_folder_forgets_nothing(tmp_path: Path, *, is_missing: bool) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        folder.rename(tmp_path / "moved")
        if not is_missing:
            folder.mkdir()
        done = ingest(library, [folder])
        assert len(done.failed) == 1
        assert names(library) == sorted(FOLDER)


def test_two_folders_may_hold_the_same_name(tmp_path: Path) -> None:
    first = write_folder(tmp_path / "first", {"notes.txt": "The first note."})
    second = write_folder(tmp_path / "second", {"notes.txt": "The second note."})
    with small_library(tmp_path / "data") as library:
        ingest(library, [first, second])
        assert names(library) == ["notes.txt", "second/notes.txt"]
        assert ingest(library, [second, first]).unchanged == ["second/notes.txt", "notes.txt"]


def test_a_file_keeps_its_name_when_it_is_read_through_another_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder / "home"])
        ingest(library, [folder])
        assert names(library) == ["bakery.md", "strikes.txt", "talks.md"]


def test_documents_from_elsewhere_are_taken_in_and_changed_by_name(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        one = document_from_text("note", "The bridge opens in May.", source="a database")
        other = document_from_text("note", "The bridge opens in June.", source="a database")
        assert ingest_documents(library, [one]).added == ["note"]
        assert ingest_documents(library, [one]).unchanged == ["note"]
        assert ingest_documents(library, [other]).changed == ["note"]
        assert library.document("note") == other


def test_removing_names_what_was_not_there(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        assert remove_documents(library, ["talks.md", "no such"]) == ["no such"]
        assert names(library) == ["home/bakery.md", "strikes.txt"]


def test_a_second_owner_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    with (
        small_library(tmp_path / "data"),
        pytest.raises(OwnedError, match="in use by process"),
        small_library(tmp_path / "data"),
    ):
        pass


def test_another_embedding_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
    with (
        pytest.raises(FingerprintError, match=r"indexed with embedding words.*run: rag rebuild"),
        small_library(tmp_path / "data", small_embedding("other")),
    ):
        pass
    with small_library(tmp_path / "data") as library:
        assert names(library) == sorted(FOLDER)


def test_an_impostor_of_the_same_name_is_found_out_by_the_canaries(tmp_path: Path) -> None:
    from dataclasses import replace

    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
    honest = small_embedding()
    impostor = replace(honest, embed=lambda texts: honest.embed(texts)[:, ::-1].copy())
    with (
        pytest.raises(FingerprintError, match="no longer gives the vectors"),
        small_library(tmp_path / "data", impostor),
    ):
        pass

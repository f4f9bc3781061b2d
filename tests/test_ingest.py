"""A folder and the library are brought into step, and nothing acknowledged is ever lost."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.changes import Progress
from rag.documents import document_from_text
from rag.documents.folder import MAX_BYTES
from rag.embedding import Embedding
from rag.errors import DocumentError, EmbeddingError, FingerprintError, OwnedError
from rag.index import is_current
from rag.ingest import IngestReport, ingest, ingest_documents, remove_documents
from rag.libraries import Library
from rag.records import AT_ONCE, cut
from tests.servers import in_a_folder
from tests.small import FOLDER, TALKS, small_embedding, small_library, write_folder

LONG = "The ferry left at seven.\n\nIt came back at noon.\n\n" * (AT_ONCE // 2)
LOGS = {f"{day}.txt": LONG for day in ("monday", "tuesday", "wednesday", "thursday")}


def names(library: Library) -> list[str]:
    return [entry.id for entry in library.documents()]


def stopped_at(call: int) -> Embedding:
    """The small embedding, with somebody who presses Ctrl-C while it works."""
    small, calls = small_embedding(), iter(range(1_000))

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        if next(calls) == call:
            raise KeyboardInterrupt
        return small.embed(texts)

    return replace(small, embed=embed)


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


@in_a_folder
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


def test_what_was_committed_before_an_interruption_is_kept_and_in_step(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", LOGS)
    canaries = 1
    with (
        small_library(tmp_path / "data", stopped_at(canaries + 2)) as library,
        pytest.raises(KeyboardInterrupt),
    ):
        ingest(library, [folder])
    with small_library(tmp_path / "data") as library:
        assert names(library) == ["monday.txt", "thursday.txt"]
        assert is_current(library.ledger), "the index need not be built anew"
        done = ingest(library, [folder])
        assert (len(done.unchanged), done.added) == (2, ["tuesday.txt", "wednesday.txt"])


def test_a_failure_in_the_middle_keeps_what_was_committed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", LOGS)
    small = small_embedding()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) == 1:
            raise EmbeddingError("the model is gone")
        return small.embed(texts)

    (folder / "zebra.txt").write_text("The zebra grazes.")
    with small_library(tmp_path / "data", replace(small, embed=embed)) as library:
        with pytest.raises(EmbeddingError):
            ingest(library, [folder])
        assert names(library) == sorted(LOGS)
        assert is_current(library.ledger)


def test_every_thousand_sentences_are_committed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", LOGS)
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        assert library.ledger.state()["revision"] == str(len(LOGS))


def test_equal_sentences_of_a_batch_are_embedded_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", {"monday.txt": LONG})
    small, embedded = small_embedding(), list[str]()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        embedded.extend(texts)
        return small.embed(texts)

    with small_library(tmp_path / "data", replace(small, embed=embed)) as library:
        ingest(library, [folder])
        (record,) = library.ledger.records()
        assert embedded.count("The ferry left at seven.") == 1
        assert len(record.bounds) == AT_ONCE
        assert (record.vectors[::2] == record.vectors[0]).all()
        assert (record.vectors[1::2] == record.vectors[1]).all()


def watched(library: Library, folder: Path) -> list[Progress]:
    seen: list[Progress] = []
    ingest(library, [folder], watch=seen.append)
    return [one for one in seen if one.what == "Indexing"]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", LOGS | {"a book.txt": LONG * 3})
    with small_library(tmp_path / "data") as library:
        seen = watched(library, folder)
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert (seen[0].done, seen[0].share) == (0, 0.0)
    assert shares[1] == pytest.approx(1 / 7, abs=0.01), "a book is seen to be read in thirds"
    assert seen[-1].done == 5
    assert seen[-1].share == pytest.approx(1.0)
    assert {one.total for one in seen} == {5}
    assert seen[-1].sentences == 7 * AT_ONCE


def test_progress_counts_only_what_is_to_be_done(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents", LOGS)
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        (folder / "monday.txt").write_text("No ferry today.")
        seen = watched(library, folder)
    assert (seen[-1].done, seen[-1].total, seen[-1].share) == (1, 1, 1.0)


def test_a_file_that_is_too_large_is_named_unread_and_keeps_its_last_version(
    tmp_path: Path,
) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        os.truncate(folder / "talks.md", MAX_BYTES + 1)
        with (folder / "dump.txt").open("wb") as file:
            file.truncate(200_000_000)
        done = ingest(library, [folder])
        too_large = "and a document may have 50; split it into smaller files."
        assert done.failed == [
            ("dump.txt", f"dump.txt has 200.0 MB, {too_large}"),
            ("talks.md", f"talks.md has 50.0 MB, {too_large}"),
        ]
        assert "talks.md" in names(library)


def test_a_document_of_too_many_sentences_is_named(tmp_path: Path) -> None:
    wide = replace(small_embedding(), dimension=100_000_000)
    assert len(cut(document_from_text("log", "One. Two. Three."), wide)) == 3
    with pytest.raises(
        DocumentError, match="log has 4 sentences, and a document may have 3; split"
    ):
        cut(document_from_text("log", "One. Two. Three. Four."), wide)
    folder = write_folder(tmp_path / "documents", {"log.txt": "One. Two. Three. Four."})
    with small_library(tmp_path / "data", wide) as library:
        done = ingest(library, [folder])
        assert [name for name, _ in done.failed] == ["log.txt"]
        assert done.added == names(library) == []

"""Files that are brought: saved whole under safe names, never over others, and indexed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.arrivals import (
    MOST_BYTES,
    MOST_FILES,
    Arrival,
    Brought,
    Fate,
    save_file,
    take_in,
    too_much,
)
from rag.documents.folder import MAX_BYTES
from rag.errors import DocumentError, OwnedError, TakenError
from rag.ingest import ingest
from rag.libraries import Library
from tests.small import BAKERY, STRIKES, TALKS, small_library

PHOTO = b"\xff\xd8\x00\x10"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data", documents=tmp_path / "documents") as opened:
        yield opened


def bring(library: Library, *files: tuple[str, bytes], replace: bool = False) -> list[Arrival]:
    """What became of every file in the end."""
    told: dict[int, Arrival] = {}
    brought = [Brought(name, data) for name, data in files]
    take_in(library, brought, lambda one: told.update({id(one.file): one}), replace=replace)
    return [told[id(one)] for one in brought]


def held(library: Library) -> list[str]:
    return [entry.id for entry in library.documents()]


def test_files_are_saved_and_indexed_like_any_other_of_the_folder(library: Library) -> None:
    arrivals = bring(library, ("talks.md", TALKS.encode()), ("bakery.md", BAKERY.encode()))
    assert [one.fate for one in arrivals] == [Fate.ADDED, Fate.ADDED]
    assert held(library) == ["bakery.md", "talks.md"]
    done = ingest(library, [library.config.documents])
    assert done.unchanged == ["bakery.md", "talks.md"]
    assert not done.has_news


def test_what_cannot_be_read_is_named_and_not_saved_and_the_rest_is_taken_in(
    library: Library,
) -> None:
    arrivals = bring(library, ("a.jpg", PHOTO), ("b.txt", b" \n"), ("talks.md", TALKS.encode()))
    assert [one.fate for one in arrivals] == [Fate.FAILED, Fate.FAILED, Fate.ADDED]
    assert "a.jpg is of a kind that is not read" in arrivals[0].reason
    assert "b.txt is empty" in arrivals[1].reason
    assert [path.name for path in library.config.documents.iterdir()] == ["talks.md"]


def test_a_file_that_is_too_large_is_named(library: Library) -> None:
    (arrival,) = bring(library, ("large.txt", b"a" * (MAX_BYTES + 1)))
    assert "large.txt has 50.0 MB, and a document may have 50" in arrival.reason


def test_a_hostile_name_stays_in_the_folder(library: Library, tmp_path: Path) -> None:
    bring(library, ("../../out.md", TALKS.encode()), ("..\\.hidden.md", BAKERY.encode()))
    assert held(library) == ["hidden.md", "out.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "documents"]


def test_a_taken_name_is_said_and_nothing_is_written_over(library: Library) -> None:
    bring(library, ("talks.md", TALKS.encode()))
    (arrival,) = bring(library, ("talks.md", BAKERY.encode()))
    assert arrival.fate is Fate.TAKEN
    assert arrival.reason == "There is a talks.md already, with other content."
    assert (library.config.documents / "talks.md").read_text(encoding="utf-8") == TALKS


def test_a_taken_name_is_replaced_when_that_is_asked_for(library: Library) -> None:
    bring(library, ("talks.md", TALKS.encode()))
    (arrival,) = bring(library, ("talks.md", BAKERY.encode()), replace=True)
    assert arrival.fate is Fate.CHANGED
    assert [entry.title for entry in library.documents()] == ["The bakery on Mill Lane"]


def test_the_same_file_twice_is_no_conflict(library: Library) -> None:
    bring(library, ("talks.md", TALKS.encode()))
    (arrival,) = bring(library, ("talks.md", TALKS.encode()))
    assert arrival.fate is Fate.UNCHANGED


def test_of_two_files_of_one_name_the_second_is_asked_about(library: Library) -> None:
    arrivals = bring(library, ("a/notes.txt", STRIKES.encode()), ("b/notes.txt", TALKS.encode()))
    assert [one.fate for one in arrivals] == [Fate.ADDED, Fate.TAKEN]


def test_a_folder_that_cannot_be_written_is_one_sentence(library: Library) -> None:
    library.config.documents.write_text("a file is in the way")
    (arrival,) = bring(library, ("talks.md", TALKS.encode()))
    assert arrival.fate is Fate.FAILED
    assert arrival.reason.startswith("talks.md cannot be saved")


def test_nothing_is_saved_while_another_process_owns_the_data(
    library: Library, tmp_path: Path
) -> None:
    other = Library(library.config, library.embedding, library.ledger, None)
    with pytest.raises(OwnedError):
        bring(other, ("talks.md", TALKS.encode()))
    assert not (tmp_path / "documents").exists()


def test_a_link_in_the_folder_leads_no_bytes_out_of_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "notes.txt").symlink_to(outside)
    with pytest.raises(TakenError):
        save_file(folder, "notes.txt", b"theirs")
    save_file(folder, "notes.txt", b"theirs", replace=True)
    assert outside.read_text() == "mine"
    assert (folder / "notes.txt").read_bytes() == b"theirs"


def test_a_file_that_cannot_be_placed_leaves_no_half_of_itself(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").mkdir()
    with pytest.raises(DocumentError, match=r"notes\.txt cannot be saved"):
        save_file(tmp_path, "notes.txt", b"words", replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_so_many_files_as_a_page_bears_are_taken_in_and_no_more() -> None:
    assert too_much([1] * MOST_FILES) == too_much([MOST_BYTES]) == ""
    assert too_much([1] * (MOST_FILES + 1)) == (
        "201 files of 0 MB are too many at once; bring at most 200 of 500 MB, or put them into the "
        "documents folder."
    )
    assert "too many at once" in too_much([MOST_BYTES, 1])

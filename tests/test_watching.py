"""A followed folder: what happens to its files happens to the index, by itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.changes import IngestReport
from rag.libraries import Library
from rag.watching import changes, follow, is_of_interest
from tests.small import FOLDER, small_library, write_folder
from tests.waiting import until

PATIENCE = 30.0  # seconds; a change is seen in one, unless the machine is busy


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as opened:
        yield opened


@contextmanager
def followed(library: Library, folder: Path) -> Iterator[list[IngestReport]]:
    """Follow a folder for the length of a block; yields what was reported so far."""
    stop, reports = threading.Event(), list[IngestReport]()
    thread = threading.Thread(target=follow, args=(library, folder, reports.append, stop))
    thread.start()
    try:
        until(lambda: bool(reports))
        yield reports
    finally:
        stop.set()
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive()


def names(library: Library) -> set[str]:
    return {entry.id for entry in library.documents()}


def test_files_that_come_change_and_go_are_followed(library: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with followed(library, folder):
        assert names(library) == set(FOLDER)
        write_folder(folder, {"new.txt": "The ferry is new."})
        until(lambda: "new.txt" in names(library))
        write_folder(folder, {"new.txt": "# Another title\n\nThe ferry is old."})
        until(lambda: "is old" in str(library.document("new.txt")))
        (folder / "new.txt").unlink()
        until(lambda: names(library) == set(FOLDER))


def test_a_folder_of_documents_that_is_moved_away_is_followed(
    library: Library, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "documents")
    with followed(library, folder):
        (folder / "home").rename(tmp_path / "elsewhere")
        until(lambda: "home/bakery.md" not in names(library))


def test_a_folder_that_becomes_empty_forgets_nothing(library: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with followed(library, folder) as reports:
        for path in folder.rglob("*.*"):
            path.unlink()
        until(lambda: bool(reports[-1].failed))
        assert "The 3 documents indexed from it are kept." in reports[-1].failed[0][1]
        assert names(library) == set(FOLDER)


def test_a_folder_that_goes_and_comes_back_is_followed_again(
    library: Library, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "documents")
    with followed(library, folder) as reports:
        folder.rename(tmp_path / "elsewhere")  # at once, as a drive goes
        until(lambda: bool(reports[-1].failed))
        assert names(library) == set(FOLDER)
        write_folder(folder, {"back.txt": "The drive is back."})
        until(lambda: "back.txt" in names(library))
        write_folder(folder, {"later.txt": "It is followed."})
        until(lambda: "later.txt" in names(library))


def test_what_changes_while_the_first_change_is_dealt_with_is_not_missed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    stop, seen = threading.Event(), list[None]()
    found = changes(folder, stop)
    next(found)
    write_folder(folder, {"new.txt": "The ferry is new."})  # before it is watched
    thread = threading.Thread(target=lambda: seen.append(next(found)))
    thread.start()
    thread.join(timeout=PATIENCE)
    stop.set()
    thread.join(timeout=PATIENCE)
    assert seen


def test_nothing_is_made_of_a_folder_in_which_nothing_changes(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    stop, seen = threading.Event(), list[None]()
    thread = threading.Thread(target=lambda: seen.extend(changes(folder, stop)))
    thread.start()
    time.sleep(5)  # longer than a look
    stop.set()
    thread.join(timeout=PATIENCE)
    assert seen == [None]


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_followed(
    library: Library, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "documents")
    with followed(library, folder) as reports:
        (folder / "bad.txt").write_bytes(b"\0")
        until(lambda: bool(reports[-1].failed))
        assert reports[-1].failed[0][1].startswith("bad.txt is no text file")
        write_folder(folder, {"good.txt": "This one is read."})
        until(lambda: "good.txt" in names(library))


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("notes.md", True),
        ("below/notes.txt", True),
        ("gone-folder", True),
        ("photo.jpg", False),
        (".git/notes.md", False),
        (".3f.part", False),
    ],
)
def test_only_documents_and_folders_matter(name: str, matters: bool, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    assert is_of_interest(tmp_path, str(tmp_path / name)) is matters

"""What is removed is not found any more, does not come back, and is not lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.ingest import ingest, ingest_documents
from rag.libraries import Library
from rag.removals import remove
from rag.types import Document
from tests.small import BAKERY, FOLDER, small_library, write_folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    documents = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data", documents=documents) as opened:
        ingest(opened, [documents])
        yield opened


def held(library: Library) -> list[str]:
    return [entry.id for entry in library.documents()]


def test_a_removed_document_does_not_come_back(library: Library) -> None:
    done = remove(library, ["home/bakery.md"])
    assert [one.name for one in done.removed] == ["home/bakery.md"]
    assert held(library) == ["strikes.txt", "talks.md"]
    assert ingest(library, [library.config.documents]).added == []


def test_its_file_is_put_away_and_can_be_put_back(library: Library) -> None:
    remove(library, ["home/bakery.md"])
    away = library.config.data / "removed" / "home" / "bakery.md"
    assert away.read_text(encoding="utf-8") == BAKERY
    away.rename(library.config.documents / "home" / "bakery.md")
    assert ingest(library, [library.config.documents]).added == ["home/bakery.md"]


def test_what_was_put_away_before_is_kept(library: Library) -> None:
    remove(library, ["strikes.txt"])
    write_folder(library.config.documents, {"strikes.txt": "The second one."})
    ingest(library, [library.config.documents])
    done = remove(library, ["strikes.txt"])
    assert done.removed[0].where.endswith("strikes (2).txt")
    away = library.config.data / "removed"
    assert (away / "strikes.txt").read_text(encoding="utf-8") == FOLDER["strikes.txt"]
    assert (away / "strikes (2).txt").read_text(encoding="utf-8") == "The second one."


def test_a_file_from_elsewhere_stays_where_it_is(library: Library, tmp_path: Path) -> None:
    other = write_folder(tmp_path / "other", {"note.txt": "A note from elsewhere."})
    ingest(library, [other])
    done = remove(library, ["note.txt"])
    assert done.removed[0].where.startswith(f"its file stays at {other / 'note.txt'}")
    assert (other / "note.txt").exists()


def test_a_document_without_a_file_is_removed_too(library: Library) -> None:
    ingest_documents(library, [Document("web page", "Web page", "Bees hum.")])
    assert remove(library, ["web page"]).removed[0].where == "it has no file"
    assert "web page" not in held(library)


def test_a_document_whose_file_is_gone_is_removed(library: Library) -> None:
    (library.config.documents / "talks.md").unlink()
    assert remove(library, ["talks.md"]).removed[0].where == "its file was gone already"


def test_a_document_whose_file_cannot_be_moved_stays(library: Library) -> None:
    (library.config.data / "removed").write_text("a file is in the way")
    done = remove(library, ["talks.md", "nothing.md"])
    assert done.unknown == ["nothing.md"]
    assert "talks.md cannot be moved out of its folder" in done.failed[0][1]
    assert "talks.md" in held(library)


def test_a_data_folder_among_the_documents_hides_what_is_put_away(tmp_path: Path) -> None:
    write_folder(tmp_path)
    with small_library(tmp_path / "data", documents=tmp_path) as library:
        ingest(library, [tmp_path])
        remove(library, ["talks.md"])
        assert ingest(library, [tmp_path]).added == []

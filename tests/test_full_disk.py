"""A write that fails is one sentence, questions go on, and with room again all is mended."""

import sqlite3
from pathlib import Path

import pytest

from eval.crash.living import Place
from eval.full_disk import small_files, try_rooms
from rag.errors import LedgerError
from rag.ingest import ingest
from rag.ledger import FILE_NAME
from rag.ledger.connecting import ReadOnly, connect
from rag.ownership import take_ownership
from tests.small import FOLDER, small_library, write_folder

ROOMS = (0, 3, 13, 14, 40, 81, 200)  # pages of 4 kB that a file may grow to


def test_whichever_write_fails_nothing_is_lost_and_the_next_ingest_mends(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    done = try_rooms(tmp_path / "scratch", tmp_path, "small files", ROOMS)
    assert [(one.room, one.faults) for one in done if one.faults] == []
    sentences = [one.sentence for one in done]
    assert any(one.startswith("The ledger cannot be read or written") for one in sentences)
    assert any("search index could not be written" in one for one in sentences)
    assert sentences[-1] == "", "there was room enough for this one"


def test_a_note_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        assert library.is_owner
    (tmp_path / "data" / "owner.json").mkdir()  # as little to be written as on a full disk
    owner = take_ownership(tmp_path / "data")
    assert owner.lock.is_locked
    owner.lock.release()


def test_a_ledger_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    place = Place(tmp_path / "data", tmp_path / "documents", 0, 0)
    with small_library(place.data) as library:
        ingest(library, [write_folder(place.documents)])
    with small_files(place, 0):
        connection = connect(place.data / FILE_NAME)
        assert isinstance(connection, ReadOnly)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM documents")
        connection.close()
    with small_library(place.data) as library:
        with small_files(place, 0):
            assert len(library.documents()) == len(FOLDER)
            with pytest.raises(LedgerError, match="cannot be read or written"):
                library.ledger.set_state({"index": "behind"})
        library.ledger.set_state({"index": "behind"})

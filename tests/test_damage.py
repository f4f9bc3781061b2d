"""Whatever is done to the files of an index, it is found and built anew; a ledger is named."""

from pathlib import Path

import pytest

from eval.crash.damaging import DAMAGES
from eval.damage import try_all
from rag.errors import LedgerError
from rag.ingest import ingest
from rag.ledger import FILE_NAME, open_ledger
from tests.small import small_library, write_folder

CASES = 20


def test_a_damaged_index_is_found_and_built_anew_and_nothing_crashes(tmp_path: Path) -> None:
    tried = try_all(CASES, documents=4, sentences=30, scratch=tmp_path)
    assert [(one.case, one.faults) for one in tried if one.faults] == []
    assert len({one.case.damage for one in tried}) >= 4


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with documents in it."""
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
    return tmp_path / "data"


def damage_ledger(data: Path, damage: str) -> None:
    from random import Random

    DAMAGES[damage](data / FILE_NAME, Random(1))


@pytest.mark.parametrize("damage", ["cut in half", "random bytes", "zeros"])
def test_a_damaged_ledger_is_one_sentence_that_says_what_to_do(data: Path, damage: str) -> None:
    damage_ledger(data, damage)
    with pytest.raises(LedgerError, match=r"ledger.sqlite is damaged .* rag ingest") as told:
        open_ledger(data)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("damage", ["missing", "emptied"])
def test_a_ledger_that_is_lost_is_no_empty_library(data: Path, damage: str) -> None:
    damage_ledger(data, damage)
    with pytest.raises(LedgerError, match=r"ledger.sqlite is (gone|empty)"):
        open_ledger(data)
    with pytest.raises(LedgerError), small_library(data):
        pass


def test_a_new_folder_is_an_empty_library(tmp_path: Path) -> None:
    with small_library(tmp_path / "new") as library:
        assert library.documents() == []
    with small_library(tmp_path / "new") as library:
        assert library.documents() == []

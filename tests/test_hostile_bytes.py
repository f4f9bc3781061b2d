"""Small files that unfold without end are refused by name, and the next file is read."""

from pathlib import Path

import pytest

from eval.hostile_bytes import BOMBS, SECRET, STEALING
from eval.hostile_files import MOST_MEMORY, MOST_SECONDS, Tried, is_held, try_apart
from rag.documents.apart import read_apart
from rag.errors import DocumentError
from rag.ingest import ingest
from tests.small import FOLDER, small_library, write_folder

CASES = [(kind, bomb) for kind in BOMBS for bomb in BOMBS[kind]]
HELD = Tried("bomb.csv is empty.", 1, 100, next_is_read=True)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "bomb"), CASES, ids=[f"{kind} {bomb}" for kind, bomb in CASES])
def test_a_bomb_is_refused_within_its_limits(kind: str, bomb: str) -> None:
    tried = try_apart(kind, bomb)
    assert is_held(kind, tried), tried


@pytest.mark.parametrize(
    "tried",
    [
        Tried("It is empty.", 1, 100, next_is_read=True),
        Tried("bomb.csv is empty.", MOST_SECONDS + 1, 100, next_is_read=True),
        Tried("bomb.csv is empty.", 1, MOST_MEMORY + 1, next_is_read=True),
        Tried("bomb.csv is empty.", 1, 100, next_is_read=False),
        Tried("bomb.csv is\nempty.", 1, 100, next_is_read=True),
    ],
    ids=["no name", "too slow", "too large", "the next is not read", "two lines"],
)
def test_a_bomb_that_was_not_held_would_be_seen(tried: Tried) -> None:
    assert is_held(".csv", HELD)
    assert not is_held(".csv", tried)


def test_ingest_goes_on_behind_a_file_that_is_too_much(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    (folder / "bomb.eml").write_bytes(BOMBS[".eml"]["letters in letters"]())
    (folder / "bomb.pdf").write_bytes(BOMBS[".pdf"]["a page that unpacks to 1,000 MB"]())
    (folder / "zoo.csv").write_text("animal,name\nseal,Sniff\n")
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
        zoo = library.document("zoo.csv")
    reasons = dict(done.failed)
    assert reasons["bomb.pdf"].startswith("bomb.pdf brought the program that reads it to its end")
    assert reasons["bomb.eml"].startswith("bomb.eml cannot be read")
    assert sorted(done.added) == sorted([*FOLDER, "zoo.csv"])
    assert zoo
    assert "Sniff" in zoo.text


@pytest.mark.parametrize("kind", STEALING)
def test_a_document_cannot_take_in_a_file_that_it_names(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    try:
        text = read_apart(STEALING[kind](secret.as_uri()), "a" + kind).text
    except DocumentError as error:
        text = str(error)
    assert SECRET not in text

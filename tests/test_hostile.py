"""Documents that nobody means well with: nothing breaks, offsets stay exact, work stays bounded."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from eval.hostile import (
    LANGUAGES,
    SENTENCE,
    is_exact,
    try_folder,
    write_languages,
    write_line,
    write_old,
    write_repeated,
    write_tiny,
)
from rag.documents import document_from_text
from rag.records import AT_ONCE, cut, make_records
from tests.small import small_embedding

SMALL: dict[str, tuple[Callable[[Path], None], int]] = {
    "tiny files": (partial(write_tiny, count=500), 500),
    "lines without a break": (partial(write_line, size=40_000), 3),
    "one sentence repeated": (partial(write_repeated, count=3_000), 2),
    "an old encoding": (partial(write_old, size=20_000), 1),
    "fifty languages": (write_languages, 51),
}


@pytest.mark.parametrize(("write", "count"), SMALL.values(), ids=SMALL)
def test_every_sentence_is_where_its_offsets_say(
    tmp_path: Path, write: Callable[[Path], None], count: int
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder)
    first, second, exact = try_folder(folder, tmp_path / "data")
    assert exact
    assert (len(first.added), first.failed) == (count, [])
    assert len(second.unchanged) == count


@pytest.mark.parametrize("shift", [-1, 1], ids=["one too early", "one too late"])
def test_a_sentence_that_is_elsewhere_would_be_seen(shift: int) -> None:
    document = document_from_text("ferry", "(The ferry left. It came back.)")
    embedding = small_embedding()
    bounds = cut(document, embedding)
    for shifted, expected in ((bounds, True), (bounds[1:] + shift, False)):
        (record,) = make_records([document], [""], [shifted], embedding)
        assert is_exact(record) is expected


def test_fifty_languages_are_fifty() -> None:
    codes = [line.split("\t")[0] for line in LANGUAGES.read_text(encoding="utf-8").splitlines()]
    assert len(set(codes)) == 50


def test_a_long_document_is_embedded_in_small_pieces() -> None:
    document = document_from_text("log", SENTENCE * 2_500)
    embedding = small_embedding()
    pieces: list[int] = []
    bounds = cut(document, embedding)
    (record,) = make_records([document], [""], [bounds], embedding, pieces.append)
    assert pieces == [AT_ONCE, AT_ONCE, 2_500 - 2 * AT_ONCE]
    assert (record.vectors == record.vectors[0]).all()

"""PDFs: lines become paragraphs again, pages are known, and what is no text of its own goes."""

from pathlib import Path

import pytest

from rag.documents import read_document
from rag.documents.readers import read_here
from rag.errors import DocumentError
from rag.pages import page_words, pages_of
from rag.types import Document
from tests.small_files import ARTICLE, Print, pdf, printed, wrapped


def read(data: bytes, name: str = "talks.pdf") -> Document:
    return read_document(data, name, Path("/documents") / name, read_here)


def text_of(*pages: list[Print]) -> str:
    return read(pdf(pages)).text


def lines(*words: str, top: float = 700.0, left: float = 70.0, size: float = 11.0) -> list[Print]:
    return [(size, left, top - 14.0 * place, line) for place, line in enumerate(words)]


def test_every_sentence_knows_its_page() -> None:
    document = read(pdf(printed()))
    places = [document.text.index(text) for text in ("Talks close", "Working", "Hamas")]
    assert [pages_of(document.pages, place, place + 5) for place in places] == [(1,), (1,), (2,)]


@pytest.mark.parametrize(
    ("starts", "start", "end", "pages"),
    [
        pytest.param((), 0, 5, (), id="a text without pages"),
        pytest.param((0, 100), 0, 100, (1,), id="the whole of a page"),
        pytest.param((0, 100), 99, 101, (1, 2), id="over the end of a page"),
        pytest.param((0, 100), 100, 120, (2,), id="the beginning of a page"),
        pytest.param((0, 50, 50, 90), 60, 70, (3,), id="behind a page without text"),
        pytest.param((0, 10, 20, 30), 5, 25, (1, 2, 3), id="over a whole page"),
    ],
)
def test_a_stretch_of_text_is_on_pages(
    starts: tuple[int, ...], start: int, end: int, pages: tuple[int, ...]
) -> None:
    assert pages_of(starts, start, end) == pages


def test_pages_are_said_in_words() -> None:
    assert [page_words(pages) for pages in ((), (7,), (7, 8, 9))] == ["", "page 7", "pages 7–9"]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    text = read(pdf(printed())).text
    assert "Daily Ferry" not in text
    assert not any(line.isdigit() for line in text.splitlines())


def test_a_line_that_stands_on_one_page_only_is_kept() -> None:
    first = [*lines("The ferry left. It came back on Monday."), (9.0, 70.0, 810.0, "For Anna only")]
    second = [*lines("Nobody was on board."), (9.0, 70.0, 810.0, "Not for Bo")]
    assert "For Anna only" in text_of(first, second)


def test_a_word_divided_at_the_end_of_a_line_is_whole_again() -> None:
    text = text_of(lines(*wrapped(" ".join(ARTICLE[1:2]), 41)))
    assert text == ARTICLE[1]


def test_a_compound_that_is_known_keeps_its_hyphen() -> None:
    text = text_of(
        lines("A well-known and much-loved baker lives there.", "She is a very, very, very well-")
        + lines("known baker.", top=672.0)
    )
    assert text.endswith("very well-known baker.")


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    text = text_of(lines("The ferry left at noon with forty people and"), lines("came back empty."))
    assert text == "The ferry left at noon with forty people and came back empty."


def test_lines_that_were_meant_to_be_short_stay_apart() -> None:
    text = text_of(
        lines("Anna Holm", "Mill Lane 4", "A long line that tells how wide this one is.")
    )
    assert text.split("\n\n")[:2] == ["Anna Holm", "Mill Lane 4"]


def test_a_row_of_a_table_keeps_its_cells_apart() -> None:
    rows = [
        (11.0, left, base, words)
        for base, row in ((700.0, ("City", "Days")), (686.0, ("Cairo", "4")))
        for left, words in zip((70.0, 300.0), row, strict=True)
    ]
    assert text_of(rows) == "| City | Days |\n| Cairo | 4 |"


def test_two_columns_are_read_one_after_the_other() -> None:
    one, other = wrapped(ARTICLE[1], 32), wrapped(ARTICLE[3], 32)
    assert text_of(lines(*one) + lines(*other, left=320.0)) == f"{ARTICLE[1]}\n\n{ARTICLE[3]}"


def test_a_scan_is_said_to_hold_no_text() -> None:
    with pytest.raises(DocumentError, match=r"talks.pdf holds no text on any of its 2 pages"):
        read(pdf([[], []]))


def test_a_page_without_text_is_named_and_the_others_are_read() -> None:
    document = read(pdf([lines("One."), [], lines("Three.")]))
    assert "no text is on page 2" in document.note
    assert pages_of(document.pages, *(document.text.index("Three"), len(document.text))) == (3,)


def test_a_locked_file_is_named() -> None:
    lock = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<00> <00>]"
    with pytest.raises(DocumentError, match=r"talks.pdf is locked with a password"):
        read(pdf([lines("One.")], encrypt=lock.format("ab" * 32)))

"""Books are read chapter by chapter in the order of their spine."""

import datetime as dt

import pytest

from rag.documents.epub import read_epub
from rag.errors import DocumentError
from tests.binding import bound

CHAPTERS = {
    "ferries": "<h1>Ferries</h1><p>The ferry to Aland leaves at seven.</p>",
    "harbour": "<h1>The harbour</h1><p>It was built in 1903.<a id='x'/></p><ul><li>Ice</li></ul>",
}
LOCK = '<encryption><EncryptionMethod Algorithm="{}"/></encryption>'
LOCKED = "META-INF/encryption.xml"
ENTITIES = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><package><x>&a;</x></package>'


def test_chapters_stand_in_the_order_of_the_spine_without_the_contents() -> None:
    content = read_epub(bound(CHAPTERS, spine="harbour ferries"), "vik.epub")
    assert content.text == (
        "The harbour\n\nIt was built in 1903.\n\n- Ice\n\n"
        "Ferries\n\nThe ferry to Aland leaves at seven."
    )


def test_title_author_and_date_are_those_of_the_package() -> None:
    content = read_epub(bound(CHAPTERS), "vik.epub")
    assert (content.title, content.author, content.date) == (
        "The harbour of Vik",
        "Anna Holm",
        dt.date(2024, 8, 26),
    )


def test_a_chapter_that_is_named_twice_is_read_once() -> None:
    content = read_epub(bound(CHAPTERS, spine="ferries " * 1_000), "vik.epub")
    assert content.text.count("The ferry to Aland") == 1


def test_a_chapter_that_is_named_and_not_there_is_passed_over() -> None:
    content = read_epub(bound(CHAPTERS, missing="ferries"), "vik.epub")
    assert content.text.startswith("The harbour")


def test_a_book_of_which_only_fonts_are_locked_is_read() -> None:
    lock = LOCK.format("http://www.idpf.org/2008/embedding")
    assert "Ferries" in read_epub(bound(CHAPTERS, more={LOCKED: lock}), "vik.epub").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"PK\x03\x04", "damaged", id="no archive"),
        pytest.param(
            bound(CHAPTERS, more={LOCKED: LOCK.format("http://www.w3.org/2001/04/xmlenc#aes256")}),
            "protected against copying",
            id="locked",
        ),
        pytest.param(
            bound(CHAPTERS, more={"META-INF/container.xml": "<container/>"}),
            "damaged",
            id="no package named",
        ),
        pytest.param(
            bound(CHAPTERS, more={"OEBPS/content.opf": "<package>"}), "damaged", id="cut package"
        ),
    ],
)
def test_what_is_no_book_is_named_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as refused:
        read_epub(data, "vik.epub")
    assert str(refused.value).startswith("vik.epub ")


def test_entities_of_a_package_are_not_followed() -> None:
    content = read_epub(bound(CHAPTERS, more={"OEBPS/content.opf": ENTITIES}), "vik.epub")
    assert content.text == ""

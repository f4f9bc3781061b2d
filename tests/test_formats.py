"""Every format gives one text with exact sentences, and the same article gives the same ones."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from rag.documents import read_document
from rag.documents.content import Content
from rag.documents.readers import read_here
from rag.errors import DocumentError
from rag.sentences import split_pieces, split_sentences
from rag.types import Document
from tests.small_files import (
    ARTICLE,
    ITEMS,
    archive,
    book,
    letter,
    pdf,
    plain_text,
    printed,
    rtf_document,
    saved,
    web_page,
    word_document,
)

FORMS = {
    "talks.html": web_page,
    "talks.docx": word_document,
    "talks.pdf": lambda: pdf(printed(), ARTICLE[0]),
    "talks.rtf": rtf_document,
    "talks.epub": book,
}


def read(data: bytes, name: str) -> Document:
    return read_document(data, name, Path("/documents") / name, read_here)


def sentences(data: bytes, name: str) -> list[str]:
    return [one.text for one in split_sentences(read(data, name))]


@pytest.mark.parametrize("name", FORMS)
def test_the_same_article_gives_the_same_sentences_in_every_format(name: str) -> None:
    expected = sentences(plain_text(), "talks.txt")
    assert len(expected) == 12
    assert sentences(FORMS[name](), name) == expected


@pytest.mark.parametrize("is_html", [False, True], ids=["plain", "HTML"])
def test_a_letter_gives_its_headers_and_then_the_same_sentences(is_html: bool) -> None:
    found = sentences(letter(html=is_html).as_bytes(), "talks.eml")
    assert found[:3] == [
        "From: Anna Holm <anna@example.org>",
        "To: Bo Lind <bo@example.org>",
        "Subject: Talks close in Cairo",
    ]
    assert [one for one in found[3:] if one in sentences(plain_text(), "talks.txt")] == sentences(
        plain_text(), "talks.txt"
    )


@pytest.mark.parametrize("name", FORMS)
def test_sentences_tile_the_text(name: str) -> None:
    text = read(FORMS[name](), name).text
    assert "".join(split_pieces(text)) == text


@pytest.mark.parametrize("name", FORMS)
def test_the_kind_is_told_by_the_content_and_a_wrong_name_is_said(name: str) -> None:
    document = read(FORMS[name](), "talks.txt")
    assert document.text == read(FORMS[name](), name).text
    if not name.endswith((".docx", ".epub")):
        assert "for that is what it holds" in document.note


def test_what_stands_around_an_article_is_left_out() -> None:
    text = read(web_page(), "talks.html").text
    assert not any(word in text for word in ("Home", "ten cats", "Copyright", "track"))


@pytest.mark.parametrize(
    ("name", "data", "title", "date", "author"),
    [
        ("a.html", web_page(), ARTICLE[0], dt.date(2024, 8, 26), "Anna Holm"),
        ("a.docx", word_document(), ARTICLE[0], None, ""),
        ("2024-08-26 a.pdf", pdf(printed(), "The talks"), "The talks", dt.date(2024, 8, 26), ""),
        ("a.pdf", pdf(printed(), "Microsoft Word - talks.doc"), ARTICLE[0], None, ""),
        ("a.rtf", rtf_document(), ARTICLE[0], None, ""),
        ("a.epub", book(), "A book of talks", None, "Anna Holm"),
        (
            "a.eml",
            letter().as_bytes(),
            ARTICLE[0],
            dt.date(2024, 8, 26),
            "Anna Holm <anna@example.org>",
        ),
    ],
)
def test_title_date_and_author_are_what_the_file_says(
    name: str, data: bytes, title: str, date: dt.date | None, author: str
) -> None:
    document = read(data, name)
    assert (document.title, document.date, document.author) == (title, date, author)


def test_a_word_document_keeps_its_order_and_leaves_out_what_was_struck_out() -> None:
    document = docx.Document()
    document.add_heading("The ferry", 1)
    document.add_paragraph("It leaves at noon.")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Day", "Boats", "Monday", "4"), strict=True):
        cell.text = words
    for words in ("Buy a ticket", "Go on board"):
        document.add_paragraph(words, style="List Number")
    last = document.add_paragraph("It comes back")
    last.add_run(" never").font.hidden = True
    last.add_run(" at night.")
    assert read(saved(document), "ferry.docx").text == (
        "The ferry\n\nIt leaves at noon.\n\n| Day | Boats |\n| Monday | 4 |\n\n"
        "1. Buy a ticket\n2. Go on board\n\nIt comes back at night."
    )


def test_a_table_with_names_of_columns_says_them_in_every_row() -> None:
    text = read(b'City;Days\nCairo;4\n"Doha; old";\n', "cities.csv").text
    assert text.splitlines() == ["| City: Cairo | Days: 4 |", "| City: Doha; old |"]


def test_a_table_without_names_of_columns_is_kept_as_it_is() -> None:
    assert read(b"Cairo,4\nDoha,5\n", "cities.csv").text == "| Cairo | 4 |\n| Doha | 5 |"


def test_a_data_table_of_a_page_is_rows_and_a_table_of_layout_is_not() -> None:
    page = (
        "<html><body><table><tr><td><p>One.</p><p>Two.</p></td></tr></table>"
        "<table><tr><th>City</th><th>Days</th></tr><tr><td>Cairo</td><td>4</td></tr></table>"
    )
    assert read(page.encode(), "a.html").text == "One.\n\nTwo.\n\n| City | Days |\n| Cairo | 4 |"


def test_what_a_browser_does_not_show_is_not_read() -> None:
    page = (
        "<html><body><p>Seen.</p><p hidden>One.</p><div style='display: none'>Two.</div>"
        "<style>p {}</style><template>Three.</template><p>Also \u200bseen\u00ad.</p></body></html>"
    )
    assert read(page.encode(), "a.html").text == "Seen.\n\nAlso seen."


def test_a_page_says_itself_what_its_encoding_is() -> None:
    page = "<html><meta charset='windows-1252'><body><p>Où ? À Genève.</p></body></html>"
    document = read(page.encode("cp1252"), "a.html")
    assert (document.text, document.note) == ("Où ? À Genève.", "")


def test_attachments_of_a_letter_are_named_and_not_read() -> None:
    message = letter()
    message.add_attachment(b"secret", maintype="application", subtype="pdf", filename="plan.pdf")
    document = read(message.as_bytes(), "a.eml")
    assert document.note == "its attachments were not read: plan.pdf"
    assert "secret" not in document.text


def test_the_chapters_of_a_book_come_in_the_order_of_reading() -> None:
    chapters = [f"<html><body><p>Chapter {n}.</p></body></html>" for n in (3, 1, 2)]
    assert read(book(chapters), "a.epub").text == "Chapter 3.\n\nChapter 1.\n\nChapter 2."


def broken_files() -> Iterator[tuple[str, bytes, str]]:
    yield "cut.pdf", pdf(printed())[:40], "damaged"
    yield "cut.docx", word_document()[:400], "damaged"
    yield "sheet.docx", archive({"xl/workbook.xml": "<x/>"}), "neither a Word document nor"
    yield "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked with a password"
    yield "hollow.docx", archive({"word/document.xml": "<x/>"}), "damaged"
    yield "hollow.epub", archive({"META-INF/container.xml": "<x/>"}), "damaged"
    yield "broken.epub", archive({"META-INF/container.xml": "<x"}), "damaged"
    yield (
        "bought.epub",
        archive({"META-INF/container.xml": "", "META-INF/rights.xml": ""}),
        "copying",
    )
    yield "empty.html", b"<html><body></body></html>", "empty"
    yield "empty.csv", b" , \n , \n", "empty"
    yield "picture.pdf", b"\x89PNG\r\n\x1a\n\0\0", "no text file"


@pytest.mark.parametrize(("name", "data", "words"), list(broken_files()))
def test_what_cannot_be_read_is_named_in_one_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(data, name)
    assert str(caught.value).startswith(name)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_items_are_no_headings() -> None:
    assert sentences(word_document(), "a.docx")[-3:] == [f"- {item}" for item in ITEMS]


def test_a_reader_tells_what_it_had_to_guess() -> None:
    found: Content = read_here("Переговоры в Каире закончились.".encode("cp1251"), "a.csv")
    assert "cp1251" in found.note

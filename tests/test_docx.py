"""Word documents keep their headings, lists and tables in order; damaged ones are named."""

import datetime as dt
import io
import os
import zipfile
from collections.abc import Mapping

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.documents.content import Content
from rag.documents.docx import read_docx
from rag.errors import DocumentError


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(document: Document) -> Content:
    return read_docx(saved(document), "talks.docx")


def of_xml(body: str) -> str:
    """The text of a document whose body is this WordprocessingML."""
    document = docx.Document()
    element = parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>")
    for child in list(element):
        document.element.body.insert(len(document.element.body) - 1, child)
    return read(document).text


def with_members(data: bytes, members: Mapping[str, bytes]) -> bytes:
    """The archive with some members replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.namelist():
            if member not in members:
                new.writestr(member, old.read(member))
        for member, content in members.items():
            new.writestr(member, content)
    return out.getvalue()


def declaring(size: int, data: bytes) -> bytes:
    """The archive with a picture that is said to have so many bytes."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/media/a.bmp", b"")
        archive.getinfo("word/media/a.bmp").file_size = size  # as the directory will say
    return out.getvalue()


def test_headings_lists_and_tables_stand_in_their_order() -> None:
    document = docx.Document()
    document.add_heading("Cairo talks close", 1)
    document.add_paragraph("The round closed on Sunday.")
    document.add_paragraph("William Burns", style="List Bullet")
    document.add_paragraph("his deputy", style="List Bullet 2")
    document.add_paragraph("Rafah", style="List Number")
    document.add_paragraph("Netzarim", style="List Number")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ["Day", "Place", "Saturday", "Doha"], strict=True):
        cell.text = words
    document.add_paragraph("Working teams remain.")
    assert read(document).text == (
        "Cairo talks close\n\nThe round closed on Sunday.\n\n"
        "- William Burns\n- his deputy\n1. Rafah\n2. Netzarim\n\n"
        "| Day | Place |\n| Saturday | Doha |\n\nWorking teams remain."
    )


def test_title_author_and_date_are_the_properties() -> None:
    document = docx.Document()
    document.add_heading("A heading", 1)
    about = document.core_properties
    about.title, about.author = "Cairo talks close", "Anna Holm"
    about.created = dt.datetime(2024, 8, 26, 9, 30, tzinfo=dt.UTC)
    content = read(document)
    assert (content.title, content.author, content.date) == (
        "Cairo talks close",
        "Anna Holm",
        dt.date(2024, 8, 26),
    )


@pytest.mark.parametrize(
    ("level", "title"), [(0, "The title"), (1, "The title"), (2, "")], ids=["title", "1", "2"]
)
def test_without_a_title_among_the_properties_the_first_large_heading_is_it(
    level: int, title: str
) -> None:
    document = docx.Document()
    document.add_paragraph("A line above.")
    document.add_heading("The title", level)
    assert read(document).title == title


def test_the_date_of_a_programs_template_is_not_the_documents() -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    content = read(document)
    assert (content.date, content.author) == (None, "")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t></w:r></w:p>",
            "one\ntwo three",
            id="a line break and a tab",
        ),
        pytest.param(
            "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText> gone</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t> added</w:t></w:r></w:ins></w:p>",
            "kept added",
            id="under review, as it would be accepted",
        ),
        pytest.param(
            "<w:p><w:r><w:t>seen</w:t></w:r>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>"
            '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> shown</w:t></w:r></w:p>',
            "seen shown",
            id="hidden words",
        ),
        pytest.param(
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>a form</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "a form",
            id="a content control",
        ),
        pytest.param(
            "<w:p><w:r><w:t>See </w:t></w:r><w:hyperlink><w:r><w:t>the annex</w:t></w:r>"
            "</w:hyperlink></w:p>",
            "See the annex",
            id="a link",
        ),
        pytest.param(
            "<w:p><w:r><w:t>beside</w:t></w:r><w:r><w:pict><w:txbxContent>"
            "<w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
            "beside\n\nin a box",
            id="a text box, behind the paragraph that it hangs on",
        ),
        pytest.param(
            "<w:tbl><w:tr><w:tc><w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc>"
            "</w:tr></w:tbl><w:p/></w:tc><w:tc><w:p><w:r><w:t>out</w:t></w:r></w:p></w:tc></w:tr>"
            "</w:tbl>",
            "| in | out |",
            id="a table in a table",
        ),
    ],
)
def test_what_a_reader_sees_is_read(body: str, text: str) -> None:
    assert of_xml(body) == text


def test_a_list_that_goes_on_behind_a_paragraph_keeps_counting() -> None:
    document = docx.Document()
    for words, style in [("a", "List Number"), ("Between.", None), ("b", "List Number")]:
        document.add_paragraph(words, style=style)
    assert read(document).text == "1. a\n\nBetween.\n\n2. b"


EMPTY = saved(docx.Document())
NAMES = (
    b'<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="A"/></w:style>'
)
STYLES = f"<w:styles {nsdecls('w')}>".encode() + NAMES + b"</w:styles>"


def test_styles_based_on_each_other_in_a_circle_do_no_harm() -> None:
    body = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>words</w:t></w:r></w:p>'
    document = f"<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>".encode()
    data = with_members(EMPTY, {"word/styles.xml": STYLES, "word/document.xml": document})
    assert read_docx(data, "a.docx").text == "words"


ENTITIES = (
    b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/passwd">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>words&b;&c;</w:t></w:r></w:p></w:body></w:document>"
)


def test_entities_are_not_followed() -> None:
    data = with_members(EMPTY, {"word/document.xml": ENTITIES})
    assert read_docx(data, "a.docx").text == "words"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"PK\x03\x04 and then nothing", "damaged", id="no archive"),
        pytest.param(EMPTY[:-200], "damaged", id="cut off"),
        pytest.param(
            with_members(EMPTY, {"word/document.xml": b"<w:document"}), "damaged", id="cut XML"
        ),
        pytest.param(
            with_members(EMPTY, {"[Content_Types].xml": b"<Types/>"}), "damaged", id="no types"
        ),
        pytest.param(
            with_members(EMPTY, {"word/document.xml": b"<w:p/>" * 2_000_000}),
            "more than 200,000 paragraphs",
            id="two million empty paragraphs",
        ),
        pytest.param(
            declaring(201_000_000, with_members(EMPTY, {"word/a.bin": os.urandom(1_500_000)})),
            "unpacks to more than 100 MB",
            id="a picture that fills the memory",
        ),
        pytest.param(
            with_members(EMPTY, {f"word/{number}": b"" for number in range(10_001)}),
            "packs more than 10,000 files",
            id="ten thousand parts",
        ),
    ],
)
def test_what_is_no_document_of_sensible_size_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as refused:
        read_docx(data, "talks.docx")
    assert str(refused.value).startswith("talks.docx ")

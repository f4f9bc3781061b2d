"""Small real files of every kind, made from plain text; no library but the ones that read them."""

import zlib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx

ARTICLE = """
Talks close in Cairo
The round in Cairo closed on Sunday without an agreement. The United States, Qatar and Egypt \
acted as mediators, and Dr. William Burns of the CIA took part. He left for Doha at 9.30 p.m. \
and said nothing.
What remains open
Working teams stay in Cairo and will try to close the gaps. “We are not there yet,” said one of \
them; the others agreed with him.
Hamas was not at the table. It sent two people, who were told of every step.
""".strip().splitlines()
"""Headings and paragraphs of one article."""
ITEMS = ("The release of 33 hostages", "A ceasefire of six weeks", "Aid by land")
HEADINGS = (0, 2)


def plain_text() -> bytes:
    """The article as a text file, the items of its list last."""
    items = "\n".join(f"- {item}" for item in ITEMS)
    return "\n\n".join([*ARTICLE, items]).encode()


def web_page() -> bytes:
    """The article in the middle of a site."""
    return (
        f"<!DOCTYPE html><html><head><title>{ARTICLE[0]}</title>"
        '<meta name="author" content="Anna Holm">'
        '<meta property="article:published_time" content="2024-08-26T08:00:00Z"></head><body>'
        '<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article>'
        f"{article_html()}</article><aside>Most read: ten cats</aside>"
        "<footer>Copyright of the Daily Ferry. All rights reserved.</footer>"
        "<script>track()</script></body></html>"
    ).encode()


def article_html() -> str:
    """The article in HTML, and nothing else."""
    body = "".join(
        f"<h{1 + number}>{escape(text)}</h{1 + number}>" if number in HEADINGS
        else f"<p>{escape(text)}</p>"
        for number, text in enumerate(ARTICLE)
    )  # fmt: skip
    items = "".join(f"<li>{escape(item)}</li>" for item in ITEMS)
    return f"{body}<ul>{items}</ul>"


def word_document() -> bytes:
    """The article as python-docx writes it."""
    document = docx.Document()
    for number, text in enumerate(ARTICLE):
        document.add_heading(text, 1) if number in HEADINGS else document.add_paragraph(text)
    for item in ITEMS:
        document.add_paragraph(item, style="List Bullet")
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    """The bytes of a Word document."""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def rtf_document() -> bytes:
    """The article in RTF, with every letter that is not ASCII as a code."""
    lines = [*ARTICLE, *(f"- {item}" for item in ITEMS)]
    coded = "\\par\n".join("".join(map(_rtf_sign, line)) for line in lines)
    info = f"{{\\info{{\\title {ARTICLE[0]}}}}}"
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{info}\n{coded}\\par}}".encode()


def _rtf_sign(sign: str) -> str:
    return sign if sign.isascii() else f"\\u{ord(sign)}?"


def letter(html: bool = False) -> EmailMessage:
    """The article as an e-mail."""
    message = EmailMessage()
    message["From"] = "Anna Holm <anna@example.org>"
    message["To"] = "Bo Lind <bo@example.org>"
    message["Date"] = "Mon, 26 Aug 2024 10:00:00 +0200"
    message["Subject"] = ARTICLE[0]
    text = plain_text().decode()
    message.set_content(web_page().decode(), subtype="html") if html else message.set_content(text)
    return message


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP archive of members."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def book(chapters: Sequence[str] = ()) -> bytes:
    """A book of chapters (XHTML); by default one, the article."""
    pages = list(chapters) or [f"<html><body>{article_html()}</body></html>"]
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(pages))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>A book of talks</dc:title><dc:creator>Anna Holm</dc:creator>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    members = {f"OEBPS/c{n}.xhtml": page for n, page in enumerate(pages)}
    return archive({"META-INF/container.xml": container, "OEBPS/book.opf": package, **members})


Print = tuple[float, float, float, str]
"""A line of print: size, left, base in points, and its words."""


def pdf(pages: Sequence[Sequence[Print]], title: str = "", encrypt: str = "") -> bytes:
    """A PDF of pages in Courier; one without lines has a picture of nothing."""
    objects = [
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        content = "".join(
            f"BT /F1 {size} Tf {left} {base} Td ({_pdf_text(words)}) Tj ET\n"
            for size, left, base, words in lines
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 1 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 2 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    objects.append("<< /Type /Catalog /Pages 1 0 R >>")
    objects.append(f"<< /Title ({_pdf_text(title)}) >>")
    return pdf_of(objects, f"/Root {len(objects) - 1} 0 R /Info {len(objects)} 0 R {encrypt}")


def pdf_of(objects: Sequence[str], trailer: str) -> bytes:
    """A PDF of numbered objects."""
    data = b"%PDF-1.7\n"
    places = []
    for number, words in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{words}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return data + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {size} {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    ).encode("latin-1")


def _pdf_text(words: str) -> str:
    coded = words.encode("cp1252").decode("latin-1")
    return coded.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def printed(width: int = 60) -> list[list[Print]]:
    """The article in print: lines of at most so many letters, twelve of them on a page."""
    lines: list[tuple[float, str]] = []
    for number, text in enumerate(ARTICLE):
        size = 16.0 if number in HEADINGS else 11.0
        lines += [(size, line) for line in wrapped(text, width)] + [(0.0, "")]
    lines += [(11.0, f"• {item}") for item in ITEMS]
    pages = [lines[start : start + 12] for start in range(0, len(lines), 12)]
    return [
        [
            (size, 70.0, 760.0 - 14.0 * place, words)
            for place, (size, words) in enumerate(page)
            if words
        ]
        + [(9.0, 70.0, 810.0, "The Daily Ferry"), (9.0, 290.0, 40.0, str(number))]
        for number, page in enumerate(pages, start=1)
    ]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many letters, long words divided with a hyphen where they end a line."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            if word.isalpha() and room > 3 and len(word) - room > 3:
                line, word = f"{line} {word[:room]}-", word[room:]  # noqa: PLW2901 - its rest
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def squeezed(size: int, sign: bytes = b" ") -> bytes:
    """So many signs in a stream that PDF calls /FlateDecode."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(sign * 1_000_000) for _ in range(size // 1_000_000)]
    return b"".join([*parts, packer.flush()])

"""Small files that unfold into something without end, one set for each kind of document.

Made by hand, byte by byte: what writes documents properly would not write these. None of them
holds a word that anybody could want to find.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial

MEGABYTE = 1_000_000
MANY = 2_000_000
DEEP = 200_000
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
)  # a thousand million of them, when all is unfolded
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = "http://schemas.openxmlformats.org"
SECRET = "Do-not-quote-this-file"  # noqa: S105 - what a file holds that a document names
HEAD = "From: a@example.org\nDate: Mon, 26 Aug 2024 10:00:00 +0200\n"

Bomb = Callable[[], bytes]


def archive(members: Mapping[str, str], large: str = "", size: int = 0) -> bytes:
    """A zip archive; the member ``large`` goes on with ``size`` spaces."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for name, text in members.items():
            with made.open(name, "w", force_zip64=True) as member:
                member.write(text.encode())
                for _ in range(size // MEGABYTE if name == large else 0):
                    member.write(b" " * MEGABYTE)
    return out.getvalue()


def docx(body: str, before: str = "", *, size: int = 0, more: Iterable[str] = ()) -> bytes:
    """A Word document with this body, and ``before`` in front of its root."""
    members = {
        "[Content_Types].xml": (
            f'<Types xmlns="{RELATIONS}/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{OFFICE}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONS}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>",
        **dict.fromkeys(more, ""),
    }
    return archive(members, "word/document.xml", size)


def epub(body: str, before: str = "", *, size: int = 0, more: Iterable[str] = ()) -> bytes:
    """A book with one chapter."""
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
            '<rootfiles><rootfile full-path="book.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>'
        ),
        "book.opf": (
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
            '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>'
        ),
        "c.xhtml": page(body, before).decode(),
        **dict.fromkeys(more, ""),
    }
    return archive(members, "c.xhtml", size)


def page(body: str, before: str = "") -> bytes:
    """A web page."""
    root = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
    return f"{before}{root}<body>{body}</body></html>".encode()


def pdf(pages: str, content: bytes = b"", filters: str = "/FlateDecode") -> bytes:
    """A PDF of one page (object 3) below the tree of pages ``pages`` (object 2, and more)."""
    out = bytearray(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
    out += pages.encode() + b"\n"
    out += (
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    )
    head = f"4 0 obj<</Length {len(content)}/Filter[{filters}]>>stream\n"
    out += head.encode() + content + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return bytes(out)


ONE_PAGE = "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj"
DOUBLED = "".join(
    f"{n} 0 obj<</Type/Pages/Count {2 ** (40 - n)}/Kids[{n + 1} 0 R {n + 1} 0 R]>>endobj\n"
    for n in range(10, 40)
) + ("40 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n")


def deflated(unit: bytes, times: int) -> bytes:
    """A text said so many times, packed."""
    packer = zlib.compressobj(6)
    pieces = [packer.compress(unit * 1_000) for _ in range(times // 1_000)]
    return b"".join(pieces) + packer.flush()


def nested_mail(depth: int) -> bytes:
    """A letter in a letter in a letter."""
    heads = (f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return (f"{HEAD}Subject: x\n" + "".join(heads)).encode()


def mail(body: str, kind: str = "text/html", more: str = "") -> bytes:
    """A letter of one part."""
    return f"{HEAD}{more}Content-Type: {kind}\n\n{body}".encode()


def _laughing(root: str) -> str:
    return f"<?xml version='1.0'?><!DOCTYPE {root} [{LAUGHS}]>"


def _naming(root: str, path: str) -> str:
    return f"<?xml version='1.0'?><!DOCTYPE {root} [<!ENTITY file SYSTEM '{path}'>]>"


PARTS = [f"word/part{n}.xml" for n in range(30_000)]
LAUGH = "<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>"
BOMBS: Mapping[str, Mapping[str, Bomb]] = {
    ".docx": {
        "unpacks to 500 MB": partial(docx, "<w:p/>", size=500 * MEGABYTE),
        "entities that grow": partial(docx, LAUGH, _laughing("w:document")),
        "two million empty paragraphs": partial(docx, "<w:p/>" * MANY),
        "a million numbered paragraphs": lambda: docx(
            "".join(f'<w:p w:rsidR="{n * n:016X}"/>' for n in range(1_000_000))
        ),
        "a million empty cells": partial(
            docx, "<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 1_000_000 + "</w:tr></w:tbl>"
        ),
        "tables in tables": partial(docx, "<w:tbl><w:tr><w:tc>" * DEEP),
        "thirty thousand parts": partial(docx, "<w:p/>", more=PARTS),
    },
    ".epub": {
        "unpacks to 500 MB": partial(epub, "<p/>", size=500 * MEGABYTE),
        "entities that grow": partial(epub, "<p>&l9;</p>", _laughing("html")),
        "two million empty paragraphs": partial(epub, "<p></p>" * MANY),
        "a million numbered paragraphs": lambda: epub(
            "".join(f'<p id="p{n * n:016X}"></p>' for n in range(1_000_000))
        ),
        "blocks in blocks": partial(epub, "<div>" * DEEP),
        "thirty thousand parts": partial(epub, "<p/>", more=PARTS),
    },
    ".html": {
        "entities that grow": partial(page, "<p>&l9;</p>", _laughing("html")),
        "two million empty paragraphs": partial(page, "<p></p>" * MANY),
        "blocks in blocks": partial(page, "<div>" * DEEP),
        "bold in bold": partial(page, "<b><p>" * DEEP),
        "tables in tables": partial(page, "<table><tr><td>" * DEEP),
        "a tag with a million attributes": partial(
            page, f"<p {' '.join(f'a{n}=b' for n in range(1_000_000))}></p>"
        ),
        "a tag without an end": partial(page, "<" * 20_000_000),
        "a comment without an end": partial(page, "<!--" * 5_000_000),
    },
    ".pdf": {
        "a page that unpacks to 1,000 MB": lambda: pdf(ONE_PAGE, deflated(b" " * 1_000, 1_000_000)),
        "packed twice": lambda: pdf(
            ONE_PAGE,
            zlib.compress(deflated(b" " * 1_000, 1_000_000)),
            "/FlateDecode/FlateDecode",
        ),
        "ten million signs": lambda: pdf(
            ONE_PAGE, deflated(b"BT /F 9 Tf 9 9 Td (..........) Tj ET\n", 1_000_000)
        ),
        "pages in a circle": lambda: pdf("2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>endobj"),
        "a thousand million pages": lambda: pdf(
            "2 0 obj<</Type/Pages/Count 1073741824/Kids[10 0 R]>>endobj\n" + DOUBLED
        ),
        "lists in lists": lambda: pdf(ONE_PAGE, deflated(b"[" * 1_000, 20_000)),
        "a tree as deep as the file": lambda: pdf("2 0 obj" + "[" * 5_000_000),
    },
    ".csv": {
        "ten million cells in a row": lambda: b"," * 10_000_000,
        "two million empty rows": lambda: b",\n" * MANY,
        "a quotation without an end": lambda: b'"' + b"\n" * 20_000_000,
        "as many columns as rows": lambda: b"a" + b"," * 5_000 + (b"\n" + b"," * 5_000) * 5_000,
    },
    ".eml": {
        "letters in letters": partial(nested_mail, 20_000),
        "a head of a million lines": lambda: mail("", more="X: y\n" * 1_000_000),
        "one line of the head, folded a million times": lambda: mail(
            "", more="Subject:\n" + " =?utf-8?q?=20?=\n" * 1_000_000
        ),
        "two million empty paragraphs": lambda: mail("<p></p>" * MANY),
        "a tag without an end": lambda: mail("<" * 5_000_000),
        "half a tag again and again": lambda: mail("<a " * 2_000_000),
        "a comment without an end": lambda: mail("<!--" * 2_000_000),
        "addresses without an end": lambda: mail("", more=f"To: {'<' * 2_000_000}\n"),
    },
}

STEALING: Mapping[str, Callable[[str], bytes]] = {
    ".docx": lambda path: docx(
        "<w:p><w:r><w:t>It says &file; here.</w:t></w:r></w:p>", _naming("w:document", path)
    ),
    ".epub": lambda path: epub("<p>It says &file; here.</p>", _naming("html", path)),
    ".html": lambda path: page("<p>It says &file; here.</p>", _naming("html", path)),
}
"""Documents that name a file of the reader's machine, to have its text among their own."""

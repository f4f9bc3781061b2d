"""What kind of file some bytes are: told by what they begin with, not by the file's name.

The name counts only where nothing in the bytes tells: Markdown and tables are text like any other.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath

from rag.errors import DocumentError


class Kind(StrEnum):
    """The kinds of files that are read, in words for a person.

    An ``ARCHIVE`` is a ZIP file; only looking into it tells what it holds.
    """

    TEXT = "plain text"
    MARKDOWN = "Markdown"
    PDF = "PDF"
    HTML = "web page"
    DOCX = "Word document"
    CSV = "table"
    EMAIL = "e-mail"
    RTF = "RTF document"
    EPUB = "EPUB book"
    ARCHIVE = "ZIP archive"


ENDINGS: Mapping[str, Kind] = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".pdf": Kind.PDF,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".docx": Kind.DOCX,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".eml": Kind.EMAIL,
    ".rtf": Kind.RTF,
    ".epub": Kind.EPUB,
}
"""The endings that are looked for in a folder, and what is expected behind them."""

COMMON = (".txt", ".md", ".html", ".pdf", ".docx", ".csv", ".eml", ".rtf", ".epub")
IN_PROCESS = frozenset({Kind.TEXT, Kind.MARKDOWN})
"""Read where the program runs: the bytes become characters, and that is all."""

START = 4_096  # bytes that are looked at
LOOSE_START = 1_024  # where a PDF may begin behind what a server or a mail program put before it
MARKUP = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
TAG = re.compile(
    rb"<(?:p|div|body|head|title|table|h[1-6]|ul|ol|span|br|a)\b[^<>]*>", re.IGNORECASE
)
HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):(?:[ \t][^\r\n]*)?(?:\r?\n[ \t][^\r\n]*)*\r?\n")
MAIL_HEADERS = frozenset((b"date", b"received", b"message-id", b"mime-version", b"return-path"))
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def readable_kinds() -> str:
    """The endings people use, as a part of a sentence: ``.txt, .md … or .epub``."""
    return f"{', '.join(COMMON[:-1])} or {COMMON[-1]}"


def kind_of(data: bytes, name: str) -> Kind:
    """Tell the kind of a file; the work does not grow with its size.

    Raises DocumentError, naming the file, when it is of none of the kinds that are read.
    """
    start = data[:START].removeprefix(BYTE_ORDER_MARK).lstrip()
    return _told_by(start, data) or _named(start, name)


def _told_by(start: bytes, data: bytes) -> Kind | None:
    if start.startswith(b"%PDF-") or (b"%PDF-" in data[:LOOSE_START] and b"\0" in data[:START]):
        return Kind.PDF
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ARCHIVE
    if start.startswith(b"{\\rtf"):
        return Kind.RTF
    if MARKUP.match(start):
        return Kind.HTML
    return Kind.EMAIL if _has_mail_headers(start) else None


def _has_mail_headers(start: bytes) -> bool:
    """Whether a text begins with the lines that every mail program writes, and nothing else."""
    names = set()
    end = 0
    while found := HEADER.match(start, end):
        names.add(found[1].lower())
        end = found.end()
    closed = start[end : end + 2] in (b"\r\n", b"") or start[end : end + 1] == b"\n"
    return closed and b"from" in names and bool(names & MAIL_HEADERS)


def _named(start: bytes, name: str) -> Kind:
    kind = ENDINGS.get(PurePosixPath(name).suffix.lower())
    if start.startswith(OLD_OFFICE):
        raise DocumentError(_old_office(name))
    if kind is None:
        raise DocumentError(f"{name} is of a kind that is not read; these are: {readable_kinds()}.")
    if kind in (Kind.TEXT, Kind.MARKDOWN, Kind.CSV):
        return kind
    return Kind.HTML if kind is Kind.HTML and TAG.search(start) else Kind.TEXT


def _old_office(name: str) -> str:
    return (
        f"{name} is locked with a password, or of an old kind (.doc, .xls, .ppt, .msg); "
        "save it as .docx or .pdf, without a password."
    )

"""The reader of each kind; a new format is a new module and one line here.

Their libraries are loaded only where a file of their kind is read.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from rag.documents.archive import kind_of_archive
from rag.documents.content import Content, Reader
from rag.documents.kinds import Kind, kind_of

PLACES: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("rag.documents.plain", "read_plain"),
    Kind.MARKDOWN: ("rag.documents.markdown", "read_markdown"),
    Kind.PDF: ("rag.documents.pdf", "read_pdf"),
    Kind.HTML: ("rag.documents.html", "read_html"),
    Kind.DOCX: ("rag.documents.docx", "read_docx"),
    Kind.CSV: ("rag.documents.csv_rows", "read_csv"),
    Kind.EMAIL: ("rag.documents.mail", "read_mail"),
    Kind.RTF: ("rag.documents.rtf", "read_rtf"),
    Kind.EPUB: ("rag.documents.epub", "read_epub"),
}


def read_here(data: bytes, name: str) -> Content:
    """Read a file of any kind in this process, which nothing limits.

    Raises DocumentError when it is of a kind that is not read, or cannot be read.
    """
    kind = kind_of(data, name)
    told = kind_of_archive(data, name) if kind is Kind.ARCHIVE else kind
    return reader_for(told)(data, name)


def reader_for(kind: Kind) -> Reader:
    """The reader of a kind, loaded with the library that it needs."""
    module, function = PLACES[kind]
    return cast(Reader, getattr(import_module(module), function))

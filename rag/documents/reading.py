"""One file becomes one Document, by the reader for its kind."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.documents.apart import read_apart
from rag.documents.content import Content, Reader
from rag.documents.dates import date_in_name
from rag.documents.kinds import ENDINGS, IN_PROCESS, Kind, kind_of
from rag.documents.orders import warning_of
from rag.documents.readers import read_here
from rag.errors import DocumentError
from rag.types import Document

MAX_TITLE = 200  # characters


def read_document(
    data: bytes, document_id: str, path: Path, read_others: Reader = read_apart
) -> Document:
    """Make a Document of a file's bytes.

    Plain text and Markdown are read here, everything else by ``read_others``, by default a
    process for this one file. Raises DocumentError, naming the file, when its kind is not read,
    when it is damaged or out of all measure, or when there is no word in it.
    """
    kind = kind_of(data, document_id)
    content = (read_here if kind in IN_PROCESS else read_others)(data, document_id)
    if not content.text.strip():
        raise DocumentError(f"{document_id} is empty; put text into it or remove it.")
    note = "; ".join(filter(None, [_misnamed(kind, document_id), content.note]))
    return _document(replace(content, note=note), document_id, str(path))


def document_from_text(
    document_id: str, text: str, *, title: str = "", source: str = ""
) -> Document:
    """Make a Document of text that came from somewhere else than a file (another reader, say).

    Raises DocumentError when there is no word in it, or what no file could hold.
    """
    if not text.strip():
        raise DocumentError(f"{document_id} is empty; there is nothing to keep.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"{document_id} holds half a character at {error.start}; read it again as UTF-8."
        ) from error
    return _document(Content(text, title), document_id, source)


def _document(content: Content, document_id: str, source: str) -> Document:
    name = PurePosixPath(document_id).name
    return Document(
        id=document_id,
        title=(content.title or _title_of_name(name))[:MAX_TITLE],
        text=content.text,
        date=content.date or date_in_name(name),
        source=source,
        note="; ".join(filter(None, (content.note, warning_of(content.text)))),
        tags=content.tags,
        author=content.author,
        pages=content.pages,
    )


def _misnamed(kind: Kind, name: str) -> str:
    """Say that a file is something else than its name has it; nobody would look for it there."""
    expected = ENDINGS.get(PurePosixPath(name).suffix.lower())
    if expected in (kind, None) or kind is Kind.ARCHIVE:
        return ""
    return f"read as {kind.value}, for that is what it holds"


def _title_of_name(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", PurePosixPath(name).stem).strip()
    return words or name

"""One file becomes one Document, by the reader for its kind."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from rag.documents.content import Content, Reader
from rag.documents.dates import date_in_name
from rag.documents.markdown import read_markdown
from rag.documents.orders import warning_of
from rag.documents.plain import read_plain
from rag.errors import DocumentError
from rag.types import Document

READERS: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
MAX_TITLE = 200  # characters


def read_document(data: bytes, document_id: str, path: Path) -> Document:
    """Make a Document of a file's bytes.

    Raises DocumentError, naming the file, when its kind is not read, when it is no text, or
    when there is no word in it.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        raise DocumentError(f"{document_id} is of a kind that is not read; these are: {kinds}.")
    content = reader(data, document_id)
    if not content.text.strip():
        raise DocumentError(f"{document_id} is empty; put text into it or remove it.")
    return _document(content, document_id, str(path))


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
    )


def _title_of_name(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", PurePosixPath(name).stem).strip()
    return words or name

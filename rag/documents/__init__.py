"""Files become Documents: one canonical text each, with a title and a date where there is one.

One module per format beside this page, each a function ``(bytes, name) -> Content``; a new
format is a new module and one line in ``READERS``.
"""

from rag.documents.content import Content, Reader
from rag.documents.folder import FoundFile, absolute, find_files
from rag.documents.reading import READERS, document_from_text, read_document

__all__ = [
    "READERS",
    "Content",
    "FoundFile",
    "Reader",
    "absolute",
    "document_from_text",
    "find_files",
    "read_document",
]

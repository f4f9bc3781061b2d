"""Files become Documents: one canonical text each, with a title and a date where there is one.

One module per format beside this page, each a function ``(bytes, name) -> Content``; a new
format is a new module, a line in ``readers.py`` and its ending in ``kinds.py``. What is more than
plain text is read by a process apart (``apart.py``, ``limits.py``).
"""

from rag.documents.apart import reading_apart
from rag.documents.content import Content, Reader
from rag.documents.folder import FoundFile, absolute, find_files
from rag.documents.kinds import ENDINGS, readable_kinds
from rag.documents.reading import document_from_text, read_document

__all__ = [
    "ENDINGS",
    "Content",
    "FoundFile",
    "Reader",
    "absolute",
    "document_from_text",
    "find_files",
    "read_document",
    "readable_kinds",
    "reading_apart",
]

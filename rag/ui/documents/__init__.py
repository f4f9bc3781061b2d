"""The documents page: what is indexed, and how it is brought, read again and removed."""

from rag.ui.documents.page import documents_page

__all__ = ["documents_page"]

"""``.html``: the article without what stands around it, as trafilatura finds it.

A page that has nothing around its text, and one in which no article is found, is read whole.
The one module that knows trafilatura (Adrien Barbaresi, https://trafilatura.readthedocs.io).
"""

from typing import Any

import trafilatura

from rag.documents.blocks import text_of
from rag.documents.content import Content
from rag.documents.dates import parse_date
from rag.documents.markup import Tree, blocks_of, decode_markup, parse_html

AROUND = ("nav", "footer", "aside", "script", "form", "iframe")
"""Elements that tell of a site around the text; a page without any is read whole."""

WHOLE = "no article was found in it, so all of its text was taken"
DAY_OF_PUBLICATION = {"original_date": True, "extensive_search": False}  # told, never inferred


def read_html(data: bytes, name: str) -> Content:
    """Read a web page; raises DocumentError when the bytes are no text."""
    text, note = decode_markup(data, name)
    tree = parse_html(text)
    if tree is None:
        return Content("", note=note)
    page = _extracted(text)
    article = text_of(blocks_of(page.body)) if page is not None else ""
    is_whole = not article or _stands_alone(tree)
    return Content(
        text=text_of(blocks_of(tree)) if is_whole else article,
        title=_of(page, "title") or _title(tree),
        date=parse_date(_of(page, "date")),
        author=_of(page, "author"),
        note=note or WHOLE * (not article),
    )


def _extracted(text: str) -> Any:
    return trafilatura.bare_extraction(
        text,
        include_comments=False,
        with_metadata=True,
        date_extraction_params=dict(DAY_OF_PUBLICATION),
    )


def _of(page: Any, name: str) -> str:
    return " ".join((getattr(page, name, None) or "").split())


def _title(tree: Tree) -> str:
    return " ".join((tree.findtext(".//title") or "").split())


def _stands_alone(tree: Tree) -> bool:
    return next(tree.iter(*AROUND), None) is None

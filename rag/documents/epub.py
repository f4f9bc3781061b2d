"""``.epub``: the chapters of a book in the order in which they are read."""

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from rag.documents.archive import EPUB_CONTAINER, Archive
from rag.documents.blocks import Block, text_of
from rag.documents.content import Content
from rag.documents.dates import parse_date
from rag.documents.markup import blocks_of, decode_markup, parse_html, parse_xml
from rag.errors import DocumentError

RIGHTS = "META-INF/rights.xml"
ENCRYPTION = "META-INF/encryption.xml"
OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""The ways in which fonts are made useless outside their book; its words are not touched."""

PAGES = ("application/xhtml+xml", "text/html")
DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(data: bytes, name: str) -> Content:
    """Read a book; raises DocumentError when it is damaged or protected against copying."""
    archive = Archive(data, name)
    try:
        if RIGHTS in archive.names or _is_locked(archive):
            raise DocumentError(f"{name} is protected against copying and cannot be read.")
        main = _main(archive)
        package = parse_xml(archive.read(main))
        named = dict.fromkeys(_chapters(package, posixpath.dirname(main)))  # each of them once
        chapters = [chapter for chapter in named if chapter in archive.names]
    except ValueError as error:
        raise DocumentError(f"{name} is damaged and cannot be read as a book.") from error
    blocks = (block for chapter in chapters for block in _blocks(archive, chapter))
    return Content(
        text=text_of(blocks),
        title=_said(package, "title"),
        date=parse_date(_said(package, "date")),
        author=_said(package, "creator"),
    )


def _is_locked(archive: Archive) -> bool:
    """Whether more than the fonts of a book cannot be read without a key."""
    if ENCRYPTION not in archive.names:
        return False
    ways = parse_xml(archive.read(ENCRYPTION)).iter("{*}EncryptionMethod")
    return any(way.get("Algorithm") not in OF_FONTS for way in ways)


def _main(archive: Archive) -> str:
    """The path of the file that tells what the book is made of."""
    for element in parse_xml(archive.read(EPUB_CONTAINER)).iter("{*}rootfile"):
        return unquote(element.get("full-path", ""))
    raise ValueError("no rootfile")


def _chapters(package: Any, folder: str) -> Iterator[str]:
    parts = {
        one.get("id"): one.get("href", "")
        for one in package.iter("{*}item")
        if one.get("media-type") in PAGES and "nav" not in one.get("properties", "").split()
    }
    for one in package.iter("{*}itemref"):
        if one.get("idref") in parts:
            yield posixpath.normpath(posixpath.join(folder, unquote(parts[one.get("idref")])))


def _blocks(archive: Archive, chapter: str) -> Iterator[Block]:
    text, _ = decode_markup(archive.read(chapter), chapter)
    tree = parse_html(text)
    if tree is not None:
        yield from blocks_of(tree)


def _said(package: Any, what: str) -> str:
    return " ".join((package.findtext(f".//{DC}{what}") or "").split())

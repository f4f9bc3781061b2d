"""``.rtf``: the text of word processors from before; the one module that knows striprtf."""

import re

from striprtf.striprtf import rtf_to_text

from rag.documents.blocks import paragraph, row, text_of
from rag.documents.content import Content
from rag.documents.plain import headline

INFO = re.compile(r"\{\\(title|author)\s+([^{}\\]{1,300})\}")


def read_rtf(data: bytes, name: str) -> Content:  # noqa: ARG001 - as every reader
    """Read an RTF document: a paragraph each line that the writer ended, a row each of a table."""
    source = data.decode("latin-1")  # RTF is ASCII; other letters are written as codes
    lines = rtf_to_text(source, encoding="cp1252", errors="replace").splitlines()  # type: ignore[no-untyped-call]
    text = text_of(
        row(line.strip("|").split("|")) if line.endswith("|") else paragraph(line) for line in lines
    )
    about = {key: " ".join(words.split()) for key, words in INFO.findall(source[:10_000])}
    return Content(text, about.get("title") or headline(text), author=about.get("author", ""))

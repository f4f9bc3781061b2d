"""``.txt``: an optional dated first line, an optional headline, the rest is text.

A news dump's files begin ``date 2024-08-26 Caption or headline …`` (or have the date on a line
of its own): the date is taken, everything behind it stays text.
"""

import re

from rag.documents.content import Content
from rag.documents.dates import parse_date
from rag.documents.encoding import decode

DATED_LINE = re.compile(
    r"date:?[ \t]+(\d{4}-\d{2}-\d{2})(?=\s|$)[ \t]*(?:\r\n|\r|\n)?", re.IGNORECASE
)
HEADLINE = re.compile(r"[ \t]*(\S[^\r\n]{0,149}?)[ \t]*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
FULL_STOPS = (".", "!", ";", ":", ",", "。", "！")


def read_plain(data: bytes, name: str) -> Content:
    """Read plain text; raises DocumentError when the bytes are no text."""
    text, note = decode(data, name)
    dated = DATED_LINE.match(text)
    found = parse_date(dated[1]) if dated else None
    if dated and found:
        text = text[dated.end() :]
    return Content(text=text, title=headline(text), date=found, note=note)


def headline(text: str) -> str:
    """Return a first line that stands alone and does not end like a sentence, else nothing."""
    found = HEADLINE.match(text)
    if not found:
        return ""
    line = found[1]
    is_sentence = line.endswith(FULL_STOPS) and not line.endswith(("...", " .."))
    return "" if is_sentence else line.removesuffix("...").rstrip()

"""``.md``: YAML front matter if there is any, then the text as it was typed.

The canonical text is the Markdown source behind the front matter, so that a citation can be
found again in the file by anyone with a text editor.
"""

import re

import yaml

from rag.documents.content import Content
from rag.documents.dates import parse_date
from rag.documents.encoding import decode
from rag.documents.plain import read_plain

FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S[^\r\n]*?)[ \t]*#*[ \t]*$", re.MULTILINE)
FENCE = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.DOTALL | re.MULTILINE)
MAX_FRONT_MATTER = 16_384  # characters; more is no header, and YAML can be made to take for ever


def read_markdown(data: bytes, name: str) -> Content:
    """Read Markdown; raises DocumentError when the bytes are no text."""
    text, note = decode(data, name)
    found = FRONT_MATTER.match(text)
    if found and len(found[1]) <= MAX_FRONT_MATTER:
        return _with_header(found[1], text[found.end() :], note)
    plain = read_plain(data, name)  # a dated first line is allowed here too
    return Content(plain.text, _heading(plain.text) or plain.title, plain.date, note)


def _with_header(header: str, text: str, note: str) -> Content:
    try:
        values = yaml.safe_load(header)
    except (yaml.YAMLError, ValueError, RecursionError):
        values, note = None, "its front matter is not valid YAML and was passed over"
    if not isinstance(values, dict):
        values = {}
    title = values.get("title")
    return Content(
        text=text,
        title=" ".join(title.split()) if isinstance(title, str) else _heading(text),
        date=parse_date(values.get("date")),
        note=note,
        tags=_tags(values.get("tags")),
    )


def _tags(value: object) -> tuple[str, ...]:
    """Tags as people write them: a YAML list, or words behind each other with commas."""
    given = value.split(",") if isinstance(value, str) else value
    tags = [str(tag).strip().lower() for tag in given] if isinstance(given, list) else []
    return tuple(dict.fromkeys(filter(None, tags)))


def _heading(text: str) -> str:
    without_code = FENCE.sub("", text) if "```" in text or "~~~" in text else text
    found = HEADING.search(without_code)
    return re.sub(r"[*_`]", "", found[1]) if found else ""

"""A citation as one line of Markdown that a person reads and a program reads back.

    [^1]: ✓ supported: “quotation” — title, date, `document`, characters 350–428, sha256 1f3c….

Everything in it is in sight; what is read back is what a person sees.
"""

import datetime as dt
import re

from rag.pages import page_words
from rag.rendering import one_line, verdict_words
from rag.rendering.escaping import as_code, as_text, from_code, from_text
from rag.rendering.json_form import text_hash
from rag.types import Citation, SavedCitation

UNDATED = "undated"
_QUOTED_FROM = "” — "  # nowhere else in the line: the dash is coded in quotation and title

_DEFINITION = re.compile(r"^\[\^([0-9]{1,9})\]:(.*(?:\n(?!\[\^).*\S.*)*)", re.MULTILINE)
_MARK = re.compile(r"(?<!\\)(?:\\\\)*\[\^([0-9]{1,9})\]")
_LINE = re.compile(
    r"[^“]*“(?P<words>(?:\\.|[^\\`])*), (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|undated), "
    r"`(?P<document>[^`]*)`(?:, pages? [0-9–]{1,20})?, "
    r"characters (?P<start>[0-9]{1,9})–(?P<end>[0-9]{1,9}), "
    r"sha256 (?P<hash>[0-9a-f]{16})\b"
)


def footnote_line(citation: Citation) -> str:
    """The definition of a Markdown footnote: verdict, quotation, source, reason."""
    reason = f" {as_text(one_line(citation.reason))}" * bool(citation.reason)
    verdict = verdict_words(citation)
    return f"[^{citation.number}]: {verdict}: {citation_line(citation)}.{reason}"


def citation_line(citation: Citation) -> str:
    """The quotation, and all that is needed to find it again and to see that it is the same."""
    date = citation.date.isoformat() if citation.date else UNDATED
    page = f", {page_words(citation.pages)}" * bool(citation.pages)
    return (
        f"“{as_text(citation.text)}{_QUOTED_FROM}{as_text(citation.title)}, {date}, "
        f"`{as_code(citation.document)}`{page}, characters {citation.start}–{citation.end}, "
        f"sha256 {text_hash(citation.text)}"
    )


def read_footnotes(markdown: str) -> tuple[SavedCitation, ...]:
    """The citations of all footnotes in a Markdown text, in their order.

    Lines may have been wrapped since. A footnote that has another form than ``footnote_line``
    gives it, and a mark that has no footnote, come as citations without text.
    """
    found = [_read(int(one[1]), one[2]) for one in _DEFINITION.finditer(markdown)]
    marked = dict.fromkeys(int(one[1]) for one in _MARK.finditer(markdown))
    missing = marked.keys() - {citation.number for citation in found}
    return (*found, *map(SavedCitation, sorted(missing)))


def _read(number: int, definition: str) -> SavedCitation:
    line = _LINE.match(" ".join(definition.split()))
    try:
        return _citation(number, line) if line else SavedCitation(number)
    except ValueError:  # no such day
        return SavedCitation(number)


def _citation(number: int, line: re.Match[str]) -> SavedCitation:
    text, _, title = line["words"].partition(_QUOTED_FROM)
    date = line["date"]
    return SavedCitation(
        number=number,
        document=from_code(line["document"]),
        title=from_text(title),
        date=None if date == UNDATED else dt.date.fromisoformat(date),
        start=int(line["start"]),
        end=int(line["end"]),
        text=from_text(text),
        hash=line["hash"],
    )

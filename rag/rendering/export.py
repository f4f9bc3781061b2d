"""An answer as a Markdown document to keep: every footnote can be checked again from it.

The question is the heading; marks are those of Markdown, ``[^1]``. Whatever could be taken for
such a mark in the model's or a document's words is escaped, so no text brings a citation of its
own. Links, images and tags are disarmed as in the terminal.
"""

import datetime as dt
import re

from rag.rendering import notes, one_line, outcome_words, with_marks
from rag.rendering.escaping import as_lines, as_text, from_text
from rag.rendering.footnote_lines import citation_line, footnote_line, read_footnotes
from rag.rendering.markdown import inert, literal
from rag.types import Answer, Mode, SavedAnswer

_SIGNATURE = "Asked of Footnote on"
HOW_TO_CHECK = "`rag check --saved FILE` tells which cited sentences have changed since."

_IS_SAVED = re.compile(rf"^{_SIGNATURE}\s", re.MULTILINE)
_HEADING = re.compile(r"\s*# (.*)")
_FOOTNOTE = re.compile(r"(?<!\\)(\\*)(?=\[\^|\^\[)")
_AFTER_A_MARK = re.compile(r"\A[(:\[]")  # would make a link or a definition of it
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})(.*)", re.MULTILINE)


def to_document(answer: Answer, day: dt.date) -> str:
    """The document that ``rag ask --save`` writes; ``day`` is when it was asked.

    Nothing in it makes a viewer load or follow anything.
    """
    parts = [
        f"# {as_text(one_line(answer.question))}",
        *answer_parts(answer),
        origin(answer, day),
        *map(footnote_line, answer.citations),
    ]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def answer_parts(answer: Answer) -> list[str]:
    """What stands of an answer between its question and its footnotes, piece by piece."""
    marks = [(mark.offset, f"[^{mark.citation}]") for mark in answer.marks]
    words = as_lines if answer.mode is Mode.QUOTES else _prose
    body = _with_fences_closed(with_marks(answer.text, marks, words))
    nearest = [f"- {citation_line(citation)}" for citation in answer.nearest]
    return [body, _ending(answer), *["The nearest sentences:"] * bool(nearest), *nearest]


def read_document(markdown: str) -> SavedAnswer | None:
    """What ``to_document`` wrote, as far as it is checked again; None for any other text."""
    unix = markdown.replace("\r\n", "\n").replace("\r", "\n")
    citations = read_footnotes(unix)
    if not _IS_SAVED.search(unix) and not any(citation.text for citation in citations):
        return None
    heading = _HEADING.match(unix)
    return SavedAnswer(from_text(heading[1]) if heading else "", citations)


def _prose(piece: str) -> str:
    """A piece of the model's Markdown, in which the only footnotes are those set between pieces."""
    shown = _FOOTNOTE.sub(_escaped, inert(literal(piece)))
    return _AFTER_A_MARK.sub(r"\\\g<0>", shown)


def _escaped(found: re.Match[str]) -> str:
    return found[1] if len(found[1]) % 2 else found[1] + "\\"


def _with_fences_closed(markdown: str) -> str:
    """The Markdown, with a block of code ended that would swallow what stands below."""
    opened = ""
    for fence, behind in _FENCE.findall(markdown):
        if not opened:
            opened = fence
        elif fence.startswith(opened) and not behind.strip():
            opened = ""
    return f"{markdown}\n{opened}" if opened else markdown


def _ending(answer: Answer) -> str:
    outcome = f"**{outcome_words(answer)}**"
    return " ".join([outcome, *(as_text(one_line(note)) for note in notes(answer))])


def origin(answer: Answer, day: dt.date) -> str:
    """The line that says of whom and when it was asked, and how to check it again."""
    who = f", answered by {as_text(one_line(answer.model))}" * bool(answer.model)
    origin = f"{_SIGNATURE} {day.isoformat()}{who}."
    return f"{origin} {HOW_TO_CHECK}" if answer.citations else origin

r"""An answer as Markdown, for the terminal and for export.

A footnote mark is ``[1]``. The same characters in the model's or a document's words get a
backslash, ``\[1]``: they are text, and no citation. Links, images and tags are disarmed too.
"""

import re

from rag.rendering import (
    disagreement_words,
    notes,
    one_line,
    outcome_words,
    printable,
    source_words,
    verdict_words,
    with_marks,
)
from rag.types import Answer, Citation, Disagreement

# What makes a Markdown viewer follow or load something: an inline link or image, the
# definition of a link's address, a tag. Escaped, they are only characters. The backslashes
# before it are counted, because a second one would undo the first.
_ACTIVE = re.compile(r"(?<!\\)(\\*)(\](?=[(:])|<(?=[a-z/!?]))", re.IGNORECASE)

# What could be taken for a footnote mark, and the end of the text, where a mark may follow.
_LIKE_A_MARK = re.compile(r"(?<!\\)(\\*)(?=\[\d{1,9}\])")
_AT_THE_END = re.compile(r"(?<!\\)\\(?:\\\\)*\Z")
_UNDECIDED = re.compile(r"(?<!\\)(?:\\+|\\*\[\d{0,9})\Z")


class Streamed:
    """The words of an answer as they come in, in pieces of any size, in their literal form."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, piece: str) -> str:
        """Take in the next piece and return what can be shown by now."""
        text = self._held + printable(piece)
        found = _UNDECIDED.search(text)
        ready = found.start() if found else len(text)
        self._held = text[ready:]
        return literal(text[:ready])

    def rest(self) -> str:
        """Return what was held back: before a mark is shown, and at the end."""
        held, self._held = self._held, ""
        return literal(held)


def to_markdown(answer: Answer) -> str:
    """The answer with marks such as ``[1]`` in its text and all that belongs below it.

    Nothing in it makes a viewer load or follow anything: links, images and tags in the
    model's or a document's words are disarmed with a backslash.
    """
    marks = [(mark.offset, f"[{mark.citation}]") for mark in answer.marks]
    body = inert(with_marks(answer.text, marks, literal))
    return "\n\n".join(part for part in (body, footnotes(answer)) if part.strip()) + "\n"


def footnotes(answer: Answer) -> str:
    """What stands below the text, in Markdown: outcome, notes, what differs, footnotes, nearest."""
    head = [" ".join(literal_line(note) for note in (outcome_words(answer), *notes(answer)))]
    head += map(_disagreement, answer.disagreements)
    noted = [_footnote(citation) for citation in answer.citations]
    nearest = ["The nearest sentences:"] * bool(answer.nearest)
    nearest += [f"- {quotation(citation)}" for citation in answer.nearest]
    return inert("\n\n".join([*head, *noted, *nearest]))


def inert(markdown: str) -> str:
    """The same Markdown, but with no link, image or tag that a viewer would act on."""
    return _ACTIVE.sub(lambda found: _odd(found[1]) + found[2], markdown)


def literal(text: str) -> str:
    """The text with nothing in it that could be taken for a footnote mark, or undo one."""
    shown = _LIKE_A_MARK.sub(lambda found: _odd(found[1]), printable(text))
    return _AT_THE_END.sub(lambda found: found[0] + "\\", shown)


def _odd(backslashes: str) -> str:
    """An odd number of them: in Markdown, what follows is then a character and no more."""
    return backslashes if len(backslashes) % 2 else backslashes + "\\"


def _footnote(citation: Citation) -> str:
    lines = [f"[{citation.number}] {verdict_words(citation)}", quotation(citation)]
    return "\n    ".join(lines + [literal_line(citation.reason)] * bool(citation.reason))


def _disagreement(one: Disagreement) -> str:
    sides = [f"- {quotation(side)}" for side in one.sides]
    return "\n".join([literal_line(disagreement_words(one)), *sides])


def quotation(citation: Citation) -> str:
    """The words of a citation, and on an indented line below where they stand."""
    quoted, source = literal_line(citation.text), literal_line(source_words(citation))
    return f"“{quoted}”\n    {source}"


def literal_line(text: str) -> str:
    """The text on one line, in its literal form."""
    return literal(one_line(text))

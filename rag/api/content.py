r"""An answer as the content of a chat message: its text with marks such as ``[1]``, piece by piece.

The content is Markdown to most that show it, so what would be a link, an image or a tag in the
model's or a document's words is disarmed with a backslash, and so is what looks like a mark. The
place of every mark is known exactly: ``content[start:end] == "[1]"``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.rendering.markdown import Streamed, inert
from rag.types import Answer, Mark

_UNDECIDED = re.compile(r"(?<!\\)\\*[\]<]\Z")  # what follows says whether it would do anything


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark in the content, in code points; ``number`` is that of its citation."""

    number: int
    start: int
    end: int


class Content:
    """Content as it grows; ``length`` is that of all that was returned so far."""

    def __init__(self) -> None:
        self.length = 0
        self.marks: list[Marked] = []
        self.said: list[str] = []  # the answer's own text
        self._given: list[Mark] = []
        self._words = Streamed()
        self._held = ""
        self._is_behind_mark = False

    def add(self, text: str) -> str:
        """Take in text of the answer and return what can be sent by now."""
        self.said.append(text)
        return self._out(self._words.add(text))

    def mark(self, number: int) -> str:
        """Set a mark behind the text so far."""
        before = self.rest()
        self._given.append(Mark(sum(map(len, self.said)), number))
        shown = f"[{number}]"
        self.marks.append(Marked(number, self.length, self.length + len(shown)))
        self.length += len(shown)
        self._is_behind_mark = True
        return before + shown

    def rest(self) -> str:
        """Return what was held back: before a mark, and at the end."""
        return self._out(self._words.rest(), is_last=True)

    def place(self, offset: int) -> int:
        """Where an offset of the answer's text has come to stand in the content."""
        before = Content()
        shown = written(before, "".join(self.said)[:offset], self._given)
        return len(shown)

    def _out(self, text: str, *, is_last: bool = False) -> str:
        text = self._held + text
        found = None if is_last else _UNDECIDED.search(text)
        end = found.start() if found else len(text)
        ready, self._held = inert(text[:end]), text[end:]
        if ready and self._is_behind_mark:
            # "[1](…" would be a link, "[1]: …" the address of one
            ready = "\\" * ready.startswith(("(", ":")) + ready
            self._is_behind_mark = False
        self.length += len(ready)
        return ready


def written(content: Content, text: str, marks: Iterable[Mark]) -> str:
    """A whole text with those of the marks that stand in it or at its end, as content."""
    pieces, done = [], 0
    for mark in marks:
        if mark.offset > len(text):
            break
        pieces += [content.add(text[done : mark.offset]), content.mark(mark.citation)]
        done = mark.offset
    return "".join([*pieces, content.add(text[done:]), content.rest()])


def content_of(answer: Answer) -> tuple[Content, str]:
    """The content of a finished answer."""
    content = Content()
    return content, written(content, answer.text, answer.marks)

"""The two lines with which a model says that it has no answer, or only part of one.

``NOT IN THE DOCUMENTS``
    first: the answer is *not found*, and what the model says after it (a remark, or an answer
    from its own knowledge) is kept for the record and not shown. After some text: the text
    stands, and the rest of the question is missing.
``MISSING: what is lacking``
    the answer is *partly*; "MISSING: nothing" means that it is whole. The list that may follow
    the colon belongs to it, up to a blank line; later text is text of the answer again.

No rule looks beyond the end of its line, and at most LONGEST_LINE characters ahead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.outcome.sentinels import (
    INLINE_BEGUN,
    INLINE_MISSING,
    after_denial,
    after_missing,
    is_empty,
    may_begin_sentinel,
    plain,
)
from rag.types import Outcome

LONGEST_LINE = 400
"""Characters of a line that may be held back until it is known for a sentinel or for text."""

LONGEST_LACK = 1000
"""Characters that are kept of a line that says what is missing."""

REST = "the rest of the question"
"""What is missing when the model says no more than that something is."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says of itself; ``remark`` is what followed a NOT IN THE DOCUMENTS."""

    not_found: bool = False
    missing: str = ""
    remark: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the model says that its answer ended; the checks of the claims may say less."""
        if self.not_found:
            return Outcome.NOT_FOUND
        return Outcome.PARTLY if self.missing else Outcome.ANSWERED


def read_outcome(reply: str) -> tuple[str, Reading]:
    """The text of a whole reply without its sentinels, and what they say."""
    reader = OutcomeReader()
    text = reader.feed(reply) + reader.close()
    return text, reader.reading


class OutcomeReader:
    """Takes the sentinels out of a reply that arrives in pieces of any size.

    The joined texts and the reading do not depend on how the reply was cut; text that is no
    sentinel comes through unchanged.
    """

    def __init__(self) -> None:
        self._held = ""
        self._step: Callable[[bool], str | None] = self._at_line_start
        self._shown = False
        self._denied = False
        self._missing: list[str] = [""]  # lines; the last is being written
        self._listing = False
        self._remark: list[str] = []

    @property
    def reading(self) -> Reading:
        """What was found so far; whole after ``close``."""
        if self._denied and not self._shown:
            return Reading(not_found=True, remark="".join(self._remark).strip())
        missing = "; ".join(item for line in self._missing if (item := plain(line)))
        return Reading(missing=missing or (REST if self._denied else ""))

    def feed(self, piece: str) -> str:
        """Take the next piece of the reply; return the text that is certain by now."""
        lines = _LINE.findall(piece)  # one by one: what is held stays short, the time linear
        return "".join(self._advance(line) for line in lines)

    def close(self) -> str:
        """Return what was held back, now that the reply is over."""
        return self._advance(final=True)

    def _advance(self, piece: str = "", *, final: bool = False) -> str:
        self._held += piece
        texts: list[str] = []
        while self._held and (text := self._step(final)) is not None:
            texts.append(text)
            self._shown = self._shown or bool(text.strip())
        return "".join(texts)

    def _take(self, length: int) -> str:
        taken, self._held = self._held[:length], self._held[length:]
        return taken

    def _at_line_start(self, final: bool) -> str | None:
        line, newline, _ = self._held[: LONGEST_LINE + 1].partition("\n")
        unsure = not final and not newline and len(line) <= LONGEST_LINE
        if unsure and may_begin_sentinel(line):
            return None
        line = line[:LONGEST_LINE]
        self._step = self._in_line
        if not line:
            return ""
        if (denial := after_denial(line)) is not None:
            self._deny(line, denial)
        elif (lack := after_missing(line)) is not None:
            self._take(len(line) - len(lack))
            self._step = self._in_missing
        return ""

    def _deny(self, line: str, rest: str) -> None:
        """Nothing was found: all that follows is a remark, or this line says what is missing."""
        self._denied = True
        self._take(len(line) - len(rest))
        self._step = self._in_missing if self._shown else self._in_remark
        if self._shown and is_empty(rest):
            self._take(len(rest))
            self._held = self._held.removeprefix("\n")
            self._step = self._at_line_start

    def _in_remark(self, _final: bool) -> str:
        self._remark.append(self._take(len(self._held)))
        return ""

    def _in_line(self, final: bool) -> str | None:
        line, newline, _ = self._held.partition("\n")
        if found := INLINE_MISSING.search(line):
            self._step = self._in_missing
            return self._take(found.end())[: found.end(1)]
        if newline:
            self._step = self._at_line_start
            return self._take(len(line) + 1)
        begun = None if final else INLINE_BEGUN.search(line)
        return self._take(begun.start() if begun else len(line)) or None

    def _in_missing(self, _final: bool) -> str:
        """Collect what is missing: this line, or the list after it when this line is empty."""
        line, newline, _ = self._held.partition("\n")
        self._take(len(line) + 1)
        self._missing[-1] = (self._missing[-1] + line)[:LONGEST_LACK]
        if newline:
            # a list ends at an empty line, anything else at its own end
            self._listing = is_empty(self._missing[-1]) != self._listing
            self._missing.append("")
            self._step = self._in_missing if self._listing else self._at_line_start
        return ""

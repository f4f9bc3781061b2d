r"""A reply stream becomes text and citation markers, whatever way the stream is cut.

Markdown keeps what is its own: a link ``[A3](…)``, an escaped ``\[A3]``, code spans and fences
(code by indentation alone is not seen: it cannot be told from a list item that goes on).

No rule looks far ahead, so that little text is ever held back (HOLD_BACK characters at most):

* a marker is known at its closing bracket, ``[A3]`` one character later: it might be a link;
* only a line of at most LONGEST_FENCE characters opens or closes a fence; a fence that is never
  closed runs to the end of the reply;
* a run of backticks opens a code span until the end of its line. At the first marker in there
  the parser looks at most CODE_AHEAD characters further, on the same line, for the run that
  closes it. If it is there, all of it is code; if not, the backticks were ordinary text, and
  the marker is a marker.
"""

import re
from collections.abc import Iterable, Iterator

from rag.citations.markers import (
    LONGEST_MARKER,
    Marker,
    Reference,
    find_marker,
    flaw,
    loose_references,
    neutralise,
    read_marker,
)

__all__ = [
    "Marker",
    "MarkerParser",
    "Reference",
    "flaw",
    "loose_references",
    "neutralise",
    "parse",
]

LONGEST_FENCE = 128
CODE_AHEAD = 128
HOLD_BACK = LONGEST_MARKER + CODE_AHEAD

_INDENT = r"[ \t>]{0,16}+"
_ITEM = r"(?:(?:[-*+]|[0-9]{1,3}[.)])[ \t]{1,4})?"
_OPENING = re.compile(rf"{_INDENT}{_ITEM}(`{{3,}}+(?=[^`\n]*\n?\Z)|~{{3,}}+)")
_CLOSING = re.compile(rf"{_INDENT}(`{{3,}}+|~{{3,}}+)[ \t\r]*\n?\Z")
_MAYBE_FENCE = re.compile(
    rf"{_INDENT}(?:[-*+]|[0-9]{{1,3}}[.)]?)?[ \t]{{0,4}}(?:`+[^`\n]*|~+[^\n]*)?\Z"
)
_SPECIAL = re.compile(r"[\\`\n\[［【]")
_TICKS = re.compile(r"`*")


class MarkerParser:
    """Tells text from markers while a reply arrives in pieces of any size.

    Joined, the texts and the markers' texts are the reply, character for character; with
    neighbouring texts merged, the result does not depend on how the reply was cut.
    """

    def __init__(self) -> None:
        self._held = ""
        self._fence = ""  # the run that opened the fence we are in
        self._line_starts = True
        self._open = 0  # length of the run of backticks that may have opened a code span
        self._run = 0  # length so far of the run of backticks that we are in

    def feed(self, piece: str) -> list[str | Marker]:
        """Take the next piece of the reply; return what is certain by now, in order."""
        self._held += piece
        return _merge(self._read(final=False))

    def close(self) -> list[str | Marker]:
        """Return what was held back, now that the reply is over."""
        return _merge(self._read(final=True))

    def _read(self, *, final: bool) -> Iterator[str | Marker]:
        text, at = self._held, 0
        while at < len(text) and (part := self._next(text, at, final=final)):
            yield part
            at += len(part.text if isinstance(part, Marker) else part)
        self._held = text[at:]

    def _next(self, text: str, at: int, *, final: bool) -> str | Marker:
        """The part that begins at ``at``, or "" while more text must tell."""
        if self._line_starts:
            line = _fence_line(text[at : at + LONGEST_FENCE + 1], self._fence, final=final)
            if line is None:
                return ""
            if line:
                return self._pass_fence(line)
            self._line_starts = False
        return self._in_fence(text, at) if self._fence else self._in_line(text, at, final=final)

    def _pass_fence(self, line: str) -> str:
        opening = None if self._fence else _OPENING.match(line)
        self._fence = opening[1] if opening else ""
        return line

    def _in_fence(self, text: str, at: int) -> str:
        end = text.find("\n", at) + 1
        self._line_starts = end > 0
        return text[at : end or len(text)]

    def _in_line(self, text: str, at: int, *, final: bool) -> str | Marker:
        if text[at] == "`":
            return self._pass_ticks(text, at)
        self._end_run()
        if text[at] == "\n":
            return self._pass_newline()
        if text[at] == "\\":
            return self._pass_backslash(text, at, final=final)
        if text[at] in "[［【":
            return self._pass_bracket(text, at, final=final)
        special = _SPECIAL.search(text, at)
        return text[at : special.start() if special else len(text)]

    def _pass_ticks(self, text: str, at: int) -> str:
        end = _run_end(text, at)
        self._run += end - at
        return text[at:end]

    def _end_run(self) -> None:
        if not self._open:
            self._open = self._run
        elif self._open == self._run:
            self._open = 0
        self._run = 0

    def _pass_newline(self) -> str:
        self._line_starts, self._open = True, 0
        return "\n"

    def _pass_backslash(self, text: str, at: int, *, final: bool) -> str:
        if self._open:
            return "\\"  # it escapes nothing in a code span
        if at + 1 == len(text) and not final:
            return ""
        return text[at : at + 2] if text.startswith(("\\", "`", "["), at + 1) else "\\"

    def _pass_bracket(self, text: str, at: int, *, final: bool) -> str | Marker:
        marker = find_marker(text, at, final=final)
        if marker is None:
            return ""
        if not marker:
            return text[at]
        end = at + len(marker)
        code = _code_end(text[end : end + CODE_AHEAD], self._open, final=final)
        if code is None:
            return ""
        self._open = 0
        return text[at : end + code] if code else read_marker(marker)


def parse(reply: str) -> list[str | Marker]:
    """Tell text from markers in a whole reply; no two texts are neighbours, none is empty."""
    parser = MarkerParser()
    return _merge([*parser.feed(reply), *parser.close()])


def _code_end(ahead: str, ticks: int, *, final: bool) -> int | None:
    """Where a run of so many backticks ends on this line, 0 if nowhere, None if not known."""
    if not ticks:
        return 0
    line, newline, _ = ahead.partition("\n")
    followed = len(ahead) + (final and len(ahead) < CODE_AHEAD)
    for run in re.finditer("`+", line):
        if len(run[0]) == ticks and run.end() < followed:
            return run.end()
    return 0 if newline or final or len(ahead) == CODE_AHEAD else None


def _fence_line(ahead: str, fence: str, *, final: bool) -> str | None:
    """The line if it opens a fence (or closes this one), "" if not, None if not known."""
    line, newline, _ = ahead.partition("\n")
    if not newline and not final and len(ahead) <= LONGEST_FENCE:
        return None if _MAYBE_FENCE.match(line) else ""
    line += newline
    found = (_CLOSING if fence else _OPENING).match(line)
    return line if found and len(line) <= LONGEST_FENCE and found[1].startswith(fence) else ""


def _run_end(text: str, at: int) -> int:
    run = _TICKS.match(text, at)
    return run.end() if run else at


def _merge(parts: Iterable[str | Marker]) -> list[str | Marker]:
    """Join neighbouring texts."""
    merged: list[str | Marker] = []
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        merged += ["".join(texts), part] if texts else [part]
        texts.clear()
    return [*merged, "".join(texts)] if texts else merged

"""Where the footnote marks stand once the citations of the statements have been put right."""

import re
from collections.abc import Iterator, Sequence

from rag.types import Mark, Statement

_CLOSE = re.compile(r"[.!?…。！？]*[\"'”’»)\]*_|\s]*\Z")


def marked_anew(
    text: str,
    marks: Sequence[Mark],
    statements: Sequence[Statement],
    owned: Sequence[Sequence[int]],
) -> tuple[Mark, ...]:
    """Return the marks by rising offset: the old ones in use, and the new ones beside them.

    ``owned`` names each statement's marks by their place in ``marks``. A new mark stands where
    the first mark of its statement stood, or before its full stop where it had none.
    """
    kept = [
        mark
        for statement, places in zip(statements, owned, strict=True)
        for mark in _marks(text, statement, [marks[place] for place in places])
    ]
    return tuple(sorted(dict.fromkeys(kept), key=lambda mark: mark.offset))


def _marks(text: str, statement: Statement, own: Sequence[Mark]) -> Iterator[Mark]:
    yield from (mark for mark in own if mark.citation in statement.citations)
    standing = {mark.citation for mark in own}
    offset = own[0].offset if own else end_of_words(text, statement)
    for number in statement.citations:
        if number not in standing:
            yield Mark(offset, number)


def end_of_words(text: str, statement: Statement) -> int:
    """The offset behind the last word of a statement, before its full stop."""
    words = text[statement.start : statement.end]
    close = _CLOSE.search(words)
    at = close.start() if close else len(words)
    return statement.start + (at or len(words))

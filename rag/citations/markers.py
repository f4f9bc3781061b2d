"""What a citation marker looks like: brackets around sentence ids, ``[A3]``.

Also ``[A3-5]`` ``[A3–A5]`` ``[A3, B7]`` ``[A3; 5]`` ``[A3 B7]``, with spaces inside or without, in
square, full-width or lenticular brackets.
An id is one or two capital ASCII letters for the document and one to four digits for the
sentence, so that ``[2019]``, ``[a3]``, ``[^1]`` and ``[ ]`` are prose.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_MARKER = 64  # characters; more ids than fit in there are nobody's idea of a footnote

_GAP = r"[ \t\u00a0\u202f]"
_DASH = r"[-\u2010-\u2015\u2212]"
_RANGE = rf"[0-9]{{1,4}}+(?:{_GAP}*+{_DASH}{_GAP}*+[A-Z]{{0,2}}+[0-9]{{1,4}}+)?+"
_NEXT = rf"(?:{_GAP}*+[,;&，；、]{_GAP}*+[A-Z]{{0,2}}+|{_GAP}++[A-Z]{{1,2}}+)"
_IDS = rf"{_GAP}*+[A-Z]{{1,2}}+{_RANGE}(?:{_NEXT}{_RANGE})*+{_GAP}*+"
_NOTE = r"†[^†\[\]［］【】⟦⟧\n]*+"  # some models write 【A3†L1-L3】
_MARKER = re.compile(rf"\[{_IDS}\]|［{_IDS}］|【{_IDS}(?:{_NOTE})?+】")
_UNFINISHED = re.compile(
    rf"[\[［【][A-Z0-9 \t\u00a0\u202f,;&，；、\u2010-\u2015\u2212-]*+(?:{_NOTE})?+\Z"
)
_REFERENCE = re.compile(rf"([A-Z]*)([0-9]+)(?:{_GAP}*{_DASH}{_GAP}*([A-Z]*)([0-9]+))?")
_WORD = r"(?:Doc(?:ument)?|Source)\.?"
_LOOSE = re.compile(
    rf"{_GAP}?(?:\((?:{_WORD} )?([A-Z]{{1,2}})(?:,? ?(?:sentence )?)([0-9]{{1,4}})\)"
    rf"(?={_GAP}*(?:[(.,;:!?…。*_]|\Z))"  # the vitamin (B12) in the middle is none
    rf"|\[{_WORD} ([A-Z]{{1,2}}),? (?:sentence )?([0-9]{{1,4}})\])"
)
_LOOK_ALIKES = str.maketrans(dict(zip("[]［］【】", "⟦⟧" * 3, strict=True)))


@dataclass(frozen=True, slots=True)
class Reference:
    """Sentences ``first`` to ``last`` (both included) of the source with this letter.

    What was written is kept even when it cannot be meant: ``[A5-3]`` has ``first > last``,
    and ``[A3-B5]`` has the letter ``A-B``, which no source carries. ``flaw`` says so.
    """

    letter: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker as the model wrote it, and what it refers to (at least one)."""

    text: str
    references: tuple[Reference, ...]


def read_marker(text: str) -> Marker:
    """Read the references of a marker; an id without a letter has the letter before it."""
    references = []
    letter = ""
    for start, first, end, last in _REFERENCE.findall(text.partition("†")[0]):
        letter = start or letter
        reach = letter if end in ("", letter) else f"{letter}-{end}"
        references.append(Reference(reach, int(first), int(last or first)))
    return Marker(text, tuple(references))


def loose_references(
    text: str, is_offered: Callable[[Reference], bool]
) -> tuple[str, tuple[Reference, ...]]:
    """A text without the ids that a model wrote in no form that was asked for, and those ids.

    ``(A3)`` and ``[Document A, sentence 3]`` are no markers, because prose has them too; but
    where ``is_offered`` knows them, a source for the text may be looked for there first.
    """
    found = []

    def taken(match: re.Match[str]) -> str:
        letter, number = match[1] or match[3], int(match[2] or match[4])
        reference = Reference(letter, number, number)
        if not is_offered(reference):
            return match[0]
        found.append(reference)
        return ""

    return _LOOSE.sub(taken, text), tuple(found)


def flaw(reference: Reference) -> str:
    """Why the reference cannot be meant, as a sentence; "" when it can."""
    if "-" in reference.letter:
        return "A range of sentences must stay within one document."
    if reference.first > reference.last:
        return f"The range runs backwards, from {reference.first} to {reference.last}."
    return "" if reference.first else "Sentences are numbered from 1."


def neutralise(text: str) -> str:
    """Put ⟦⟧ for the brackets of whatever looks like a marker; the length does not change."""
    return _MARKER.sub(lambda found: found[0].translate(_LOOK_ALIKES), text)


def find_marker(text: str, at: int, *, final: bool) -> str | None:
    """The marker that begins at this bracket, "" if none does, None if more text must tell.

    ``final`` says that there is no more text. Looks at LONGEST_MARKER characters, and at one
    more after an ASCII bracket: ``[A3](`` is a Markdown link.
    """
    found = _MARKER.match(text, at, at + LONGEST_MARKER)
    if not found:
        short = len(text) - at < LONGEST_MARKER and not final
        return None if short and _UNFINISHED.match(text, at) else ""
    if text[at] != "[":
        return found[0]
    if found.end() == len(text) and not final:
        return None
    return "" if text.startswith("(", found.end()) else found[0]

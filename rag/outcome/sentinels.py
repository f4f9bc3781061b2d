"""The two lines of a reply that are no text of the answer: how they are told from text.

``NOT IN THE DOCUMENTS`` and ``MISSING: what is lacking``. Models decorate them: ``**Missing:**``,
``> not in the documents.``, ``… [A3]. MISSING: the date``. In capitals they are known wherever they
begin; in other letters only when nothing else can be meant: "Missing: 14 people [A3]" has a
marker, so it is text of the answer.
"""

import re

_DENIALS = (
    "NOT IN THE DOCUMENTS",
    "NOT IN THE DOCUMENT",
    "NOT IN DOCUMENTS",
    "NOT FOUND IN THE DOCUMENTS",
)
_MISSING = "MISSING"
_DECORATION = " \t\r*_#>`~\"'“”‘’«»([-–—•·"
_LONGEST_DECORATION = 16
_PUNCTUATION = _DECORATION + ".!?,;:)]。"
_BULLETS = " \t\r*_`#>-–—•·"
_COLON = re.compile(r"[*_`~ \t]{0,4}[:：]")
_COLON_BEGUN = re.compile(r"[*_`~ \t]{0,4}(?:[:：]|\Z)")
_MARKER = re.compile(r"[\[［【][ \t]?[A-Z]{1,2}[0-9]")
_NOTHING = re.compile(
    r"((nothing|none|nil|no|n/?a|not applicable)( (is )?missing)?)?", re.IGNORECASE
)
_END = r"[.!?…\])”\"*。！？】]"

INLINE_MISSING = re.compile(rf"({_END}[ \t]{{1,3}})[*_]{{0,3}}MISSING[*_]{{0,3}}[:：]")
"""A missing line that begins in the middle of one; group 1 is still text."""

INLINE_BEGUN = re.compile(
    rf"{_END}(?:[ \t]{{1,3}}[*_]{{0,3}}(?:M|MI|MIS|MISS|MISSI|MISSIN|MISSING[*_]{{0,3}})?)?\Z"
)
"""The end of a text that may become INLINE_MISSING."""


def may_begin_sentinel(line: str) -> bool:
    """Whether a line that begins so can still be a sentinel."""
    body = _body(line)
    begun = any(key.startswith(body[: len(key)].upper()) for key in (*_DENIALS, _MISSING))
    past = body[len(_MISSING) :] if body[: len(_MISSING)].upper() == _MISSING else ""
    return begun and bool(_COLON_BEGUN.match(past)) and _is_short(line, body)


def after_denial(line: str) -> str | None:
    """What follows NOT IN THE DOCUMENTS on its line; None when the line is something else."""
    body = _body(line)
    for key in _DENIALS:
        rest = body[len(key) :]
        said = body[: len(key)].upper() == key and not rest[:1].isalnum()
        if said and _is_short(line, body) and (body.startswith(key) or is_empty(rest)):
            return rest
    return None


def after_missing(line: str) -> str | None:
    """What follows MISSING and its colon on the line; None when the line is something else."""
    body = _body(line)
    colon = _COLON.match(body, len(_MISSING))
    if not colon or body[: len(_MISSING)].upper() != _MISSING or not _is_short(line, body):
        return None
    rest = body[colon.end() :]
    return rest if body.startswith(_MISSING) or not _MARKER.search(rest) else None


def is_empty(rest: str) -> bool:
    """Whether there is nothing but punctuation."""
    return not rest.strip(_PUNCTUATION)


def plain(lack: str) -> str:
    """A line of what is missing without its decoration; "" when it says that nothing is."""
    words = " ".join(lack.split()).lstrip(_BULLETS + ".:;,").rstrip(_BULLETS)
    return "" if _NOTHING.fullmatch(words.strip(_PUNCTUATION)) else words


def _body(line: str) -> str:
    return line.lstrip(_DECORATION)


def _is_short(line: str, body: str) -> bool:
    return len(line) - len(body) <= _LONGEST_DECORATION

"""Whether a disagreement is about what was asked.

A quotation says more than was asked: that documents differ about the rest would only distract.
"""

import re

from rag.disagreement.telling import matters
from rag.quoting import split_question
from rag.types import DisagreementKind

SHARE = 0.4  # of the words of a question, or of one part of it, that the sides hold
_HOW_MANY = re.compile(
    r"\bhow (?:many|much|long|far|deep|high|wide|tall|large|big|old|heavy|fast|often|strong)\b|"
    r"\b(?:what|which)(?: (?:is|was|are|were) the)? (?:\w+ )?(?:share|number|percentage|proportion|"
    r"per cent|percent|price|cost|size|length|distance|weight|age|toll|total|sum|amount|rate)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:when|how long ago|(?:which|what) (?:days?|dates?|year|month|time))\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|whom|whose|where)\b", re.IGNORECASE)


def is_asked(question: str, kind: DisagreementKind, sides: str) -> bool:
    """Whether a question, or a part of it, asks for that in which the texts of the sides differ."""
    told = matters(sides)
    return any(_wants(part, kind) and _is_about(part, told) for part in split_question(question))


def leaves_room(question: str, kind: DisagreementKind) -> bool:
    """Whether the form of a question, or of a part of it, leaves room for such an answer."""
    return any(_wants(part, kind) for part in split_question(question))


def _wants(question: str, kind: DisagreementKind) -> bool:
    many, when, who = (bool(form.search(question)) for form in (_HOW_MANY, _WHEN, _WHO))
    if kind is DisagreementKind.NUMBER:
        return many or not (when or who)
    if kind is DisagreementKind.DATE:
        return when or not (many or who)
    return True


def _is_about(question: str, told: frozenset[str]) -> bool:
    asked = matters(question)
    return not asked or len(asked & told) >= SHARE * len(asked)

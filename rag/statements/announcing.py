"""A sentence such as *Accounts of the vote differ* only announces what the next ones tell."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.statements.kinds import TELLERS
from rag.types import Kind, Statement

SIDES = 2
"""Cited claims that have to follow an announcement: both sides of what it announces."""

_GAP = r"[^.;:!?\d]{0,80}"
_TELLERS = rf"(?:{TELLERS}|sides)"
_ANNOUNCES = re.compile(
    rf"\W*(?:(?:but|however|the|these|those|both|two|three|various|different),? )*{_TELLERS}\b"
    rf"{_GAP}\b(?:differ|disagree|vary|conflict|diverge|are at odds|do not agree)\b{_GAP}[.:]?\s*\Z"
    r"|\W*there (?:are|is) (?:two|three|several|different|differing|conflicting|contradictory) "
    rf"(?:\w+ )?(?:{_TELLERS}|dates|answers){_GAP}[.:]?\s*\Z",
    re.IGNORECASE,
)


def without_announcements(
    statements: Sequence[Statement], marks: Sequence[Sequence[int]]
) -> list[Statement]:
    """The statements, with a claim that cites nothing and announces the next two made connective.

    Those must cite something, and then what it says of them is checked with them. ``marks`` are
    the marks of each statement.
    """
    cited = [
        one.kind is Kind.CLAIM and bool(own) for one, own in zip(statements, marks, strict=True)
    ]
    return [
        replace(one, kind=Kind.CONNECTIVE)
        if not cited[at] and _ANNOUNCES.match(one.text) and sum(cited[at + 1 :][:SIDES]) == SIDES
        else one
        for at, one in enumerate(statements)
    ]

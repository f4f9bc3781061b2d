"""What a disagreement is, in words that are right for a contradiction and for a count that grew."""

from collections.abc import Sequence

from rag.context import date_words
from rag.disagreement.differences import Difference
from rag.types import Citation

STATED = "The text says itself that accounts differ."


def reason(differs: Difference, sides: Sequence[Citation]) -> str:
    """Say how two sides differ, with the days of their documents where these differ too."""
    if differs.said[0] == differs.said[1]:
        return f"One denies {differs.said[0]}, which the other says."
    form = "{} as of {}" if differs.running else "{} ({})"
    days = differs.days or _days(sides)
    one, other = map(form.format, differs.said, days) if days else differs.said
    return f"One says {one}, the other {other}."


def _days(sides: Sequence[Citation]) -> list[str]:
    """The days of the documents, if they have one each and not the same."""
    days = [date_words(side.date) for side in sides if side.date]
    return days if len(set(days)) == len(sides) else []

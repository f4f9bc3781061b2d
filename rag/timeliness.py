"""Which day a question is about, and which documents are of that time.

A date in the question counts before the day on which it is asked: "on 20 August" is about then,
"this week" about now. A question that says nothing of time leans a little towards now, because
that is what people mostly ask about. The weights are measured in docs/retrieval.md.
"""

import datetime as dt
import math
import re

from rag.dates import Day, read_dates

ABOUT_NOW = 2.0
ABOUT_THEN = 0.5
UNSAID = 0.3
DAYS_NEAR = 15.0  # so many days away a document counts for 1/e

_NOW = re.compile(
    r"\b(?:now|nowadays|today|tonight|yesterday|tomorrow|currently?|recent(?:ly)?|latest|newest|"
    r"so far|upcoming|this (?:week|month|morning|weekend|season)|"
    r"(?:last|past|next) (?:night|week|weekend|month))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)[0-9]{2}\b")
_MIDDLE = 15  # of a month; whatever is in the month is not away from it
_EVERY_MONTH = 28


class Timing:
    """The time that a question is about; ``asked`` is the day on which it is asked."""

    def __init__(self, question: str, asked: dt.date | None) -> None:
        self._days, rest = read_dates(question)
        self._years = [int(year) for year in _YEAR.findall(rest)]
        self._asked = asked
        self._is_then = bool(self._days or self._years)
        self._weight = ABOUT_NOW if _NOW.search(question) else UNSAID

    @property
    def matters(self) -> bool:
        """Whether any document could be worth more than another."""
        return self._is_then or self._asked is not None

    def worth(self, day: dt.date | None) -> float:
        """How much a document speaks for itself by its date; one without a date gets nothing."""
        if day is None:
            return 0.0
        if self._is_then:
            gaps = [_gap(day, wanted) for wanted in self._days]
            gaps += [0.0 for year in self._years if year == day.year]
            return ABOUT_THEN * max(map(_near, gaps), default=0.0)
        return self._weight * _near(abs((day - self._asked).days)) if self._asked else 0.0


def _gap(day: dt.date, wanted: Day) -> float:
    """Days from a document's day to one that is named; without a year the nearest such day."""
    years = [wanted.year] if wanted.year else [day.year - 1, day.year, day.year + 1]
    number = min(wanted.day or _MIDDLE, _EVERY_MONTH)
    away = min(abs((day - dt.date(year, wanted.month, number)).days) for year in years)
    return away if wanted.day else max(0, away - _MIDDLE)


def _near(days: float) -> float:
    return math.exp(-days / DAYS_NEAR)

"""The dates and weekdays that a text names, as far as it names them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b"
_UNTIL = r"(?:(?: ?- ?| and | to | or )(?P<other>[0-3]?[0-9])(?:st|nd|rd|th)?\b(?! (?:%|per)))?"
_FROM = r"(?:\b(?P<other>[0-3]?[0-9])(?:st|nd|rd|th)?(?: ?- ?| and | to | or ))?"
_YEAR = r"(?P<year>1[0-9]{3}|20[0-9]{2})(?!,?[0-9])"
_SHAPES = (
    re.compile(rf"\b{_YEAR}-(?P<number>[01][0-9])-(?P<day>[0-3][0-9])\b"),
    re.compile(rf"{_FROM}\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?"),
    re.compile(rf"\b{_MONTH} (?:the )?{_DAY}(?!:[0-9]|,[0-9]){_UNTIL}(?:,? {_YEAR})?"),
    re.compile(rf"\b{_MONTH},? (?:of )?{_YEAR}"),
    re.compile(rf"\b{_MONTH}"),
)
_IN_A_YEAR, _IN_A_MONTH = range(1, 13), range(1, 32)
_VERBS = {"may", "mar", "march", "jan", "dec", "sep"}  # alone these are seldom months
_TIMELY = re.compile(
    r"\b(?:in|since|until|till|by|last|next|this|early|late|mid|during|from|of|through|before|"
    r"after|every|between)[ -]\Z",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})(?=s?\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or as much of it as a text says: what it does not say is None."""

    year: int | None
    month: int
    day: int | None = None

    def lacks(self, wanted: "Day") -> tuple[str, ...] | None:
        """Which of *year, day* this date leaves open that ``wanted`` names; None if they differ."""
        pairs = {"year": (self.year, wanted.year), "day": (self.day, wanted.day)}
        differ = any(None not in pair and pair[0] != pair[1] for pair in pairs.values())
        if differ or self.month != wanted.month:
            return None
        return tuple(name for name, (own, other) in pairs.items() if own is None and other)

    @property
    def weekday(self) -> str:
        """The name of its weekday in lower case; "" when it is no whole date."""
        return WEEKDAYS[found.weekday()] if (found := self.calendar) else ""

    @property
    def calendar(self) -> dt.date | None:
        """The date itself, if it is whole and exists."""
        try:
            return dt.date(self.year, self.month, self.day) if self.year and self.day else None
        except ValueError:
            return None

    def __str__(self) -> str:
        """Say it in words: 26 August 2024."""
        named = (self.day, MONTHS[self.month - 1].capitalize(), self.year)
        return " ".join(str(part) for part in named if part)


def day_words(day: dt.date) -> str:
    """A date as ``26 August 2024``, in English whatever the machine speaks."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def read_dates(text: str) -> tuple[list[Day], str]:
    """The dates of a plain text, and the text with spaces in their places."""
    found: list[Day] = []
    for shape in _SHAPES:
        for match in list(shape.finditer(text)):
            if days := list(_days(text, match)):
                found += days
                text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return found, text


def read_weekdays(text: str) -> frozenset[str]:
    """The weekdays that a text names, in lower case."""
    return frozenset(found.casefold() for found in _WEEKDAY.findall(text))


def _days(text: str, match: re.Match[str]) -> Iterator[Day]:
    part = match.groupdict()
    month = int(part["number"]) if part.get("number") else _month(part["month"])
    year = int(part["year"]) if part.get("year") else None
    days = [int(day) for day in (part.get("other"), part.get("day")) if day]
    if not days and not year and not _is_month(text, match):
        return
    if month in _IN_A_YEAR and all(day in _IN_A_MONTH for day in days):
        yield from [Day(year, month, day) for day in days] or [Day(year, month)]


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3].casefold()))


def _is_month(text: str, match: re.Match[str]) -> bool:
    """Whether a month that stands alone is one, and not the verb *may* or *march*."""
    alone = match["month"].casefold() in _VERBS
    return not alone or bool(_TIMELY.search(text[max(0, match.start() - 9) : match.start()]))

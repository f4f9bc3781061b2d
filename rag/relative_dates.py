"""Words such as *yesterday* become dates, once the day is known on which they are said."""

import datetime as dt
import re
from collections.abc import Callable

from rag.dates import MONTHS, WEEKDAYS, day_words

_COUNTS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_COUNT = rf"\d{{1,3}}|{'|'.join(_COUNTS)}"
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
_OFFSETS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}

Day = dt.date
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Day], str]]


def with_dates(text: str, today: Day) -> str:
    """Return a text in which days, weeks, months and years are named instead of counted.

    "on the day before yesterday" and "yesterday" become "on 24 August 2024"; "last week" becomes
    "in the week of 19 to 25 August 2024" (weeks begin on Monday); "yesterday's" becomes "the
    25 August 2024". A bare weekday and what has no one meaning ("recently") stay as they are.
    """
    for pattern, said in _RULES:
        text = pattern.sub(lambda found, said=said: said(found, today), text)  # type: ignore[misc]
    return text


def _on(found: re.Match[str], day: Day) -> str:
    """The day in the place of its word: a possessive stands before what it belongs to."""
    return f"the {day_words(day)}" if found[0].endswith("s") else f"on {day_words(day)}"


def _before_yesterday(_: re.Match[str], today: Day) -> str:
    return f"on {day_words(today - 2 * _DAY)}"


def _near(found: re.Match[str], today: Day) -> str:
    return _on(found, today + _OFFSETS[found["day"].lower()] * _DAY)


def _ago(found: re.Match[str], today: Day) -> str:
    said = found["count"].lower()
    count = _COUNTS.get(said) or int(said)
    length = _WEEK if found["unit"].lower().startswith("week") else _DAY
    return f"on {day_words(today - count * length)}"


def _last_weekday(found: re.Match[str], today: Day) -> str:
    back = (today.weekday() - WEEKDAYS.index(found["weekday"].lower()) - 1) % 7 + 1
    return f"on {day_words(today - back * _DAY)}"


def _week(found: re.Match[str], today: Day) -> str:
    first = today - today.weekday() * _DAY + _shift(found) * _WEEK
    last = first + 6 * _DAY
    begins = (
        str(first.day)
        if first.month == last.month
        else f"{first.day} {day_words(first).split()[1]}"
    )
    return f"in the week of {begins} to {day_words(last)}"


def _month(found: re.Match[str], today: Day) -> str:
    count = today.year * 12 + today.month - 1 + _shift(found)
    return f"in {MONTHS[count % 12].capitalize()} {count // 12}"


def _year(found: re.Match[str], today: Day) -> str:
    return f"in {today.year + _shift(found)}"


def _shift(found: re.Match[str]) -> int:
    return {"last": -1, "this": 0, "next": 1}[found["which"].lower()]


def _rule(pattern: str, said: Callable[[re.Match[str], Day], str]) -> Rule:
    return re.compile(rf"\b(?:on |in )?{pattern}", re.IGNORECASE), said


_WHICH = r"(?P<which>last|this|next)"
_RULES: tuple[Rule, ...] = (
    _rule(r"the day before yesterday\b", _before_yesterday),
    _rule(r"(?P<day>today|tonight|yesterday|tomorrow)(?:['’]s)?\b", _near),
    _rule(rf"(?P<count>{_COUNT}) (?P<unit>days?|weeks?) ago\b", _ago),
    _rule(rf"last (?P<weekday>{'|'.join(WEEKDAYS)})\b(?!['’])", _last_weekday),
    _rule(rf"{_WHICH} week\b(?!['’])", _week),
    _rule(rf"{_WHICH} month\b(?!['’])", _month),
    _rule(rf"{_WHICH} year\b(?!['’])", _year),
)

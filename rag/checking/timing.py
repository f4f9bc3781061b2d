"""The dates and weekdays of a claim against those of its source."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.dates import WEEKDAYS, Day, read_dates

_DAY_AND_DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(day.capitalize() for day in WEEKDAYS)}),? (?:the )?"
    r"(?P<date>\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]+(?:,? \d{4})?|"
    r"[A-Z][a-z]+\.? \d{1,2}\b(?:,? \d{4})?)"
)
_TEXT_OF = re.compile(
    r"\b(?:statement|declaration|letter|report|resolution|text|communiqué|paper|proposal|notice) "
    r"(?:of|from|dated) ((?:\w+ ){1,3}\w+)"
)
_NONE, _NEXT_DAY = dt.timedelta(0), dt.timedelta(days=1)
_DAYS_AROUND = dt.timedelta(days=7)  # "on Thursday" in a dated report is a day this near


def date_faults(case: Case) -> Iterator[Fault]:
    """Dates that the source does not give, as far as the claim names them, or gives otherwise."""
    for wanted in case.claim.dates:
        if _names_the_source(wanted, case):
            continue
        if not _is_dated(wanted, case):
            other = _free_date(wanted, case)
            reason = f"The source says {other}, not {wanted}." if other else ""
            yield Fault(reason or case.lacks("mention", str(wanted)), conflict=bool(other))
        elif other := _replaced_date(wanted, case):
            yield Fault(f"The source says {other}, not {wanted}.", conflict=True)


def _replaced_date(wanted: Day, case: Case) -> Day | None:
    """The date of the sentence that one from beside it took the place of, if one did."""
    if any(day.lacks(wanted) is not None for day in case.source.dates):
        return None
    return _free_date(wanted, case)


def _free_date(wanted: Day, case: Case) -> Day | None:
    """Another date of the closest sentence, one that the claim does not give as well."""
    others = (day for day in case.closest.dates if _is_other_date(wanted, day))
    free = (day for day in others if not any(_agree(day, mine) for mine in case.claim.dates))
    return next(free, None)


def _names_the_source(wanted: Day, case: Case) -> bool:
    """Whether it is *the statement of 8 August* whose text is dated the day after, or the same."""
    dated = (day for found in _TEXT_OF.finditer(case.claim.text) for day in read_dates(found[1])[0])
    return wanted in dated and any(_is_just_before(wanted, day) for day in case.beside.dates)


def _is_just_before(wanted: Day, day: Day) -> bool:
    whole = replace(wanted, year=wanted.year or day.year).calendar
    return bool(whole and day.calendar and _NONE <= day.calendar - whole <= _NEXT_DAY)


def _agree(one: Day, other: Day) -> bool:
    return one.lacks(other) is not None


def weekday_faults(case: Case) -> Iterator[Fault]:
    """Weekdays that neither the source names nor its dates fall on.

    One that the claim joins to a date must be that date's, and then need not be named.
    """
    joined = list(_joined(case))
    for weekday, day in joined:
        if day.weekday != weekday:
            named = f"{day} is a {day.weekday.capitalize()}, not a {weekday.capitalize()}"
            yield Fault(f"{named}.", conflict=True)
    dates = (*case.source.dates, *case.beside.dates)
    known = case.source.weekdays or {day.weekday for day in dates}
    known = {*known, *(weekday for weekday, _ in joined)}
    for wanted in sorted(case.claim.weekdays - known):
        others = sorted(case.closest.weekdays - case.claim.weekdays)
        named = wanted.capitalize()
        if others:
            yield Fault(f"The source says {others[0].capitalize()}, not {named}.", conflict=True)
        elif wanted not in case.beside.weekdays:
            yield Fault(case.lacks("mention", named))


def _joined(case: Case) -> Iterator[tuple[str, Day]]:
    """The weekdays that the claim joins to dates, with those; the source may give the year."""
    years = {day.year for day in (*case.source.dates, *case.beside.dates) if day.year}
    for found in _DAY_AND_DATE.finditer(case.claim.text):
        for day in read_dates(found["date"])[0][:1]:
            whole = replace(day, year=day.year or (min(years) if len(years) == 1 else None))
            if whole.weekday:
                yield found["weekday"].casefold(), whole


def _is_dated(wanted: Day, case: Case) -> bool:
    """Whether the source, with what stands beside it, gives this date."""
    near = [*case.source.dates, *case.beside.dates]
    numbers = [*case.source.numbers, *case.beside.numbers]
    years = {day.year for day in near} | {int(number.value) for number in numbers}
    lacking = [found for day in near if (found := day.lacks(wanted)) is not None]
    given = any(not lack or (lack == ("year",) and wanted.year in years) for lack in lacking)
    return given or _is_weekday_of(wanted, case)


def _is_weekday_of(wanted: Day, case: Case) -> bool:
    """Whether the source says *Thursday* without a date, and its date makes that the wanted day."""
    day = wanted.calendar
    if not day or wanted.weekday not in case.source.weekdays or case.source.dates:
        return False
    around = (other.calendar for other in case.beside.dates)
    return any(other and abs(other - day) <= _DAYS_AROUND for other in around)


def _is_other_date(wanted: Day, day: Day) -> bool:
    """Whether a date is as exact as the wanted one, and another."""
    return (wanted.day is None) == (day.day is None) and day.lacks(wanted) is None

"""Wrong figures and dates for claims that are right: one function a kind of error.

What a swap puts in stands neither in the claim nor in the cited sentence, and a bound is only moved
to the side on which it stops being true (more than 40 → more than 90, never more than 10), so
that no version still follows from the sentence.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from eval.planted.claims import Claim, Stock, put
from rag.dates import MONTHS, WEEKDAYS, read_dates

_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
NUMBER = re.compile(
    r"(?<![\w:.,$/-])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|"
    rf"{'|'.join(_WORDS)})(?![\w:/]|[.,]\d)(?! and a half)"
)
_MONTH_NAMES = tuple(month.capitalize() for month in MONTHS)
_MONTH = "|".join(_MONTH_NAMES)
_OF_DATE = re.compile(rf"\s*(?:and|to|or|,|-|–)?\s*(?:\d{{1,2}} )?(?:{_MONTH})\b")
_NAMED_MONTH = re.compile(rf"(?<= )(?:{_MONTH})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(rf"\b(\d{{1,2}}) ({_MONTH})\b")
_WHOLE_DATE = re.compile(rf"(?<!day, )\b\d{{1,2}} (?:{_MONTH}) \d{{4}}\b(?!\*)")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(day.capitalize() for day in WEEKDAYS)})\b")
_OPEN = re.compile(
    r"\b(?:by|before|after|until|till|since|from|up to) (?:\w+day, )?\Z", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:more than|over|above|at least|passed|exceed\w*|than) \Z", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:less than|fewer than|under|below|up to|at most|nearly|almost|no more than|"
    r"not more than|within) (?:the )?\Z",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r" or more\b")
_ROUGH = re.compile(
    r"\b(?:about|around|some|roughly|nearly|almost|more|fewer|less|least|most|over|passed|up to)\b",
    re.IGNORECASE,
)
_HUNDRED, _LONG = 100, 10_000  # from here it is multiplied; from here it has a comma
_FAR = 1.3  # times as much or as little: no reading of *about* bears that
_LADDERS = (
    ("minute", "hour", "day", "week", "month", "year", "decade"),
    ("metre", "kilometre"),
    ("m", "km"),
    ("gram", "kilogram", "tonne"),
    ("g", "kg"),
    ("thousand", "million", "billion"),
)


def number_swapped(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another number of the document set, as long and written the same way."""
    for found in _numbers(claim):
        for other in stock.numbers:
            if _is_alike(found[0], other) and not claim.holds(other):
                yield from [put(claim.text, found, other)] * _is_off(claim, found, other)


def scale_swapped(claim: Claim, stock: Stock) -> Iterator[str]:
    """The same number in another unit or on another scale."""
    del stock
    for found in _numbers(claim):
        up = not _is_most(claim, found)
        for ladder in _LADDERS:
            for low, high in pairwise(ladder):
                old, new = (low, high) if up else (high, low)
                unit = re.match(rf"([ -]){old}(s?)\b", claim.text[found.end() :])
                if unit and not claim.holds(f"{new}{unit[2]}"):
                    end = found.end() + unit.end()
                    yield f"{claim.text[: found.end()]}{unit[1]}{new}{unit[2]}{claim.text[end:]}"
        yield from _tenfold(claim, found, up=up)
    yield from _points(claim)


def day_shifted(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another day of the same month, one that the document set speaks of."""
    for found in _DAY.finditer(claim.text):
        month = _MONTH_NAMES.index(found[2]) + 1
        for other in (str(day) for its_month, day in stock.days if its_month == month):
            if _is_fixed(claim, found) and not claim.holds(other):
                yield put(claim.text, found, f"{other} {found[2]}")


def month_or_year_shifted(claim: Claim, stock: Stock) -> Iterator[str]:
    """The month or the year before or after."""
    del stock
    for found in _NAMED_MONTH.finditer(claim.text):
        at = _MONTH_NAMES.index(found[0])
        for other in (_MONTH_NAMES[at - 1], _MONTH_NAMES[(at + 1) % len(_MONTH_NAMES)]):
            if _is_fixed(claim, found) and not claim.holds(other):
                yield put(claim.text, found, other)
    for found in _YEAR.finditer(claim.text):
        for other in (str(int(found[0]) - 1), str(int(found[0]) + 1)):
            if _is_fixed(claim, found) and not claim.holds(other):
                yield put(claim.text, found, other)


def weekday_shifted(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another weekday than the one that is named, or than the one on which the date falls."""
    del stock
    for found in _WEEKDAY.finditer(claim.text):
        for day in WEEKDAYS:
            if _is_fixed(claim, found) and not claim.holds(day.capitalize()):
                yield put(claim.text, found, day.capitalize())
    for found in _WHOLE_DATE.finditer(claim.text):
        (date,) = read_dates(found[0])[0]
        for day in WEEKDAYS:
            if day != date.weekday and _is_fixed(claim, found) and not _WEEKDAY.search(claim.cited):
                yield put(claim.text, found, f"{day.capitalize()}, {found[0]}")


def _numbers(claim: Claim) -> list[re.Match[str]]:
    """The numbers that a claim shares with its sentence; they belong to no date, are no year."""
    text = claim.text
    return [
        found
        for found in NUMBER.finditer(text)
        if claim.shares(found[0])
        and not _OF_DATE.match(text, found.end())
        and not _YEAR.fullmatch(found[0])
        and not re.search(rf"(?:{_MONTH}) \Z", text[: found.start()])
    ]


def _is_alike(one: str, other: str) -> bool:
    return (one in _WORDS) == (other in _WORDS) and (one in _WORDS or len(one) == len(other))


def _is_off(claim: Claim, found: re.Match[str], other: str) -> bool:
    """Whether the claim with the other number can no longer follow from the sentence."""
    old, new = value_of(found[0]), value_of(other)
    if _is_least(claim, found):
        return new >= _FAR * old
    if _is_most(claim, found):
        return new * _FAR <= old
    rough = _ROUGH.search(claim.text) or _ROUGH.search(claim.cited)
    return old != new and (not rough or max(old, new) >= _FAR * min(old, new))


def _is_least(claim: Claim, found: re.Match[str]) -> bool:
    after = claim.text[found.end() :]
    return bool(_LEAST.search(claim.text[: found.start()]) or _OR_MORE.match(after)) and not (
        _is_most(claim, found)
    )


def _is_most(claim: Claim, found: re.Match[str]) -> bool:
    return bool(_MOST.search(claim.text[: found.start()]))


def value_of(number: str) -> float:
    """The value of a number in digits or in words."""
    return _WORDS.index(number) + 2.0 if number in _WORDS else float(number.replace(",", ""))


def _tenfold(claim: Claim, found: re.Match[str], *, up: bool) -> Iterator[str]:
    """Ten times as many, or a tenth where the sentence gives an upper bound."""
    if not found[0].replace(",", "").isdigit() or value_of(found[0]) < _HUNDRED:
        return
    value = int(value_of(found[0]))
    new = value * 10 if up else value // 10
    written = f"{new:,}" if "," in found[0] or new >= _LONG else str(new)
    if not claim.holds(written):
        yield put(claim.text, found, written)


def _points(claim: Claim) -> Iterator[str]:
    """Points for per cent: a change by so many, not a share of so many."""
    for found in re.finditer(r"(?<=\d )per cent(?= (?!of\b))", claim.text):
        if "points" not in claim.cited:
            yield put(claim.text, found, "percentage points")


def _is_fixed(claim: Claim, found: re.Match[str]) -> bool:
    """Whether the sentence gives it too, as no bound: what came by Monday came by Tuesday."""
    return claim.shares(found[0]) and not _OPEN.search(claim.text[: found.start()])

"""The amounts that a sentence gives.

An amount is a stretch from ``low`` to ``high``: what is told roughly, rounded or as a bound may
well be what another tells exactly.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.checking.amounts import in_base_unit
from rag.checking.numbers import Quantity
from rag.checking.ordinary import is_ordinary
from rag.checking.wording import content_stems, fold
from rag.dates import MONTHS, WEEKDAYS
from rag.disagreement.telling import Telling, is_year
from rag.disagreement.things import things_of

_NEAR = 60  # characters to either side of a number that say what it counts
_HALF = Decimal("0.5")
_EXACTLY, _ROUGHLY, _AT_LEAST = Decimal("0.02"), Decimal("0.1"), Decimal("0.03")
_BOUND = Decimal("1.5")  # how far from a bound the number that it stands for may be, in times
_WORDS = {">": "more than ", "≥": "at least ", "<": "less than ", "≤": "at most ", "~": "about "}
_OF_TIME = {"second", "minute", "hour", "day", "week", "month", "year"}
_DAYS = "|".join(day.capitalize() for day in (*MONTHS, *WEEKDAYS))
_NAMED = re.compile(  # Resolution 2735 and Runs 5 & 6, but not *on Monday 12*
    rf"(?<!\w)(?:(?!(?:{_DAYS})\b)[A-Z][\w'-]*\.? )+\Z|& \Z|\d:\Z"
)
_COUNTED = re.compile(  # nor *in Gaza 12* and *on Rafah 30 Palestinians*
    r" (?:[\w-]+ )?(?:people|men|women|children|(?!(?:is|was|has|does|as|this|its)\b)\w+s)\b"
)
_CLOCK = re.compile(r":\d|\.?\d* ?(?:[ap]\.?m\b|o'clock|noon)", re.IGNORECASE)
_OF_THEM = re.compile(
    r" (?:more )?(?:out )?of (?:the|these|those|them|its|their|whom|which)\b|"
    r" (?:others?|more|additional|further)\b"
)
_OTHER = re.compile(r"\b(?:other|another|remaining|additional|further|next|last|first) \Z")
_CLAUSE = re.compile(r"[^.;:!?]*\Z")


@dataclass(frozen=True, slots=True)
class Amount:
    """What one number says: a stretch in a base unit, of what, and how it is written.

    ``things`` are the stems of what it counts, in order, and ``before`` those of the words before
    it; ``is_part``: it counts some of them only.
    """

    low: Decimal
    high: Decimal
    unit: str
    things: tuple[str, ...]
    before: frozenset[str]
    is_part: bool
    said: str

    def fits(self, other: "Amount") -> bool:
        """Whether both can be the same number."""
        same = (self.low, self.high) == (other.low, other.high)
        return same or (self.low < other.high and other.low < self.high)


@dataclass(frozen=True, slots=True)
class _Place:
    """A number, and the text to either side of it."""

    number: Quantity
    before: str
    behind: str


def amounts_of(telling: Telling) -> list[Amount]:
    """The amounts of a sentence.

    Times of day, years, ordinals, Resolution 2735 and *1 hour and 20 minutes* are none.
    """
    places = list(_places(telling.reading.text, telling.reading.numbers))
    parts = {at for at in range(len(places) - 1) if _is_one_time(places[at], places[at + 1])}
    counted = [
        place
        for at, place in enumerate(places)
        if at not in parts and at - 1 not in parts and _counts(place)
    ]
    ranges = {at for at in range(len(counted) - 1) if _is_range(counted[at], counted[at + 1])}
    return [
        _joined(place, counted[at + 1], telling) if at in ranges else _amount(place, telling)
        for at, place in enumerate(counted)
        if at - 1 not in ranges
    ]


def _places(text: str, numbers: Iterable[Quantity]) -> Iterator[_Place]:
    end = 0
    for number in numbers:
        start = text.find(number.text, end)
        if start >= 0:
            end = start + len(number.text)
            yield _Place(number, text[:start], text[end:])


def _counts(place: _Place) -> bool:
    number = place.number
    is_vague = number.value == 1 and not number.unit
    is_rank = number.unit in {"ordinal", "decade"} or is_year(number)
    return not (is_vague or is_rank or _is_name(place) or _CLOCK.match(place.behind))


def _is_name(place: _Place) -> bool:
    """Whether a number is part of a name or of a row of numbers."""
    found = _NAMED.search(place.before)
    if not found or _COUNTED.match(place.behind):
        return False
    opens = found.start() == 0  # where a capital means nothing
    return not (opens and is_ordinary(fold(found[0].strip())))


def _between(one: _Place, other: _Place) -> str:
    return other.before[len(one.before) + len(one.number.text) :]


def _is_one_time(one: _Place, other: _Place) -> bool:
    """Whether two numbers make one time: 1 hour and 20 minutes."""
    units = {one.number.unit, other.number.unit}
    return units < _OF_TIME and len(units) > 1 and _between(one, other) in {" ", ", ", " and "}


def _is_range(one: _Place, other: _Place) -> bool:
    """Whether two numbers are the ends of a range, of which only the last need have the unit."""
    low, high = one.number, other.number
    joined = _between(one, other) in {" to ", " and ", " or ", "-", " - "}
    return joined and low.value < high.value and low.unit in {"", high.unit}


def _joined(first: _Place, last: _Place, telling: Telling) -> Amount:
    _, low = in_base_unit(replace(first.number, unit=last.number.unit))
    end = _amount(last, telling)
    return replace(end, low=min(low, end.low), said=f"{first.number.text} to {end.said}")


def _amount(place: _Place, telling: Telling) -> Amount:
    number = place.number
    unit, base = in_base_unit(number)
    scale = base / number.value if number.value else Decimal(1)
    low, high = _stretch(number)
    words = content_stems(fold(place.behind[:_NEAR]))
    before = _CLAUSE.search(place.before[-_NEAR:])
    return Amount(
        low=low * scale,
        high=high * scale,
        unit=unit,
        things=things_of([stem for stem in words if stem in number.things], telling.stems),
        before=frozenset(things_of(content_stems(fold(before[0] if before else "")))),
        is_part=bool(_OF_THEM.match(place.behind) or _OTHER.search(place.before)),
        said=_WORDS.get(number.bound, "") + number.text,
    )


def _stretch(number: Quantity) -> tuple[Decimal, Decimal]:
    """What else the number may stand for: half a unit of its last digit, or what it bounds."""
    value = number.value
    if number.bound in {">", "≥"}:
        return value, value * _BOUND
    if number.bound in {"<", "≤"}:
        return value / _BOUND, value
    last_digit = Decimal(10) ** int(value.normalize().as_tuple().exponent) * _HALF
    off = min(last_digit, value * _EXACTLY)
    if number.bound:
        off = max(min(last_digit, value * _ROUGHLY), value * _AT_LEAST)
    return value - off, value + off

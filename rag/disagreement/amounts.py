"""The amounts of two sentences, and which of them cannot both be right.

An amount is a stretch from ``low`` to ``high``: what is told roughly, rounded or as a bound may
well be what another tells exactly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from rag.checking.amounts import in_base_unit
from rag.checking.numbers import Quantity
from rag.checking.wording import content_stems, fold
from rag.dates import MONTHS, WEEKDAYS
from rag.disagreement.telling import Telling
from rag.disagreement.things import count_alike, things_of

_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_JOINT = (" to ", " and ", " or ", "-", " - ")  # between the ends of a range
_NEAR = 60  # characters behind a number that say what it counts
_HALF = Decimal("0.5")
_EXACTLY, _ROUGHLY, _AT_LEAST = Decimal("0.02"), Decimal("0.1"), Decimal("0.03")
_BOUND = Decimal("1.5")  # how far from a bound the number that it stands for may be, in times
_FAR = 3  # times as much: so far apart, the two count different things
_WORDS = {">": "more than ", "≥": "at least ", "<": "less than ", "≤": "at most ", "~": "about "}
_SMALLEST_YEAR, _LARGEST_YEAR = 1_000, 2_100
_NAMED = re.compile(
    r"(?<=[a-z,] )(?!"
    + "|".join(day.capitalize() for day in (*MONTHS, *WEEKDAYS))
    + r")[A-Z]\w+\.? \Z"
)
_OF_THEM = re.compile(r" (?:more )?(?:out )?of (?:the|these|those|them|its|their|whom|which)\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """What one number says: a stretch in a base unit, of what, and how it is written.

    ``things`` are the stems of what it counts, in order; ``is_part``: it counts some of them only.
    """

    low: Decimal
    high: Decimal
    unit: str
    written_unit: str
    things: tuple[str, ...]
    is_part: bool
    said: str

    def fits(self, other: "Amount") -> bool:
        """Whether both can be the same number."""
        same = (self.low, self.high) == (other.low, other.high)
        return same or (self.low < other.high and other.low < self.high)

    def counts_like(self, other: "Amount") -> bool:
        """Whether both count the same by their unit and the words behind them, and are not far."""
        near = max(self.low, other.low) <= _FAR * min(self.high, other.high)
        alike = self.unit == other.unit and (bool(self.unit) or self.is_part == other.is_part)
        return near and alike and count_alike(self.things, other.things)


def amounts_of(telling: Telling) -> list[Amount]:
    """The amounts of a sentence; times of day, years, ordinals, Resolution 2735 are none."""
    text = telling.reading.text
    clock = {part for time in _CLOCK.findall(text) for part in time.split(":")}
    numbers = [
        one
        for one in telling.reading.numbers
        if _counts(one) and one.text not in clock and not _NAMED.search(text[: _start(one, text)])
    ]
    ranges = {
        at for at, (one, other) in enumerate(pairwise(numbers)) if _is_range(one, other, text)
    }
    found = []
    for at, number in enumerate(numbers):
        if at in ranges:
            found.append(_joined(number, _amount(numbers[at + 1], telling)))
        elif at - 1 not in ranges:
            found.append(_amount(number, telling))
    return found


def _counts(number: Quantity) -> bool:
    is_vague = number.value == 1 and not number.unit
    is_year = (
        not number.unit
        and number.text.isdigit()
        and _SMALLEST_YEAR <= number.value <= _LARGEST_YEAR
    )
    return number.unit not in {"ordinal", "decade"} and not is_vague and not is_year


def _start(number: Quantity, text: str) -> int:
    return max(0, text.find(number.text))


def _is_range(one: Quantity, other: Quantity, text: str) -> bool:
    return one.value < other.value and any(
        f"{one.text}{joint}{other.text}" in text for joint in _JOINT
    )


def _joined(first: Quantity, last: Amount) -> Amount:
    """A range, in the unit that stands behind its end."""
    _, low = in_base_unit(replace(first, unit=first.unit or last.written_unit))
    return replace(last, low=min(low, last.low), said=f"{first.text} to {last.said}")


def _amount(number: Quantity, telling: Telling) -> Amount:
    unit, base = in_base_unit(number)
    scale = base / number.value if number.value else Decimal(1)
    low, high = _stretch(number)
    text = telling.reading.text
    behind = text[_start(number, text) + len(number.text) :]
    words = [stem for stem in content_stems(fold(behind[:_NEAR])) if stem in number.things]
    return Amount(
        low=low * scale,
        high=high * scale,
        unit=unit,
        written_unit=number.unit,
        things=things_of(words, telling.stems),
        is_part=bool(_OF_THEM.match(behind)),
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


def rivals(one: Telling, other: Telling) -> Iterator[tuple[Amount, Amount]]:
    """Amounts that count the same and differ; a number that both sentences give is no rival."""
    mine, theirs = amounts_of(one), amounts_of(other)
    for amount in mine:
        for rival in theirs:
            if (
                amount.counts_like(rival)
                and not _is_known(amount, theirs)
                and not _is_known(rival, mine)
                and _is_named(amount, rival, one, other)
            ):
                yield amount, rival


def _is_known(amount: Amount, amounts: list[Amount]) -> bool:
    return any(amount.unit == one.unit and amount.fits(one) for one in amounts)


def _is_named(amount: Amount, rival: Amount, one: Telling, other: Telling) -> bool:
    """Whether what is counted has a unit, or a name in both sentences."""
    named = other.stems.intersection(amount.things) | one.stems.intersection(rival.things)
    return bool(amount.unit or named)

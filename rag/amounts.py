"""The numbers of a claim against those of its source."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rag.numbers import Quantity
from rag.particulars import Fault
from rag.reading import Case, Reading

_ROUGHLY = Decimal("0.1")  # how far off "about 1,000" and "more than 1,000" may be
_BASES: Mapping[str, tuple[str, Decimal]] = {
    "minute": ("second", Decimal(60)),
    "hour": ("second", Decimal(3_600)),
    "day": ("second", Decimal(86_400)),
    "week": ("second", Decimal(604_800)),
    "year": ("month", Decimal(12)),
    "decade": ("month", Decimal(120)),
    "century": ("month", Decimal(1_200)),
    "mm": ("m", Decimal("0.001")),
    "cm": ("m", Decimal("0.01")),
    "km": ("m", Decimal(1_000)),
    "kg": ("g", Decimal(1_000)),
    "tonne": ("g", Decimal(1_000_000)),
}
_FREE = {"", "ordinal"}  # units that agree with any other but a percentage
_UP, _DOWN = {">", "≥"}, {"<", "≤"}
_YEARS = range(1_000, 2_101)


def number_faults(case: Case) -> Iterator[Fault]:
    """Numbers that the cited sentences do not give, or give otherwise."""
    for wanted in case.claim.numbers:
        equal = [number for number in case.source.numbers if _equal(wanted, number)]
        if equal:
            yield from _bound_faults(wanted, equal)
        elif not _is_near(wanted, case.source) and not _is_in_date(wanted, case):
            yield from _number_fault(wanted, case)


def _bound_faults(wanted: Quantity, equal: list[Quantity]) -> Iterator[Fault]:
    """More than 40 where the source says fewer than 40."""
    bounds = {found.bound for found in equal}
    if (wanted.bound in _UP and bounds <= _DOWN) or (wanted.bound in _DOWN and bounds <= _UP):
        yield Fault(f"The source gives {wanted.text} as a bound the other way.", conflict=True)


def _number_fault(wanted: Quantity, case: Case) -> Iterator[Fault]:
    rivals = (n for n in case.closest.numbers if _is_rival(wanted, n, case.claim))
    rival = next(rivals, None)
    if rival:
        yield Fault(f"The source says {rival.text}, not {wanted.text}.", conflict=True)
    elif wanted.soft:
        return
    elif any(_equal(wanted, number) for number in case.beside.numbers):
        yield Fault(f"{wanted.text} stands beside the cited sentence, not in it.")
    else:
        yield Fault(case.lacks("mention", wanted.text))


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.unit in _FREE or other.unit in _FREE:
        return one.value == other.value and "%" not in (one.unit, other.unit)
    return _base(one) == _base(other)


def _base(number: Quantity) -> tuple[str, Decimal]:
    unit, factor = _BASES.get(number.unit, (number.unit, Decimal(1)))
    return unit, number.value * factor


def _is_near(wanted: Quantity, source: Reading) -> bool:
    """Whether a number that is only a bound or an estimate fits one of the source."""
    if not wanted.bound:
        return False
    unit, value = _base(wanted)
    low = value if wanted.bound in _UP else value * (1 - _ROUGHLY)
    high = value if wanted.bound in _DOWN else value * (1 + _ROUGHLY)
    bases = map(_base, source.numbers)
    return any(
        low <= found <= high and (other == unit or "" in (unit, other)) for other, found in bases
    )


def _is_in_date(wanted: Quantity, case: Case) -> bool:
    days = [*case.source.dates, *case.beside.dates]
    return wanted.unit in _FREE and any(wanted.value in (day.year, day.day) for day in days)


def _is_rival(wanted: Quantity, other: Quantity, claim: Reading) -> bool:
    """Whether the other number counts the same, so that only one of the two can be right."""
    if any(_equal(other, number) for number in claim.numbers) or _is_year(wanted) != _is_year(
        other
    ):
        return False
    if (wanted.unit == "ordinal") != (other.unit == "ordinal"):
        return False
    same_unit = wanted.unit == other.unit and wanted.unit not in _FREE
    return same_unit or _is_year(wanted) or bool(wanted.things & other.things)


def _is_year(number: Quantity) -> bool:
    return number.unit == "" and number.text.isdigit() and int(number.value) in _YEARS

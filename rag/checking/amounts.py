"""The numbers of a claim against those of its source."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rag.checking.numbers import Quantity
from rag.checking.particulars import Fault
from rag.checking.reading import Case, Reading

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
    """Numbers that the cited sentences do not give, or give otherwise.

    A number that the claim gives more often than the source counts as not given.
    """
    for at, wanted in enumerate(case.claim.numbers):
        before = sum(is_equal(wanted, number) for number in case.claim.numbers[:at])
        equal = [number for number in case.source.numbers if is_equal(wanted, number)]
        if before < len(equal):
            yield from _bound_faults(wanted, equal)
        elif not equal and (_is_near(wanted, case.source) or _is_in_date(wanted, case)):
            continue
        elif rival := _rival(wanted, case):
            yield Fault(f"The source says {rival.text}, not {wanted.text}.", conflict=True)
        elif not equal and not wanted.soft and not _is_reference(wanted, case):
            yield _missing(wanted, case)


def _bound_faults(wanted: Quantity, equal: list[Quantity]) -> Iterator[Fault]:
    """More than 40 where the source says fewer than 40, exactly 40 where it says about 40."""
    bounds = {found.bound for found in equal}
    if (wanted.bound in _UP and bounds <= _DOWN) or (wanted.bound in _DOWN and bounds <= _UP):
        yield Fault(f"The source gives {wanted.text} as a bound the other way.", conflict=True)
    elif wanted.bound == "=" and "" not in bounds and "=" not in bounds:
        yield Fault(f"The source does not give {wanted.text} as exact.")


def _is_reference(wanted: Quantity, case: Case) -> bool:
    """Whether it only points at what stands beside: *the six*, *these 97*, *Resolution 2735*."""
    known = any(is_equal(wanted, number) for number in case.beside.numbers)
    return known and wanted.refers and wanted.unit == "" and not (wanted.total and _others(case))


def _others(case: Case) -> list[Quantity]:
    """The numbers of the closest sentence that the claim does not give."""
    return [
        other
        for other in case.closest.numbers
        if not any(is_equal(other, number) for number in case.claim.numbers)
    ]


def _missing(wanted: Quantity, case: Case) -> Fault:
    if any(is_equal(wanted, number) for number in case.beside.numbers):
        return Fault(f"{wanted.text} stands beside the cited sentence, not in it.")
    return Fault(case.lacks("mention", wanted.text))


def is_equal(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are one: the same value, in units that agree."""
    if "ordinal" in (one.unit, other.unit) and not {one.unit, other.unit} <= _FREE:
        return False  # two weeks are not the second
    if one.unit in _FREE or other.unit in _FREE:
        return one.value == other.value and "%" not in (one.unit, other.unit)
    return in_base_unit(one) == in_base_unit(other)


def in_base_unit(number: Quantity) -> tuple[str, Decimal]:
    """The base unit of a number's unit, which may be "", and the value in it."""
    unit, factor = _BASES.get(number.unit, (number.unit, Decimal(1)))
    return unit, number.value * factor


def _is_near(wanted: Quantity, source: Reading) -> bool:
    """Whether a rounded bound or estimate fits a number of the source: over 40,000 for 40,173."""
    return wanted.bound not in {"", "="} and any(
        _rounds(wanted, number) for number in source.numbers
    )


def _rounds(wanted: Quantity, number: Quantity) -> bool:
    (unit, value), (other, found) = in_base_unit(wanted), in_base_unit(number)
    low = value if wanted.bound in _UP else value * (1 - _ROUGHLY)
    high = value if wanted.bound in _DOWN else value * (1 + _ROUGHLY)
    return (
        low <= found <= high
        and (unit == other or "" in (unit, other))
        and len(_significant(wanted)) < len(_significant(number))
    )


def _significant(number: Quantity) -> tuple[int, ...]:
    return number.value.normalize().as_tuple().digits


def _is_in_date(wanted: Quantity, case: Case) -> bool:
    days = [*case.source.dates, *case.beside.dates]
    return wanted.unit in _FREE and any(wanted.value in (day.year, day.day) for day in days)


def _rival(wanted: Quantity, case: Case) -> Quantity | None:
    """A number of the closest sentence that counts the same, so that only one can be right."""
    for other in case.closest.numbers:
        taken = any(is_equal(other, number) for number in case.claim.numbers)
        if not taken and _is_same_kind(wanted, other) and _counts_the_same(wanted, other):
            return other
    return None


def _is_same_kind(one: Quantity, other: Quantity) -> bool:
    ordinals = one.unit == "ordinal", other.unit == "ordinal"
    return ordinals[0] == ordinals[1] and is_year(one) == is_year(other)


def _counts_the_same(one: Quantity, other: Quantity) -> bool:
    same_unit = one.unit == other.unit and one.unit not in _FREE
    return same_unit or is_year(one) or bool(one.things & other.things)


def is_year(number: Quantity) -> bool:
    """Whether a bare number is most likely a year."""
    return number.unit == "" and number.text.isdigit() and int(number.value) in _YEARS

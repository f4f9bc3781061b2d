"""Amounts of two sentences that cannot both be right."""

from collections.abc import Iterator

from rag.disagreement.amounts import Amount, amounts_of
from rag.disagreement.telling import Telling
from rag.disagreement.things import count_alike

_FAR = 3  # times as much: so far apart, the two count different things


def rivals(one: Telling, other: Telling) -> Iterator[tuple[Amount, Amount]]:
    """Amounts that count the same and differ; a number that both sentences give is no rival."""
    mine, theirs = amounts_of(one), amounts_of(other)
    for amount in mine:
        for rival in theirs:
            if (
                are_of_one_kind(amount, rival)
                and _is_named(amount, rival)
                and not _is_known(amount, theirs)
                and not _is_known(rival, mine)
            ):
                yield amount, rival


def are_of_one_kind(one: Amount, other: Amount) -> bool:
    """Whether both count the same, by unit and by the words behind, and are not far apart."""
    near = max(one.low, other.low) <= _FAR * min(one.high, other.high)
    alike = one.unit == other.unit and (bool(one.unit) or one.is_part == other.is_part)
    return near and alike and count_alike(one.things, other.things)


def gives(telling: Telling, amount: Amount) -> bool:
    """Whether a sentence gives an amount, of the same thing."""
    return any(are_of_one_kind(one, amount) and one.fits(amount) for one in amounts_of(telling))


def _is_known(amount: Amount, amounts: list[Amount]) -> bool:
    return any(amount.unit == one.unit and amount.fits(one) for one in amounts)


def _is_named(one: Amount, other: Amount) -> bool:
    """Whether what is counted has a unit, or a name beside both numbers."""
    names = (
        (set(mine.things), {*theirs.things, *theirs.before})
        for mine, theirs in ((one, other), (other, one))
    )
    return bool(one.unit) or any(thing & beside for thing, beside in names)

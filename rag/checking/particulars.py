"""The particulars of a claim against its source: quotations, names, negation, direction.

Every ``…_faults`` function (numbers and dates have their own modules) says what of the claim is
not so in the cited sentences, in words that a person can read. What stands beside those (the
sentences around, the title, the date) excuses a name or a date, because a sentence need not
repeat them, but no number and no quotation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.checking.names import missing_names
from rag.checking.polarity import flipped, negated, opposed
from rag.checking.reading import Case
from rag.checking.wording import contains, quotations, quoted_parts

_SHORTEST_QUOTATION = 2  # words; one word in quotation marks is emphasis or irony


@dataclass(frozen=True, slots=True)
class Fault:
    """A particular that does not agree; in a ``conflict`` the source says something else."""

    reason: str
    conflict: bool = False


def quotation_faults(case: Case) -> Iterator[Fault]:
    """Quoted words that do not stand together in the source; titles in quotes are names."""
    for quotation in quotations(case.claim.text):
        parts = quoted_parts(quotation)
        if sum(map(len, parts)) < _SHORTEST_QUOTATION or _is_title(quotation):
            continue
        if not all(contains(case.source.words, part) for part in parts):
            yield Fault(case.lacks("contain", f"the words “{quotation.strip(' .,')}”"))


def _is_title(quotation: str) -> bool:
    capital = [word[0].isupper() for word in quotation.split() if word[0].isalpha()]
    return 2 * sum(capital) > len(capital)


def name_faults(case: Case) -> Iterator[Fault]:
    """Names that neither the source mentions nor what stands beside it."""
    for name in missing_names(case.claim.names, case.source.names, case.beside.names):
        yield Fault(case.lacks("mention", name))


def polarity_faults(case: Case) -> Iterator[Fault]:
    """What the claim denies and the closest sentence says, or the reverse; opposite words."""
    stems = flipped(case.claim.polarity, case.closest.polarity)
    if stems:
        word, stem = next(pair for pair in case.claim.spelled if pair[1] in stems)
        denies = stem in case.claim.polarity.denied(case.closest.polarity)
        who = ("The claim", "the source says") if denies else ("The source", "the claim says")
        yield Fault(f"{who[0]} denies “{word}”, which {who[1]}.", conflict=True)
    elif negated(case.claim.polarity, case.closest.polarity):
        yield Fault("The claim and the source differ by a negation.", conflict=True)
    opposites = opposed(case.claim.polarity, case.closest.polarity)
    if opposites and not _is_unit(*opposites, case):
        mine, theirs = opposites
        yield Fault(f"The claim says “{mine}” and the source “{theirs}”.", conflict=True)
    yield from _stance_faults(case)


def _stance_faults(case: Case) -> Iterator[Fault]:
    """For in the claim, against in the source, or the reverse; a source with both is open."""
    mine, theirs = case.claim.polarity.stances, case.closest.polarity.stances
    if len(mine) == len(theirs) == 1 and mine != theirs:
        (said,), (meant,) = mine, theirs
        yield Fault(f"The claim says “{said}” and the source “{meant}”.", conflict=True)


def _is_unit(mine: str, theirs: str, case: Case) -> bool:
    """Whether one belongs to a number, which is compared with its unit: 42 days are six weeks."""
    sides = ((mine, case.claim.numbers), (theirs, case.closest.numbers))
    return any(
        number.unit and word.startswith(number.unit)
        for word, numbers in sides
        for number in numbers
    )

"""What a sentence tells of, apart from who tells it, when, and how many.

Two sentences can only disagree about what both tell of, so everything in which two accounts of
one thing may differ is set aside here: the teller, the numbers, the dates.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.checking.names import missing_names
from rag.checking.numbers import Quantity
from rag.checking.numerals import NUMBER_WORDS
from rag.checking.reading import Reading, read
from rag.checking.wording import fold
from rag.dates import MONTHS
from rag.disagreement.things import OF_TELLING, SAME

_YEARS = range(1_000, 2_101)
_QUANTITIES = NUMBER_WORDS.union(MONTHS)
_TELLS = re.compile(
    r" (?:sa(?:id|ys?)|reports?|reported|counted|counts|spoke|speaks|gave|gives|puts?|wrote|writes|"
    r"told|tells|claim(?:s|ed)|estimate[sd]|added|adds|announce[sd]|state[sd]|mention(?:s|ed)|"
    r"quote[sd]|cite[sd]|names?|named)\b"
    r"|'s? (?:own )?(?:figures?|counts?|accounts?|reports?|estimates?|numbers?|versions?|tally)\b"
)
_TOLD_BY = re.compile(
    r"\b(?i:according to|(?:cited|quoted|reported) by|by the account of|by the count of)"
    r" ([^,.;:]{2,60})|, (?:says|said) ([^,.;:]{2,60})|\btold ((?:the )?[A-Z]\w*(?: [A-Z]\w*)*)"
)
_CLAUSE = re.compile(r"[^,.;:]*\Z")
_BEFORE = 50  # characters before a verb of telling that may name who tells
_PLANNED = re.compile(
    r"\b(?:would|will|could|may|might|should|shall|[Ii]f|[Uu]nless|otherwise|goal|"
    r"call\w* (?:for|on)|"
    r"(?:expect|aim|target|forecast|demand|offer|hope|want|threat|intend|propos|seek|try)\w*|"
    r"plan(?:s|ned|ning)?|ask(?:s|ed)?|(?:is|are|was|were) (?:due |set |likely )?to)\b"
)
_PERIOD = re.compile(
    r"\b(?:an?|per|each|every|last|this|past|next|previous|same|first|second|third|fourth)[ -]"
    r"(day|night|week|weekend|month|quarter|year|decade|century|season|half|phase|round)\b"
    r"|\b(daily|weekly|monthly|yearly|annual(?:ly)?|hourly|overnight|today|yesterday|tonight|"
    r"previously|earlier|initially|originally|at first)\b"
)
_RUNNING = re.compile(
    r"\b(?:since|so far|to date|in all|in total|total|toll|overall|now|still|remain\w*|until now|"
    r"up to now|(?:risen|rose|grown|grew|climbed) to|passed|exceed\w*|death toll|the dead|"
    r"number of (?:dead|deaths|people killed))\b"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence's reading, and the ``stems`` of what it is about.

    ``tellers`` are the words of the names of who tells it, ``told`` the stems without those;
    ``deeds`` the stems that stand in no name. ``periods`` are the stretches of time that its
    figures are for, ``ordinals`` and ``years`` the numbers that tell one from others;
    ``planned``: it says what is wished or to come, not what is; ``running``: its figures are
    counted on as time goes by.
    """

    reading: Reading
    stems: frozenset[str]
    tellers: frozenset[str]
    told: frozenset[str]
    deeds: frozenset[str]
    periods: frozenset[str]
    ordinals: frozenset[Decimal]
    years: frozenset[int]
    planned: bool
    running: bool


@lru_cache(maxsize=4_000)
def tell(text: str) -> Telling:
    """Read what a sentence tells of; the latest ones are kept."""
    reading, folded = read(text), fold(text)
    tellers = _tellers(reading)
    names = frozenset(word for name in reading.names.names for word in name.words)
    return Telling(
        reading=reading,
        stems=_stems(reading),
        tellers=tellers,
        told=_stems(reading, tellers),
        deeds=_stems(reading, names),
        periods=frozenset(unit or adverb for unit, adverb in _PERIOD.findall(folded)),
        ordinals=frozenset(one.value for one in reading.numbers if one.unit == "ordinal"),
        years=_years(reading),
        planned=bool(_PLANNED.search(reading.text)),
        running=bool(_RUNNING.search(folded)),
    )


def _years(reading: Reading) -> frozenset[int]:
    plain = (int(one.value) for one in reading.numbers if is_year(one))
    return frozenset([*plain, *(day.year for day in reading.dates if day.year)])


def is_year(number: Quantity) -> bool:
    """Whether a number is written as a year is."""
    return not number.unit and number.text.isdigit() and int(number.value) in _YEARS


def matters(text: str) -> frozenset[str]:
    """The stems of what a text is about, whoever tells it."""
    return _stems(read(text))


def _stems(reading: Reading, without: frozenset[str] = frozenset()) -> frozenset[str]:
    return frozenset(
        SAME.get(stem, stem)
        for word, stem in reading.spelled
        if stem not in OF_TELLING and word not in _QUANTITIES and word not in without
    )


def _tellers(reading: Reading) -> frozenset[str]:
    """The words of those names that stand where a teller stands."""
    text = reading.text
    before = (text[max(0, at.start() - _BEFORE) : at.start()] for at in _TELLS.finditer(text))
    clauses = [found[0] for part in before if (found := _CLAUSE.search(part))]
    named = [" ".join(found) for found in _TOLD_BY.findall(text)]
    spoken = _spoken(" | ".join([*clauses, *named]))
    return frozenset(
        word for name in reading.names.names if spoken.issuperset(name.words) for word in name.words
    )


def _spoken(text: str) -> frozenset[str]:
    return frozenset(fold(text).replace("'s", "").split())


def strangers(one: Telling, other: Telling) -> list[str]:
    """The names that the one has and the other lacks, tellers apart."""
    missing = missing_names(one.reading.names, other.reading.names)
    return [name for name in missing if not one.tellers.issuperset(_spoken(name))]


def told_by_two(one: Telling, other: Telling) -> bool:
    """Whether both name who tells it, and not the same ones."""
    return bool(one.tellers and other.tellers) and not one.tellers & other.tellers


def shared(one: Telling, other: Telling) -> tuple[float, float]:
    """The share of what either tells of that the other speaks of too, the lower one first."""
    low, high = sorted(
        len(mine.told & theirs.stems) / max(1, len(mine.told))
        for mine, theirs in ((one, other), (other, one))
    )
    return low, high


def at_other_times(one: Telling, other: Telling) -> bool:
    """Whether both name days or years, and not one of them in common."""
    mine, theirs = one.reading, other.reading
    if one.years and other.years and not one.years & other.years:
        return True
    if mine.dates and theirs.dates:
        return not any(
            day.lacks(other_day) is not None or other_day.lacks(day) is not None
            for day in mine.dates
            for other_day in theirs.dates
        )
    return bool(mine.weekdays and theirs.weekdays) and not mine.weekdays & theirs.weekdays

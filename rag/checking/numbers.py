"""The numbers of a text with what they count, in which unit, and how exactly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.checking.numerals import NUMBER_WORDS, Numeral, read_numerals
from rag.checking.wording import content_stems, fold, words

_UNITS = {
    "%": r"%|percentage points?|per ?cent|pct",
    "$": r"US dollars?|dollars?|USD",
    "€": r"euros?|EUR",
    "£": r"pounds sterling|GBP",
    "₪": r"shekels?|NIS",
    "second": r"seconds?|secs?",
    "minute": r"minutes?|mins?",
    "hour": r"hours?|hrs?",
    "day": r"days?",
    "week": r"weeks?",
    "month": r"months?",
    "year": r"years?",
    "decade": r"decades?",
    "century": r"centur(?:y|ies)",
    "mm": r"millimet(?:er|re)s?|mm",
    "cm": r"centimet(?:er|re)s?|cm",
    "m": r"met(?:er|re)s?|m",
    "km": r"kilomet(?:er|re)s?|km",
    "mile": r"miles?|mi",
    "foot": r"feet|foot|ft",
    "g": r"grams?|grammes?|g",
    "kg": r"kilo(?:gram(?:me)?)?s?|kg",
    "tonne": r"tonnes?|tons?",
    "pound": r"pounds?|lbs?",
    "litre": r"lit(?:er|re)s?|l",
    "degree": r"degrees?|°[CF]?",
    "hectare": r"hectares?|ha",
    "acre": r"acres?",
}
_UNIT = re.compile(
    "[ -]?(?:" + "|".join(f"({unit})" for unit in _UNITS.values()) + r")(?![^\W_])", re.IGNORECASE
)
_BOUNDS = {
    ">": r"more than|over|above|exceed(?:ing|ed|s)?|greater than|upwards of|in excess of|beyond",
    "≤": r"at most|no more than|up to|not more than|a maximum of",
    "≥": r"at least|no fewer than|no less than|a minimum of",
    "<": r"less than|fewer than|under|below|nearly|almost|just short of",
    "=": r"exactly|precisely",
    "~": r"about|around|roughly|approximately|some|close to|estimated|circa|or so",
}
_BOUND = re.compile(
    "(?:" + "|".join(rf"\b({said})" for said in _BOUNDS.values()) + r") (?:an? )?\Z"
)
_THINGS = re.compile(r"[^.,;:!?()\d\n]{0,60}")
_REFERS = re.compile(r"\b(?:[Tt]h(?:e|ese|ose)|[Ii]ts|[Tt]heir|[Aa]ll|[Bb]oth|[A-Z][a-z]+) \Z")
_NOUN = re.compile(
    r"(?: of (?:the|them|these|those|its|their)\b)?((?: (?!of\b)[a-z][\w-]*(?=[^\w])){1,3})"
)
_TOTAL = re.compile(r"\bof (?:the|these|those|its|their) \Z")
_SOFT = {"one", "two", "first", "second"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its ``unit`` ("" if none, "ordinal", "decade") and the ``things`` it counts.

    ``things`` are the stems of the next few words, ``counts`` those of the noun right behind.
    ``bound`` is one of ``> ≥ < ≤ = ~`` or "". A ``soft`` one (one, two, first, second) is often no
    number at all: it may disagree with a source, but need not be in it. One that ``refers``
    stands behind *the*, *these* or a name; it is a ``total`` behind *of these*.
    """

    value: Decimal
    unit: str
    things: frozenset[str]
    counts: frozenset[str]
    bound: str
    text: str
    soft: bool
    refers: bool
    total: bool


def read_numbers(text: str) -> list[Quantity]:
    """The numbers of a plain text (see ``rag.checking.wording``), in order."""
    return [_quantity(text, numeral) for numeral in read_numerals(text)]


def _quantity(text: str, numeral: Numeral) -> Quantity:
    unit = _UNIT.match(text, numeral.end)
    written = text[numeral.start : numeral.end].strip()
    things = _THINGS.match(text, numeral.end)
    before = text[max(0, numeral.start - 24) : numeral.start]
    return Quantity(
        value=numeral.value,
        unit=numeral.form or numeral.sign or _name(unit, tuple(_UNITS)),
        things=frozenset(content_stems(fold(things[0] if things else ""))[:3]),
        counts=frozenset(_counted(text, unit.end() if unit else numeral.end)),
        bound=_name(_BOUND.search(_before(text, numeral.start)), tuple(_BOUNDS)),
        text=written + (unit[0] if unit and not numeral.sign else ""),
        soft=written.casefold() in _SOFT,
        refers=bool(_REFERS.search(before)),
        total=bool(_TOTAL.search(before)),
    )


def _counted(text: str, end: int) -> Iterator[str]:
    """The stems of the few words of meaning right behind a number: dead civilians."""
    found = _NOUN.match(text, end)
    for word in words(fold(found[1])) if found else ():
        if word in NUMBER_WORDS or not content_stems(word):
            return
        yield from content_stems(word)


def _before(text: str, start: int) -> str:
    """The words just before a number, with a space behind them."""
    return text[max(0, start - 24) : start].casefold().rstrip(" -") + " "


def _name(found: re.Match[str] | None, names: tuple[str, ...]) -> str:
    return names[found.lastindex - 1] if found and found.lastindex else ""

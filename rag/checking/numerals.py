"""Numbers as they are written, in digits or words, and their values.

Digits with separators (1,057 · 1.5 · 1.000.000), scale words (1.5 million, 40k, two dozen),
numbers written out (twenty-five, one hundred and three thousand, half a million), ordinals
(3rd, third). Points are decimal points. Vague ones (dozens, thousands) are not read, nor are
digits that belong to a name (F-16, 5G).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.checking.wording import words

_ONES = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = words(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SUFFIXES = {"k": 3, "mn": 6, "bn": 9, "tn": 12}
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen)\b"
_DIGITS = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d{3}){2,}|\d+(?:[.,]\d+)?"
_TOKEN = re.compile(
    r"(?<![^\W_])(?<![^\W\d_]-)(?P<sign>(?:US)?[$€£¥₪₹])? ?"
    rf"(?P<digits>{_DIGITS})(?P<suffix>st|nd|rd|th|k|mn?|bn?|tn|s)?(?![^\W\d_]|\d)"
    rf"|\b(?:(?P<half>half an?(?= {_SCALE}))|(?P<an>an?(?= {_SCALE}))|(?P<scale>{_SCALE})"
    rf"|(?P<ten>{'|'.join(_TENS)})|(?P<one>{'|'.join(reversed(_ONES))})"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS[1:])}))\b",
    re.IGNORECASE,
)
_GLUE = {  # which kinds of word may follow which within one number
    "ten": {"one", "ordinal"},
    "scale": {"one", "ten", "scale"},
    "digits": {"scale"},
    "one": {"scale"},
    "an": {"scale"},
    "half": {"scale"},
}
NUMBER_WORDS = frozenset([*_ONES, *_TENS, *_ORDINALS, *_SCALES, "dozen", "hundreds", "thousands"])
_FRACTION = re.compile(r"\b(?:an?|one|two)[ -]\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at ``start`` to ``end`` of a text; ``sign`` is $ or the like, "" if none."""

    start: int
    end: int
    value: Decimal
    sign: str
    form: str  # "", "ordinal" or "decade"


def read_numerals(text: str) -> Iterator[Numeral]:
    """The numbers of a plain text (see ``rag.checking.wording``), in order."""
    for group in _groups(text):
        first, last = group[0], group[-1]
        if not first["scale"] and not _is_fraction(text, first):
            sign = (first["sign"] or "").upper().removeprefix("US")
            yield Numeral(first.start(), last.end(), _value(group), sign, _form(last))


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """The words of each number: ``one hundred and three`` has three."""
    group: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if group and not _continues(text, group[-1], token):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _continues(text: str, last: re.Match[str], token: re.Match[str]) -> bool:
    between = text[last.end() : token.start()].casefold()
    if _kind(token) not in _GLUE.get(_kind(last), ()) or last[0].casefold() == "dozen":
        return False
    if _kind(last) == "ten" and token[0].casefold() not in {*_ONES[1:10], *_ORDINALS[1:10]}:
        return False
    return between in {" ", "-"} or (_kind(last) == "scale" and between in {" and ", ", "})


def _kind(token: re.Match[str]) -> str:
    return "digits" if token["digits"] else token.lastgroup or ""


def _is_fraction(text: str, token: re.Match[str]) -> bool:
    """Whether it is the third of ``a third of``, ``two-thirds``."""
    before = text[max(0, token.start() - 4) : token.start()]
    return bool(token["ordinal"] and _FRACTION.search(before))


def _form(token: re.Match[str]) -> str:
    if token["ordinal"] or (token["suffix"] or "").casefold() in {"st", "nd", "rd", "th"}:
        return "ordinal"
    return "decade" if token["suffix"] in {"s", "S"} else ""


def _value(group: Sequence[re.Match[str]]) -> Decimal:
    total = current = Decimal(0)
    for token in group:
        word = token[0].casefold()
        if word in {"dozen", "hundred"}:
            current *= 12 if word == "dozen" else 100
        elif token["scale"]:
            total, current = total + current * 10 ** _SCALES[word], Decimal(0)
        else:
            current += _single(token, word)
    return total + current


def _single(token: re.Match[str], word: str) -> Decimal:
    if token["digits"]:
        return _digits(token["digits"]) * Decimal(10) ** _power(token)
    if token["half"]:
        return Decimal("0.5")
    if token["ordinal"]:
        return Decimal(_ORDINALS.index(word))
    if token["ten"]:
        return Decimal(10 * _TENS.index(word) + 20)
    return Decimal(1 if token["an"] else _ONES.index(word))


def _power(token: re.Match[str]) -> int:
    """The zeros of 40k, 2bn and, with a currency sign only, $3m."""
    suffix = (token["suffix"] or "").casefold()
    money = bool(token["sign"]) and suffix in {"m", "b"}
    return _SUFFIXES.get(suffix + "n" if money else suffix, 0)


def _digits(text: str) -> Decimal:
    """The value of digits with separators: 1,057 and 1.000.000, but 1.5 and 1,5."""
    if text.count(".") > 1:
        return Decimal(text.replace(".", ""))
    grouped = re.fullmatch(r"[\d,]*,\d{3}(?:\.\d+)?", text)
    return Decimal(text.replace(",", "" if grouped else "."))

"""The names of a text, and which of them another text does not mention.

A name is a run of capitalised words (not the ordinary word that a sentence begins with), or a
word with digits in it (F-16). Languages without capitals have none that could be told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checking.aliases import PARTICLES, TITLES, also_called, same_root
from rag.checking.numerals import NUMBER_WORDS
from rag.checking.ordinary import FUNCTION_WORDS, is_ordinary
from rag.checking.wording import fold, words
from rag.dates import MONTHS, WEEKDAYS

_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:['-][^\W_]+)*")
_CODE = re.compile(r"(?<![^\W_])[^\W\d_]+-?\d+(?:[^\W_]*[^\Ws_])?")
_OPENS = re.compile(r"(?:\A|[.!?:;…|\n][\"')\]]*\s|\n)[\s\"'(•*-]*\Z")
_HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_VOWEL = re.compile(r"[aeiouy]")
_SMALL = frozenset(["of", "for", "and", "the", "on", "in"])
_WRITTEN = re.compile(r"[^\W_]+")
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 2, 7
_LONGEST_ALIAS = 4  # words: United States of America
_OF_TIME = frozenset([*MONTHS, *WEEKDAYS, "mon", "tue", "wed", "thu", "fri"])
_NAMELESS = TITLES | PARTICLES | _OF_TIME


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written and its folded words, without titles and particles."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one text, with what is needed to look for other texts' names in it."""

    names: tuple[Name, ...]
    words: frozenset[str]  # of the whole text, folded
    capitals: frozenset[str]  # those of them that begin with a capital
    initials: str  # of all its words in a row, small ones left out: ...who... has the WHO
    capital_initials: str  # the same with a space for every word without a capital
    codes: frozenset[str]  # words with hyphens or digits in them, written as one
    phrase: str  # all words, with spaces between and around


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    opens: bool  # whether a sentence begins with it


def read_names(text: str) -> Names:
    """The names of a plain text (see ``rag.checking.wording``)."""
    tokens = [
        _Token(found[0], found.start(), found.end(), _opens(text, found.start()))
        for found in _TOKEN.finditer(text)
        if _is_capital(found[0]) and len(found[0]) > 1 and not _CODE.match(found[0])
    ]
    spoken = words(fold(text))
    return Names(
        names=tuple(_names(text, tokens)),
        words=frozenset(spoken),
        capitals=frozenset(word for token in tokens for word in words(fold(token.text))),
        initials="".join(word[0] for word in spoken if word not in _SMALL),
        capital_initials=_capital_initials(text),
        codes=frozenset(map(_joined, _CODE.findall(text) + _HYPHENATED.findall(text))),
        phrase=f" {' '.join(spoken)} ",
    )


def missing_names(claim: Names, *sources: Names) -> list[str]:
    """The names of a claim that none of the sources mention, as the claim writes them."""
    return [
        name.text for name in claim.names if not any(_mentions(source, name) for source in sources)
    ]


def _names(text: str, tokens: list[_Token]) -> Iterator[Name]:
    for run in _runs(text, tokens):
        named = run[1:] if run[0].opens and _is_ordinary(run[0].text) else run
        kept = tuple(word for token in named for word in _name_words(token.text))
        if kept:
            yield Name(text[named[0].start : named[-1].end].removesuffix("'s"), kept)
    for code in _CODE.findall(text):
        yield Name(code, (_joined(code),))


def _name_words(token: str) -> list[str]:
    """The folded words of a capitalised token that name somebody or something."""
    if _is_common(token):
        return []
    return [w for w in words(fold(token)) if w not in _NAMELESS]


def _runs(text: str, tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Tokens with nothing but a space between them."""
    run: list[_Token] = []
    for token in tokens:
        if run and text[run[-1].end : token.start] != " ":
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins here, so that the capital means nothing."""
    return bool(_OPENS.search("" if start == 0 else text[max(0, start - 6) : start]))


def _is_ordinary(word: str) -> bool:
    """Whether a capitalised word that begins a sentence is most likely no name."""
    folded = fold(word)
    return _is_common(word) or folded in _NAMELESS or is_ordinary(folded)


def _is_common(word: str) -> bool:
    """Whether it is a function word or a number, and not an acronym such as US or WHO."""
    folded = fold(word)
    first = folded.partition("-")[0]  # Three-day
    return not word.isupper() and (folded in FUNCTION_WORDS or first in NUMBER_WORDS)


def _mentions(source: Names, name: Name) -> bool:
    if _is_acronym(source, name):
        return True
    lacking = [word for at, word in enumerate(name.words) if not _has(source, name.words, at)]
    return not lacking or (lacking[-1] != name.words[-1] and _may_be(source, name, lacking))


def _may_be(source: Names, name: Name, lacking: list[str]) -> bool:
    """Whether the source, which has the last name, leaves the lacking first names open."""
    others = {
        word
        for other in source.names
        if other.words[-1] == name.words[-1]
        for word in other.words[:-1]
        if word not in name.words
    }
    return not others or all(any(_is_spelling(word, one) for one in others) for word in lacking)


def _is_spelling(word: str, other: str) -> bool:
    """Whether two first names may be one: J and Joe, Muhammad and Mohammed."""
    one, two = (_VOWEL.sub("", name[1:])[:1] for name in (word, other))
    return word[0] == other[0] and (not one or not two or one == two)


def _is_capital(token: str) -> bool:
    """Whether a token is written as a name: Hayya, al-Hayya."""
    particle, _, rest = token.partition("-")
    return token[0].isupper() or (particle in PARTICLES and rest[:1].isupper())


def _has(source: Names, name: tuple[str, ...], at: int) -> bool:
    """Whether the source has this word of the name, or the name around it in other words."""
    around = (
        " ".join(name[start:end])
        for start in range(max(0, at + 1 - _LONGEST_ALIAS), at + 1)
        for end in range(at + 1, start + _LONGEST_ALIAS + 1)
    )
    return (
        any(f" {other} " in source.phrase for part in around for other in also_called(part))
        or same_root(name[at], source.capitals)
        or name[at] in source.codes
    )


def _is_acronym(source: Names, name: Name) -> bool:
    """Whether the source has the name's initials for it, or the words for its initials."""
    letters = "".join(word[0] for word in name.words)
    if len(letters) > 1 and letters in source.capitals:
        return True
    short = fold(name.text).removesuffix("s")
    written_short = name.text.removesuffix("s").isupper() and len(also_called(short)) == 1
    if len(short) == _SHORTEST_ACRONYM:  # too short to be met in a row of small words by chance
        return written_short and short in source.capital_initials
    return written_short and 1 < len(short) <= _LONGEST_ACRONYM and short in source.initials


def _capital_initials(text: str) -> str:
    written = (word for word in _WRITTEN.findall(text) if word.casefold() not in _SMALL)
    return "".join(word[0].casefold() if word[0].isupper() else " " for word in written)


def _joined(code: str) -> str:
    return "".join(words(fold(code)))

"""The clauses of a text, each with its subject, what it says, and its numbers.

A clause ends where a mark or a joining word stands. Its subject is the name that it begins with;
one that begins with *he* or *which* has none of its own.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.checking.aliases import PARTICLES, TITLES
from rag.checking.names import read_names
from rag.checking.numbers import Quantity, read_numbers
from rag.checking.numerals import NUMBER_WORDS
from rag.checking.ordinary import is_ordinary
from rag.checking.roles import is_verb
from rag.checking.wording import content_stems, fold, words
from rag.dates import MONTHS, WEEKDAYS, read_dates

_CUT = re.compile(
    r",(?!\d)|[;:()!?\n]|\.(?!\d)| - |\b(?:and|but|or|while|whereas|when|which|who|where|because|"
    r"although|though|after|before|than|that (?=(?:was|were|is|are|had|has)\b))\b"
)
_NAME = re.compile(
    r"(?<![\w'-])(?!(?:In|At|On|For|From|By|With|To|Of|As|The|An?|This|That|These|Those)\b)"
    r"[A-Z][\w.'-]*(?: (?:(?:al|bin|of|of the|the) )?[A-Z][\w.'-]*)*"
)
_VERB = re.compile(r" (?:(?:also|then|later|first|never|[a-z]+ly) )?([a-z]+)")
_LEADS_ON = re.compile(
    r"\b(?:of|in|to|at|for|from|with|by|on|near|as|an?) (?:the )?\Z", re.IGNORECASE
)
_OPENS = re.compile(r"\W*(?:[Tt]he |later )?\Z")
_PRONOUN = re.compile(
    r"\W*(?:then |later |there )?(?:he|she|it|they|who|which|where)\b", re.IGNORECASE
)

_NAMELESS = TITLES | PARTICLES | NUMBER_WORDS | {*MONTHS, *WEEKDAYS}


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text, with the words of its subject and the stems of all that is no name."""

    text: str
    subject: frozenset[str]
    spelled: str  # the subject as it is written
    names: frozenset[str]  # the words of all its names
    stems: frozenset[str]

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Its numbers and years, dates left out."""
        return _numbers(self.text)

    @property
    def leans(self) -> bool:
        """Whether it says *he* or *which* for a subject named before."""
        return bool(_PRONOUN.match(self.text))


@lru_cache(maxsize=4_000)
def read_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a plain text, in order, those without words left out."""
    known = frozenset(word for name in read_names(text).names for word in name.words)
    pieces = (piece.strip() for piece in _CUT.split(text))
    return tuple(_clause(piece, known) for piece in pieces if words(fold(piece)))


@lru_cache(maxsize=4_000)
def _numbers(text: str) -> tuple[Quantity, ...]:
    return tuple(read_numbers(read_dates(text)[1]))


def _clause(text: str, known: frozenset[str]) -> Clause:
    spoken = words(fold(text))
    subject = _subject(text)
    nameless = (word for word in spoken if not _is_particular(word, known))
    return Clause(
        text=text,
        subject=frozenset(words(fold(subject))) - TITLES - PARTICLES,
        spelled=subject,
        names=known.intersection(spoken),
        stems=frozenset(content_stems(" ".join(nameless))),
    )


def _is_particular(word: str, known: frozenset[str]) -> bool:
    return word in known or word in NUMBER_WORDS or word in TITLES


def _subject(text: str) -> str:
    """The name that stands before a verb, or else at the beginning; *in Doha* is none."""
    named = [found for found in _NAME.finditer(text) if not _is_ordinary(found[0])]
    doing = (found for found in named if _does(text, found))
    owners = (found for found in named if not found[0].endswith("'s"))
    opening = (found for found in owners if _OPENS.match(text[: found.start()]))
    subject = next(doing, None) or next(opening, None)
    return subject[0] if subject else ""


def _does(text: str, name: re.Match[str]) -> bool:
    verb = _VERB.match(text, name.end())
    return bool(verb and is_verb(verb[1])) and not _LEADS_ON.search(text[: name.start()])


def _is_ordinary(name: str) -> bool:
    folded = fold(name)
    return folded in _NAMELESS or (" " not in name and is_ordinary(folded))

"""Whether two texts that use the same words say the opposite: negation and direction."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import permutations

from rag.checking.denial import Denial, denies_quietly, read_denials, read_instead, read_subjects
from rag.checking.wording import content_stems, words

_NEARLY_ALL = 0.85  # share of the words that makes two sentences the same


def _key(word: str) -> str:
    """A word's stem; the word itself if it is a function word."""
    return "".join(content_stems(word)) or word


_OPPOSITES = tuple(
    tuple(frozenset(map(_key, words(side))) for side in pair.split("|"))
    for pair in (
        (
            "rise rose risen climbed increased grew surged enlarged expanded|"
            "fall fell fallen dropped declined decreased reduced shrank"
        ),
        "larger bigger|smaller",
        "earlier|later",
        "since|until till",
        "higher|lower",
        "more|fewer less",
        "most|least fewest",
        "above|below",
        "before|after",
        "accepted agreed approved endorsed welcomed|rejected refused declined opposed dismissed",
        "support backed|opposed",
        "won win|lost lose",
        "begin began begun started opened|ended finished concluded closed",
        "resumed continued|suspended halted stopped",
        "arrived came|left departed",
        "entered|left exited",
        "joined|left quit",
        "north northern|south southern",
        "east eastern|west western",
        "allowed permitted|banned blocked forbade prohibited barred",
        "included|excluded",
        "first|last",
        "largest biggest|smallest",
        "best|worst",
        "majority|minority",
        "inside|outside",
        "released freed rescued|detained captured seized arrested",
        "advanced|withdrew retreated",
        "strengthened|weakened",
        "optimistic hopeful|pessimistic",
        "optimism|pessimism",
        "hope|despair",
        "opening|closure closing",
        "sold sell|bought buy",
        "imports|exports",
        "confirmed|denied",
        "praised|criticised criticized condemned",
        "gained|lost",
        "succeeded successful|failed unsuccessful",
        "alive living|dead died",
        "guilty|innocent",
        "male men man|female women woman",
        "possible|impossible",
        "likely|unlikely",
        "legal|illegal",
        "direct directly|indirect indirectly",
        "public publicly|private privately",
        "temporary|permanent",
        "early|late",
        "seconds|minutes|hours|days|weeks|months|years|decades|centuries",
    )
)


_STANCES = {  # in phrases only: *for* and *against* alone say many other things
    "for": re.compile(
        r"\b(?:vot(?:e[sd]?|ing) for\b|in favou?r\b|"
        r"(?:is|are|was|were|came out|spoke) for (?:it|this|that)\b)"
    ),
    "against": re.compile(
        r"\b(?:(?:vot(?:e[sd]?|ing)|is|are|was|were|came out|spoke|none) against\b|"
        r"oppos(?:ed to|es|ing)\b|objects? to\b)"
    ),
}


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text denies, and all stems in reach of a negator, which are doubtful.

    ``subjects`` are the stems just before a negator: who does not come is who it goes without.
    """

    denials: tuple[Denial, ...]
    doubtful: frozenset[str]
    subjects: frozenset[str]
    stems: Counter[str]
    keys: Counter[str]  # stems and function words
    words: tuple[str, ...]
    stances: frozenset[str]
    is_quiet: bool  # whether it may deny something without a negator

    def denied(self, other: "Polarity") -> frozenset[str]:
        """The stems that this text surely denies, read beside another one."""
        return frozenset(stem for denial in self.against(other) for stem in denial.head)

    def against(self, other: "Polarity") -> tuple[Denial, ...]:
        """The denials that count against another text, which has their conditions too."""
        return tuple(
            denial
            for denial in self.denials
            if any(word.startswith(denial.condition) for word in other.words)
        )


def read_polarity(folded: str) -> Polarity:
    """Read what a folded text (see ``rag.checking.wording``) denies."""
    denials = tuple(read_denials(folded))
    stems = content_stems(folded)
    scopes = (*(denial.scope for denial in denials), *read_instead(folded))
    return Polarity(
        denials=denials,
        doubtful=frozenset(stem for scope in scopes for stem in scope),
        subjects=frozenset(read_subjects(folded)),
        stems=Counter(stems),
        keys=Counter(map(_key, words(folded))),
        words=words(folded),
        stances=stances(folded),
        is_quiet=denies_quietly(folded),
    )


def flipped(claim: Polarity, source: Polarity) -> frozenset[str]:
    """The stems that one text denies and the other affirms.

    Where both deny something, in other words or by quiet ones (*kept from the public*), what the
    one denies need not be what the other says, unless the wording is nearly the same.
    """
    if all(text.denials or text.is_quiet for text in (claim, source)) and not _alike(claim, source):
        return frozenset()
    claimed = {stem for stem in claim.denied(source) if source.stems[stem]}
    sourced = {
        stem for stem in source.denied(claim) if claim.stems[stem] and source.stems[stem] == 1
    }
    claimed -= source.doubtful | source.subjects
    return frozenset(claimed | (sourced - claim.doubtful - claim.subjects))


def negated(claim: Polarity, source: Polarity) -> bool:
    """Whether the two are word for word the same but for a negation."""
    negators = len(claim.against(source)) - len(source.against(claim))
    return _alike(claim, source) and negators % 2 == 1


def _alike(claim: Polarity, source: Polarity) -> bool:
    same = (claim.stems & source.stems).total()
    return same >= _NEARLY_ALL * max(claim.stems.total(), source.stems.total())


def opposed(claim: Polarity, source: Polarity) -> tuple[str, str] | None:
    """Words of opposite direction, the claim's and the source's; None if there are none.

    The claim must have more of the one than the source has, and less of the other.
    """
    more, less = claim.keys - source.keys, source.keys - claim.keys
    for sides in _OPPOSITES:
        for one, other in permutations(sides, 2):
            if one & more.keys() and other & less.keys() and not one & less.keys():
                return _word(claim, one & more.keys()), _word(source, other & less.keys())
    return None


def stances(folded: str) -> frozenset[str]:
    """Whether a folded text tells of people *for* something, *against* something, or both."""
    return frozenset(name for name, said in _STANCES.items() if said.search(folded))


def _word(text: Polarity, keys: frozenset[str]) -> str:
    """The first word of a text with one of these keys."""
    return next(word for word in text.words if _key(word) in keys)

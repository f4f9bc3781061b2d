"""Whether two texts that use the same words say the opposite: negation and direction."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from rag.checking.wording import content_stems, words

_NEGATOR = re.compile(
    r"\b(?:no longer|no(?! (?:more|fewer|less|later|sooner|doubt)\b)|not(?! only\b)|cannot|never|"
    r"none|nobody|nothing|neither|nor|without|unable|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|"
    r"fail(?:s|ed|ing)?|declin(?:es?|ed|ing) (?:either )?to|"
    r"lack(?:s|ed|ing)?|rul(?:es?|ed|ing) out)\b|n't\b"
)
_INSTEAD = re.compile(r"\b(?:instead of|in place of|rather than) ([^.,;:!?()\n]{1,60})")
_CLAUSE_END = re.compile(
    r"[.,;:!?()\n]|\b(?:but|and|which|who|because|although|though|while|whereas|after|before|"
    r"until|unless|if|when|nor|or(?= (?:to )?den(?:y|ied)))\b"
)
_SUBJECT = re.compile(r"(?:[\w'-]+ ){1,6}\Z")
_OF_VERBS = {"not", "never", "no longer", "cannot"}  # negators behind their subject
_REACH = 200  # characters that a clause goes on behind a negator, at most
_NEARLY_ALL = 0.85  # share of the words that makes two sentences the same
_LIGHT = frozenset(content_stems("take make give get hold reach come go"))


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
        "alive|dead",
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
    """What a text denies: the stems that it surely denies, and all in reach of a negator.

    ``subjects`` are the stems just before a negator: who does not come is who it goes without.
    """

    denied: frozenset[str]
    doubtful: frozenset[str]
    subjects: frozenset[str]
    negators: int
    stems: Counter[str]
    keys: Counter[str]  # stems and function words
    words: tuple[str, ...]
    stances: frozenset[str]


def read_polarity(folded: str) -> Polarity:
    """Read what a folded text (see ``rag.checking.wording``) denies."""
    scopes = list(_scopes(folded))
    stems = content_stems(folded)
    return Polarity(
        denied=frozenset(stem for scope in scopes for stem in _head(scope)),
        doubtful=frozenset(stem for scope in (*scopes, *_instead(folded)) for stem in scope),
        subjects=frozenset(_subjects(folded)),
        negators=len(_NEGATOR.findall(folded)),
        stems=Counter(stems),
        keys=Counter(map(_key, words(folded))),
        words=words(folded),
        stances=stances(folded),
    )


def _scopes(folded: str) -> Iterator[tuple[str, ...]]:
    """The stems behind each negator up to the end of its clause; *never refused* denies nothing."""
    for negator in _NEGATOR.finditer(folded):
        reach = negator.end() + _REACH
        end = _CLAUSE_END.search(folded, negator.end(), reach)
        scope = folded[negator.end() : end.start() if end else reach]
        if not _NEGATOR.search(scope):
            yield content_stems(scope)


def _instead(folded: str) -> Iterator[tuple[str, ...]]:
    """The stems of what something else takes the place of: it is neither denied nor said."""
    return (content_stems(found[1]) for found in _INSTEAD.finditer(folded))


def _subjects(folded: str) -> Iterator[str]:
    """The stems of the few words before each *not*, in its clause."""
    for negator in _NEGATOR.finditer(folded):
        before = _SUBJECT.search(folded[: negator.start()])
        if before and negator[0] in _OF_VERBS:
            yield from content_stems(_CLAUSE_END.split(before[0])[-1])


def _head(scope: tuple[str, ...]) -> tuple[str, ...]:
    """The stems that a negator surely denies: the first, and what a light verb goes with."""
    return scope[:2] if scope and scope[0] in _LIGHT else scope[:1]


def flipped(claim: Polarity, source: Polarity) -> frozenset[str]:
    """The stems that one text denies and the other affirms."""
    claimed = {stem for stem in claim.denied if source.stems[stem]}
    sourced = {stem for stem in source.denied if claim.stems[stem] and source.stems[stem] == 1}
    claimed -= source.doubtful | source.subjects
    return frozenset(claimed | (sourced - claim.doubtful - claim.subjects))


def negated(claim: Polarity, source: Polarity) -> bool:
    """Whether the two are word for word the same but for a negation."""
    same = (claim.stems & source.stems).total()
    larger = max(claim.stems.total(), source.stems.total())
    return same >= _NEARLY_ALL * larger and (claim.negators - source.negators) % 2 == 1


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

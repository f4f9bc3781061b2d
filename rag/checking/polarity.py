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
    r"fail(?:s|ed|ing)?|declin(?:es?|ed|ing) to|lack(?:s|ed|ing)?|rul(?:es?|ed|ing) out)\b|n't\b"
)
_CLAUSE_END = re.compile(
    r"[.,;:!?()\n]|\b(?:but|and|which|who|because|although|though|while|whereas|after|before|"
    r"until|unless|if|when)\b"
)
_REACH = 200  # characters that a clause goes on behind a negator, at most
_NEARLY_ALL = 0.85  # share of the words that makes two sentences the same
_LIGHT = frozenset(content_stems("take make give get hold reach come go"))


def _key(word: str) -> str:
    """A word's stem; the word itself if it is a function word."""
    return "".join(content_stems(word)) or word


_OPPOSITES = tuple(
    tuple(frozenset(map(_key, words(side))) for side in pair.split("|"))
    for pair in (
        "rise rose risen climbed increased grew surged|fall fell fallen dropped declined decreased",
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
        "released freed|detained captured seized arrested",
        "advanced|withdrew retreated",
        "strengthened|weakened",
        "optimistic hopeful|pessimistic",
        "optimism|pessimism",
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


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text denies: the stems that it surely denies, and all in reach of a negator."""

    denied: frozenset[str]
    doubtful: frozenset[str]
    negators: int
    stems: Counter[str]
    keys: Counter[str]  # stems and function words
    words: tuple[str, ...]


def read_polarity(folded: str) -> Polarity:
    """Read what a folded text (see ``rag.checking.wording``) denies."""
    scopes = list(_scopes(folded))
    stems = content_stems(folded)
    return Polarity(
        denied=frozenset(stem for scope in scopes for stem in _head(scope)),
        doubtful=frozenset(stem for scope in scopes for stem in scope),
        negators=len(_NEGATOR.findall(folded)),
        stems=Counter(stems),
        keys=Counter(map(_key, words(folded))),
        words=words(folded),
    )


def _scopes(folded: str) -> Iterator[tuple[str, ...]]:
    """The stems behind each negator up to the end of its clause; *never refused* denies nothing."""
    for negator in _NEGATOR.finditer(folded):
        reach = negator.end() + _REACH
        end = _CLAUSE_END.search(folded, negator.end(), reach)
        scope = folded[negator.end() : end.start() if end else reach]
        if not _NEGATOR.search(scope):
            yield content_stems(scope)


def _head(scope: tuple[str, ...]) -> tuple[str, ...]:
    """The stems that a negator surely denies: the first, and what a light verb goes with."""
    return scope[:2] if scope and scope[0] in _LIGHT else scope[:1]


def flipped(claim: Polarity, source: Polarity) -> frozenset[str]:
    """The stems that one text denies and the other affirms."""
    claimed = {stem for stem in claim.denied if source.stems[stem]} - source.doubtful
    sourced = {
        stem for stem in source.denied if claim.stems[stem] and source.stems[stem] == 1
    } - claim.doubtful
    return frozenset(claimed | sourced)


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


def _word(text: Polarity, keys: frozenset[str]) -> str:
    """The first word of a text with one of these keys."""
    return next(word for word in text.words if _key(word) in keys)

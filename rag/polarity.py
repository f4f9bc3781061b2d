"""Whether two texts that use the same words say the opposite: negation and direction."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rag.wording import content_stems, words

_NEGATOR = re.compile(
    r"\b(?:not(?! only\b)|cannot|never|no(?! (?:more|fewer|less|later|sooner|doubt)\b)|none|"
    r"nobody|nothing|neither|nor|without|unable|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|"
    r"fail(?:s|ed|ing)?|declin(?:es?|ed|ing) to|lack(?:s|ed|ing)?|rul(?:es?|ed|ing) out)\b|n't\b"
)
_CLAUSE_END = re.compile(
    r"[.,;:!?()\n]|\b(?:but|and|which|who|because|although|though|while|whereas|after|before|"
    r"until|unless|if|when)\b"
)
_HEAD = 1  # content words behind a negator that it surely denies

_OPPOSITES = tuple(
    tuple(frozenset([*words(side), *content_stems(side)]) for side in pair.split("|"))
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
    )
)


@dataclass(frozen=True, slots=True)
class Polarity:
    """What a text denies: by stems that it surely denies, and all stems in reach of a negator."""

    denied: frozenset[str]
    doubtful: frozenset[str]
    stems: Counter[str]
    forms: frozenset[str]  # all words and all stems


def read_polarity(folded: str) -> Polarity:
    """Read what a folded text (see ``rag.wording``) denies."""
    scopes = list(_scopes(folded))
    stems = content_stems(folded)
    return Polarity(
        denied=frozenset(stem for scope in scopes for stem in scope[:_HEAD]),
        doubtful=frozenset(stem for scope in scopes for stem in scope),
        stems=Counter(stems),
        forms=frozenset([*words(folded), *stems]),
    )


def _scopes(folded: str) -> Iterator[tuple[str, ...]]:
    """The stems behind each negator up to the end of its clause; *never refused* denies nothing."""
    for negator in _NEGATOR.finditer(folded):
        end = _CLAUSE_END.search(folded, negator.end())
        scope = folded[negator.end() : end.start() if end else len(folded)]
        if not _NEGATOR.search(scope):
            yield content_stems(scope)


def flipped(claim: Polarity, source: Polarity) -> str:
    """A stem that one text denies and the other affirms; "" if there is none."""
    claimed = {stem for stem in claim.denied if source.stems[stem]} - source.doubtful
    sourced = {
        stem for stem in source.denied if claim.stems[stem] and source.stems[stem] == 1
    } - claim.doubtful
    return min(claimed | sourced, default="")


def opposed(claim: Polarity, source: Polarity) -> tuple[str, str] | None:
    """Words of opposite direction, the claim's and the source's; None if there are none."""
    for left, right in _OPPOSITES:
        for one, other in ((left, right), (right, left)):
            mine, theirs = one & claim.forms, other & source.forms
            if mine and theirs and not one & source.forms and not other & claim.forms:
                return max(mine, key=len), max(theirs, key=len)
    return None

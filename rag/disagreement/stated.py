"""Sentences that say themselves that accounts differ, and where the accounts stand that they mean.

The accounts may be in the sentence, in it and one before ("Accounts differ here, as …"), or in
those that follow ("Accounts differ on the number. According to i24, …").
"""

import re
from collections.abc import Collection, Sequence
from itertools import combinations

from rag.checking.reading import read
from rag.dates import Day
from rag.disagreement.amounts import amounts_of
from rag.disagreement.rivals import are_of_one_kind
from rag.disagreement.telling import Telling, tell

_ACCOUNTS = (
    r"(?:reports?|accounts?|sources?|versions?|estimates?|counts?|media|outlets?|newspapers?|"
    r"witness(?:es)?|statements?|figures?)"
)
_SAYS = (
    r"(?:gives?|gave|puts?|names?|named|says?|said|spoke|speaks?|reports?|reported|place[sd]?|"
    r"state[sd]?|claim(?:s|ed)?|cite[sd]?|mention(?:s|ed)?|offer(?:s|ed)?)"
)
_DIFFERS = re.compile(
    rf"\b{_ACCOUNTS}\b(?: [^.;:]{{0,80}})?? (?:differ(?:s|ed)?|diverged?|disagreed?|"
    r"(?:do|did) not (?:agree|match)|"
    r"var(?:y|ied)(?! (?:by|with|from|across|according|between|in)\b))\b"
    rf"|\b(?:conflicting|contradictory|differing|inconsistent) (?:\w+ )?{_ACCOUNTS}\b"
    r"|\b(?:gave|gives?|published|offers?|offered|told|presented) a (?:very |quite )?different "
    r"(?:picture|account|version|figure|number|date)\b"
    r"|\b(?:number|figure|count|toll|date|length|size|cause) (?:of [^,.;:]{1,40} )?"
    r"(?:is|are|was|were|remains?) (?:disputed|contested|in dispute)\b",
    re.IGNORECASE,
)
_TELLS_BOTH = re.compile(
    r"\b(?:while|whereas|although|though|but)\b[^.;:]{0,40}?\b(?:one|an?other|others?|some) "
    rf"(?:\w+ )?{_ACCOUNTS} (?:\w+ ){{0,2}}?{_SAYS}\b",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(
    r"\b(?:one|some)\b.*\b(?:an?other|others)\b|\b(?:either|whether)\b.*\bor\b|\bbut also\b|"
    r"\bwhile\b|\bwhereas\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDS = re.compile(r"[^,:]{0,60}?(?:, (?:as|because|since|and|for|with)\b|:)(?: \S+){3}")
_GOES_ON = re.compile(
    r"\W*(?:he|she|it|they|his|her|its|their|this|that|these|those)\b", re.IGNORECASE
)
_ANNOUNCED = 4  # sentences that an announcement is taken to be about, at most
Sides = tuple[tuple[int, ...], ...]


def is_stated(text: str) -> bool:
    """Whether a sentence says that accounts differ."""
    return bool(_DIFFERS.search(text) or _TELLS_BOTH.search(text))


def sides_of(sentences: Sequence[str], at: int, cited: Collection[int]) -> Sides:
    """The one or two sides of the disagreement that sentence ``at`` speaks of.

    ``sentences`` are those of its paragraph, ``cited`` the places of the cited ones; a side is
    the places of neighbouring sentences. () when nothing cited belongs to it or stands before.
    """
    text = read(sentences[at]).text
    found = _DIFFERS.search(text)
    if not found or _holds_both(tell(sentences[at])):
        sides: Sides = ((at,),)
    elif _ADDS.match(text, found.end()):
        sides = _with_one_before(sentences, at)
    else:
        sides = _announced(sentences, at, cited)
    involved = {at, *(place for side in sides for place in side)}
    involved |= {at - 1} if sides == ((at,),) else set()
    return sides if involved.intersection(cited) else ()


def _holds_both(telling: Telling) -> bool:
    """Whether a sentence gives two accounts of something."""
    days = telling.reading.dates
    return (
        any(
            are_of_one_kind(one, other) and not one.fits(other)
            for one, other in combinations(amounts_of(telling), 2)
        )
        or any(day.lacks(other) is None for day, other in combinations(days, 2))
        or bool(_ALTERNATIVES.search(telling.reading.text))
    )


def _with_one_before(sentences: Sequence[str], at: int) -> Sides:
    """The sentence and the one before it that gives the other account: the nearest day, if any."""
    before = range(max(0, at - _ANNOUNCED), at)
    day = next(iter(tell(sentences[at]).reading.dates), None)
    dated = [(place, tell(sentences[place]).reading.dates) for place in before if day]
    near = [(_days_apart(day, days), -place) for place, days in dated if day and days]
    place = -min(near)[1] if near else at - 1
    return ((place,), (at,)) if place >= 0 else ((at,),)


def _days_apart(day: Day, others: Sequence[Day]) -> int:
    return min(
        abs((day.month - one.month) * 31 + (day.day or 0) - (one.day or 0)) for one in others
    )


def _announced(sentences: Sequence[str], at: int, cited: Collection[int]) -> Sides:
    """The account that is cited and the one beside it; else the first that follow."""
    last = min(at + 1 + _ANNOUNCED, len(sentences))
    both = [place for place in range(at + 1, last) if _holds_both(tell(sentences[place]))]
    accounts = [place for place in range(at + 1, last) if not _GOES_ON.match(sentences[place])]
    mine = next((place for place in sorted({*accounts, *both}) if place in cited), at + 1)
    if mine in both:
        return ((at, mine),) if mine == at + 1 else ((mine,),)
    beside = next((place for place in (mine + 1, mine - 1) if place in accounts), None)
    return ((mine,), (beside,)) if beside and mine in accounts else ((at,),)

"""Wrong speakers for claims that are right, none at all, and people in each other's place.

Swaps as in ``claims``. People who did the same to each other (who met) stay as they are.
"""

import re
from collections.abc import Iterator

from eval.planted.claims import Claim, Stock, put
from eval.planted.names import surname
from eval.planted.wording import capital

_SAYING = r"(?:said|says|say|reported|reports|suggested|wrote|told (?:\w+))"
_SPOKEN = re.compile(
    r"\b(?:said|says|say|saying|report\w*|suggested|wrote|told|accord\w+|accounts?|view|statement|"
    r"spoke\w*|speaks?|claim\w*|quote\w*|sources?|announced|denied|confirmed|thought|believed|"
    r"versions?|described|called|counted|put|gave|gives?|names?|cited|counts?|figures?)\b",
    re.IGNORECASE,
)
_FEWEST = 4  # words that are left of a claim
_DROPS = (
    re.compile(r"\A(?:According to|By|In) (?:[^,]+?)(?:, \w+ and [^,]+)?, (?P<what>.+)\Z"),
    re.compile(r"\A(?P<what>.+), according to [^,]+(?P<end>\.)\Z"),
    re.compile(r"\A(?P<what>.+), (?:[^,]{2,40}) (?:said|says)(?P<end>\.)\Z"),
    re.compile(
        rf"\A[^,]+(?:, [^,]+, | ){_SAYING} (?:(?:there|afterwards|on [^,]+?) )?that (?P<what>.+)\Z"
    ),
    re.compile(rf"\A(?:On|For|At) [^,]+(?:, [^,]+)?, [^,]+ {_SAYING} that (?P<what>.+)\Z"),
)
_LEADS_IN = re.compile(r"According to|(?:By|In) (?:one|another|the same|[\w'-]+(?:'s|s'))\b")
_SPEAKERS = (
    rf"(?<!\w){{name}}(?=(?:, [^,]+,)? (?:\w+ )?{_SAYING}\b)",
    r"(?<=[Aa]ccording to ){name}(?=[,.])",
    r"(?<=cited by ){name}(?!\w)",
)
_ANONYMOUS = re.compile(
    r"\b[Oo]ne (?:report|account)(?= (?:says|adds|gives|puts|places)\b)|"
    r"(?<=ccording to )one (?:report|account)(?=[,.])|(?<=, )one report(?= says\.)"
)
_ACTORS = {"Joe Biden", "Egypt", "Hamas", "Mossad", "WHO", "Reuters"}  # one of each kind that acts
_SIDES = re.compile(
    r"\b(?:and|or|with|met|between|meet|spoke|talk\w*|than|as|from|in|at|near|to be)\b|[:;]"
)
_DOES = re.compile(
    r"\b(?:\w{3,}ed|blamed|told|said|sent|struck|held|holds|gave|had|has|made|says|wrote|put|"
    r"found|taken|took|backed|killed|kill|leave|left)\b"
)


def attribution_dropped(claim: Claim, stock: Stock) -> Iterator[str]:
    """What somebody said, told as a fact; only where nobody is left to have said it."""
    del stock
    for pattern in _DROPS:
        found = pattern.match(claim.text)
        if not found or (pattern is _DROPS[0] and not _LEADS_IN.match(claim.text)):
            continue
        what = found["what"] + (found.groupdict().get("end") or "")
        if (
            not _SPOKEN.search(what)
            and _SPOKEN.search(claim.cited)
            and len(what.split()) >= _FEWEST
        ):
            yield capital(what.replace(" and that ", " and "))
    for vague, plain in (
        (" is reported to have ", " has "),
        (" reportedly ", " "),
        (" is said to have ", " has "),
    ):
        if vague in claim.text:
            yield claim.text.replace(vague, plain)


def attribution_moved(claim: Claim, stock: Stock) -> Iterator[str]:
    """What one has said, told as the words of another of the same kind, or of a named source."""
    for kind in stock.names:
        last = {name: surname(name, kind) for name in kind}
        for old in kind:
            yield from _moved(claim, old, [new for new in kind if not claim.holds(last[new])])
    agencies = next((kind for kind in stock.names if "Reuters" in kind), ())
    for found in _ANONYMOUS.finditer(claim.text):
        yield from (put(claim.text, found, new) for new in agencies if not claim.holds(new))


def _moved(claim: Claim, old: str, others: list[str]) -> Iterator[str]:
    """The claim with each of the others in the place of a speaker."""
    for spelling in dict.fromkeys((old, old.rsplit(" ", 1)[-1])):
        for speaker in _SPEAKERS if claim.shares(spelling) else ():
            found = re.search(speaker.format(name=re.escape(spelling)), claim.text)
            if found:
                yield from (put(claim.text, found, new) for new in others)


def roles_swapped(claim: Claim, stock: Stock) -> Iterator[str]:
    """Who did it and whom it was done to, changed for each other."""
    actors = [name for name in _actors(claim, stock) if claim.text.count(name) == 1]
    for one in actors:
        for other in actors:
            first, last = (rf"(?<!\w){re.escape(name)}(?!\w)" for name in (one, other))
            found = re.search(rf"{first}(?P<between>[^,.;]*?){last}", claim.text)
            if found and _acts(found["between"]):
                yield put(claim.text, found, f"{other}{found['between']}{one}")


def _actors(claim: Claim, stock: Stock) -> Iterator[str]:
    """The people, countries and organisations that a claim shares with its sentence, each once."""
    for kind in stock.names:
        for name in kind if _ACTORS & {*kind} else ():
            spelling = name if name in claim.text else surname(name, kind)
            if claim.shares(spelling) and not re.search(
                rf"{spelling} [A-Z]|Air {spelling}", claim.text
            ):
                yield spelling


def _acts(between: str) -> bool:
    """Whether what stands between two names is one deed of the first, done to the second."""
    return bool(_DOES.search(between)) and not _SIDES.search(between)

"""Wrong words for claims that are right: denial, direction and quantity.

Swaps as in ``claims``. Where an edit might leave the claim true (all → some, two people
who met each other) it is not made.
"""

import re
from collections.abc import Iterator

from eval.planted.claims import Claim, Stock, put

_AUXILIARY = re.compile(
    r"(?<=[\w,] )(?P<verb>was|were|is|are|will|would|should|must|can|has|have|had)"
    r"(?= (?P<next>[a-z]+))"
)
_HAVE = {"has", "have", "had"}
_PARTICIPLE = re.compile(
    r"\w+ed|been|begun|come|done|given|gone|had|held|left|made|met|named|put|said|seen|spoken|"
    r"struck|taken|told|thought"
)
_DOUBTFUL = re.compile(r"\b(?:whether|if|unless|could|differ|not|no|nor|neither|never|without)\b")
_FOLLOWS_NOT = {"only", "not", "no", "more", "less", "fewer", "later"}
_DENIALS = (
    (
        re.compile(
            r"\b(was|were|is|are|would|will|had|has|have|did|does|do|must) not (?:yet )?(?!only)"
        ),
        r"\1 ",
    ),
    (re.compile(r"\bno longer\b"), "still"),
    (re.compile(r"\bwithout a(?=n? )"), "with a"),
    (re.compile(r"\bthere (was|is) no (?=[^aeiou ]\w)"), r"there \1 a "),
    (re.compile(r"\bthere (was|is) no (?=[aeiou]\w)"), r"there \1 an "),
    (re.compile(r"\bnever "), ""),
    (re.compile(r"\bneither (.{3,40}?) nor\b"), r"both \1 and"),
    (re.compile(r"\bnot sufficiently\b"), "sufficiently"),
)
_PAIRS = (
    "more than|less than",
    "fewer than|more than",
    "at least|at most",
    "before|after",
    "earlier|later",
    "since (?=[A-Z0-9])|until ",
    "rose|fell",
    "risen|fallen",
    "increase|decrease",
    "increased|decreased",
    "rise|fall",
    "smaller|larger",
    "reduced|enlarged",
    "voted for|voted against",
    "was against|was for",
    "is opposed to|is in favour of",
    "accepted|rejected",
    "resume|suspend",
    "suspended|resumed",
    "opened|closed",
    "closure|opening",
    "north|south",
    "northern|southern",
    "inside|outside",
    "arrived in|departed from",
    "joined|left",
    "first|last",
    "alive|dead",
    "permanent|temporary",
    "condemned|praised",
    "possible|impossible",
    "leave|enter",
    "indirect|direct",
    "freed|seized",
    "rescued|captured",
    "announced|denied",
    "confirmed|denied",
    "hope|despair",
)
_ONE_WAY = {"until "}
_TURNS = tuple(
    (re.compile(rf"(?<![\w-])(?<!At )(?<!at ){old}(?![\w-])"), new)
    for pair in _PAIRS
    for one, other in [pair.split("|")]
    for old, new in ((one, other), (other, one))
    if old not in _ONE_WAY
)
_QUANTITIES = (
    (re.compile(r"\bsome (?=of\b|[a-z]+s\b)"), "all "),
    (re.compile(r"\bseveral (?=[a-z]+s\b)"), "all "),
    (re.compile(r"\ba few of\b"), "all of"),
    (re.compile(r"\b(?:a part|part|much|most) of\b"), "all of"),
    (re.compile(r"\b[Aa]ll (?:of )?(?=them\b|the\b)"), "none of "),
    (re.compile(r"\ball (?=\w+ hostages)"), "none of the "),
    (re.compile(r"\b[Ee]ach (?=(?!of\b)[a-z])"), "no "),
    (re.compile(r"\b[Ee]ach (?=of\b)"), "none "),
    (re.compile(r"\bboth (?=[a-z])"), "none of the "),
    (re.compile(r"\balmost (?=identical|three|all|the)"), "exactly "),
    (
        re.compile(
            r"\b(?<!per )(?:ten|eight|fourteen|two|three|five) (?=of (?:its|the|them|these)\b)",
            re.IGNORECASE,
        ),
        "all ",
    ),
    (re.compile(r"\bpossibly\b"), "certainly"),
    (re.compile(r"\bmight\b"), "will certainly"),
)


_SUBJECT = re.compile(
    r"(?!(?:There|It|In|On|At|By|For|What|That|This|One|Some|He|They|Both|Two|All|Each)\b)"
    r"(?:[A-Z][\w-]+ ){1,2}(?=(?:was|is|has|had|said|\w+ed)\b)"
)
_ARTICLE = re.compile(r"\AT(?=he )|\AAn? ")


def negation_inserted(claim: Claim, stock: Stock) -> Iterator[str]:
    """A *not* behind an auxiliary verb, where nothing is doubtful or denied already."""
    del stock
    for found in _AUXILIARY.finditer(claim.text):
        is_have = found["verb"] in _HAVE and not _PARTICIPLE.fullmatch(found["next"])
        if (
            not is_have
            and claim.shares(found["next"])
            and found["next"] not in _FOLLOWS_NOT
            and not _DOUBTFUL.search(claim.text)
        ):
            yield f"{claim.text[: found.end()]} not{claim.text[found.end() :]}"


def negation_removed(claim: Claim, stock: Stock) -> Iterator[str]:
    """A denial turned into its affirmation."""
    del stock
    for pattern, affirmed in _DENIALS:
        for found in pattern.finditer(claim.text):
            if _DOUBTFUL.search(claim.cited) and not re.search(r"\b(?:whether|if)\b", claim.text):
                yield put(claim.text, found, found.expand(affirmed))


def direction_turned(claim: Claim, stock: Stock) -> Iterator[str]:
    """A word of direction turned into its opposite: more and less, before and after."""
    del stock
    for old, new in _TURNS:
        for found in old.finditer(claim.text):
            if claim.shares(found[0].strip()) and not claim.holds(new.strip()):
                yield put(claim.text, found, new)


def quantifier_changed(claim: Claim, stock: Stock) -> Iterator[str]:
    """Some made all, all made none, *only* put in."""
    del stock
    for pattern, new in _QUANTITIES:
        for found in pattern.finditer(claim.text):
            if not claim.holds(new.strip()):
                yield capital(put(claim.text, found, new))
    if _SUBJECT.match(claim.text) and not claim.holds("only") and not claim.holds("Only"):
        yield f"Only {_ARTICLE.sub(lambda found: found[0].lower(), claim.text)}"


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]

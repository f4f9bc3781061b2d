"""What the claim makes of its source: a reason, a comparison, a first.

Each is a fault where no word of the source could say the like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.checking.wording import content_stems, fold

_WHY = re.compile(  # "the talks are due to open" gives no reason
    r"\b(?:because|owing to|thanks to|as a result of|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )due to)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|owing|thanks|result\w*|due|since|caus\w+|reasons?|why|so|therefore|thus|hence|"
    r"consequen\w+|led|lead(?:s|ing)?|given|mak(?:e|es|ing)|made|forc\w+|prompt\w+|trigger\w*|"
    r"enabl\w+|allow\w*|attribut\w+|blam\w+|means?|contribut\w+|help\w*|driv\w+|effects?|affect\w*|"
    r"in order|factors?|success\w*|explain\w*|cit\w+)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:than|compared (?:to|with))\b"
    r"(?! \W*\d| (?:one|two|three|four|five|six|seven|eight|nine|ten|a|half|an)\b)",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:than|compared|more|less|fewer|most|least|best|worst|better|worse|while|whereas|unlike|"
    r"but|rather|instead|exceed\w*|differ\w*|\w{3,}(?:er|est))\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:the|its|his|her|their) first\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"\b(?:first|1st|earliest|initial\w*|debut\w*|inaugural|original\w*|beg[ai]n\w*|start\w*|new|"
    r"found\w*|introduc\w*|pioneer\w*|i|one|1|invent\w*|establish\w*|never before|launch\w*|"
    r"open\w*|previous\w*|became|pilot|creat\w*|premiere\w*)\b",
    re.IGNORECASE,
)
_THAN = re.compile(r"\b(?P<how>(?:more|less) \w+|more|less|\w+er|worse) than (?P<other>[^.,;\n]+)")
_SENTENCE = re.compile(r"[.;\n]")
_REACH = 120  # characters of the first side


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, as the stems of their words of meaning, and how the one is beside the other."""

    how: str
    one: frozenset[str]
    other: frozenset[str]


def reason_faults(case: Case) -> Iterator[Fault]:
    """A *because* to a source that gives no reason for anything."""
    if case.is_short and _WHY.search(case.claim.text) and not _REASON.search(case.source.text):
        yield Fault(case.lacks("give", "a reason"))


def comparison_faults(case: Case) -> Iterator[Fault]:
    """More than another, to a source that compares nothing."""
    if _COMPARED.search(case.claim.text) and not _COMPARES.search(case.source.text):
        yield Fault(case.lacks("make", "this comparison"))


def first_faults(case: Case) -> Iterator[Fault]:
    """The first of its kind, to a source that knows of no order."""
    shown = f"{case.source.text}\n{case.beside.text}"
    if _FIRST.search(case.claim.text) and not _BEGINS.search(shown):
        yield Fault(case.lacks("say", "“first”"))


def reversed_faults(case: Case) -> Iterator[Fault]:
    """One larger than the other, where the source has the other larger than the one."""
    theirs = list(read_comparisons(case.closest.text))
    for mine in read_comparisons(case.claim.text):
        if any(_is_reverse(mine, other) for other in theirs):
            yield Fault(
                "The claim has the two sides of the comparison the other way round.", conflict=True
            )


def read_comparisons(text: str) -> Iterator[Comparison]:
    """The comparisons of a plain text with *than*."""
    for found in _THAN.finditer(text):
        before = _SENTENCE.split(text[max(0, found.start() - _REACH) : found.start()])[-1]
        one, other = (frozenset(content_stems(fold(side))) for side in (before, found["other"]))
        yield Comparison(found["how"].casefold(), one - other, other - one)


def _is_reverse(mine: Comparison, theirs: Comparison) -> bool:
    straight = len(mine.one & theirs.one) + len(mine.other & theirs.other)
    crossed = min(len(mine.one & theirs.other), len(mine.other & theirs.one))
    return mine.how == theirs.how and crossed > 0 and 2 * crossed > straight

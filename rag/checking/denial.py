"""What a text denies: each negator with the words in its reach.

A denial may hold on one condition only: *not until May* says that it was so from May on, and who
was *told not to go* may have gone. Such a one counts against a text that has the same condition.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checking.wording import content_stems

_NEGATOR = re.compile(
    r"\b(?:no longer|no(?! (?:more|fewer|less|later|sooner|doubt)\b)|not(?! only\b)|cannot|never|"
    r"none|nobody|nothing(?! (?:more|less|short|other) )|neither|nor|without|unable|"
    r"den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|"
    r"fail(?:s|ed|ing)?|declin(?:es?|ed|ing) (?:either )?to|"
    r"lack(?:s|ed|ing)?|rul(?:es?|ed|ing) out)\b|n't\b"
)
_QUIET = re.compile(
    r"\b(?:suspend|halt|cancel|intercept|reject|prevent|avoid|withh[eo]ld|oppos|exclud|against|"
    r"despite|first\b|only\b|merely\b|sole|except|absen|abstain|unpublished|undisclosed|secret|"
    r"(?:kept?|keep\w*) (?:[\w'-]+ ){0,3}from\b|g[ai]ve(?:s|n)? up\b|h[eo]ld on\b)\w*"
)
_INSTEAD = re.compile(r"\b(?:instead of|in place of|rather than) ([^.,;:!?()\n]{1,60})")
_CLAUSE_END = re.compile(
    r"[.,;:!?()\n]|\b(?:but|and|which|who|because|although|though|while|whereas|after|before|"
    r"until|unless|if|when|nor|or(?= (?:to )?den(?:y|ied)))\b"
)
_SUBJECT = re.compile(r"(?:[\w'-]+ ){1,6}\Z")
_OF_VERBS = {"not", "never", "no longer", "cannot"}  # negators behind their subject
_ASKED = re.compile(
    r"\b(instruct|told|tell|warn|order|ask|urg|advis|beg|plead|call|want|request|agree|promis|"
    r"vow|pledg)\w*(?: [\w'-]+){0,4} \Z"
)
_UNTIL = re.compile(r"(?:until|till)\b")
_REACH = 200  # characters that a clause goes on behind a negator, at most
_BEFORE = 60  # characters before a negator in which somebody may be asked
_LIGHT = frozenset(content_stems("take make give get hold reach come go"))


@dataclass(frozen=True, slots=True)
class Denial:
    """The stems in reach of a negator.

    ``head`` are those that it surely denies, ``condition`` the beginning of the word on which it
    depends ("" if on none).
    """

    scope: tuple[str, ...]
    head: tuple[str, ...]
    condition: str


def read_denials(folded: str) -> Iterator[Denial]:
    """Every negator of a folded text; one in reach of another one denies nothing."""
    for negator in _NEGATOR.finditer(folded):
        reach = negator.end() + _REACH
        end = _CLAUSE_END.search(folded, negator.end(), reach)
        scope = folded[negator.end() : end.start() if end else reach]
        double = bool(_NEGATOR.search(scope))
        stems = () if double else content_stems(scope)
        head = _head(stems) if negator[0] != "no" or double else _described(scope) or _head(stems)
        yield Denial(stems, head, _condition(folded, negator, end))


def _condition(folded: str, negator: re.Match[str], end: re.Match[str] | None) -> str:
    if end and _UNTIL.match(end[0]):
        return "until"
    before = folded[max(0, negator.start() - _BEFORE) : negator.start()]
    asked = (
        _ASKED.search(before) if folded[negator.start() : negator.end() + 3] == "not to" else None
    )
    return asked[1] if asked else ""


def _described(scope: str) -> tuple[str, ...]:
    """A thing with its adjective right behind a *no*: no final agreement is no agreement."""
    return content_stems(" ".join(scope.split()[:2]))


def _head(scope: tuple[str, ...]) -> tuple[str, ...]:
    """The stems that a negator surely denies: the first, and what a light verb goes with."""
    return scope[:2] if scope and scope[0] in _LIGHT else scope[:1]


def denies_quietly(folded: str) -> bool:
    """Whether a text may deny something without a negator: *suspended*, *kept from the public*."""
    return bool(_QUIET.search(folded))


def read_instead(folded: str) -> Iterator[tuple[str, ...]]:
    """The stems of what something else takes the place of: it is neither denied nor said."""
    return (content_stems(found[1]) for found in _INSTEAD.finditer(folded))


def read_subjects(folded: str) -> Iterator[str]:
    """The stems of the few words before each *not*, in its clause."""
    for negator in _NEGATOR.finditer(folded):
        before = _SUBJECT.search(folded[: negator.start()])
        if before and negator[0] in _OF_VERBS:
            yield from content_stems(_CLAUSE_END.split(before[0])[-1])

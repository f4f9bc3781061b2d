"""What the source only supposes, or only plans, told as so or as done."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.checking.clauses import Clause, read_clauses
from rag.checking.irregular import BASES
from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.checking.wording import content_stems, fold, words

_SUPPOSED = re.compile(
    r"\b(?P<said>(?:appear|seem)(?:s|ed)? to(?: have)?|claim(?:s|ed)? to(?: have)?|"
    r"(?:is|are|was|were) (?:said|believed|thought|reported|rumou?red|alleged|estimated|suspected|"
    r"presumed|supposed|expected|likely|unlikely|understood|considered) to(?: have)?|"
    r"(?:may|might|could)(?: well)?(?: have)?(?! not\b)|"
    r"allegedly|reportedly|supposedly|probably|possibly|perhaps|apparently|presumably|"
    r"tr(?:y|ies|ied) to|attempt(?:s|ed)? to)\b(?P<what>[^,.;:\n]*)",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?P<said>will|would|shall|should|must|"
    r"(?:is|are|was|were)(?: due| set| scheduled| supposed| planned| expected| ready| prepared)?"
    r" to|"
    r"(?:plan|intend|hope|want|aim|expect|agree|offer|promise|threaten|vow|pledge|propose|decide|"
    r"ask|urge|call|demand)\w* (?:[\w']+ ){0,3}?to)\b(?P<what>[^,.;:\n]*)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:may|might|could|can|will|would|shall|should|must|likely|unlikely|probably|possibly|"
    r"perhaps|maybe|appear\w*|seem\w*|apparent\w*|suppos\w*|alleg\w*|reportedly|claim\w*|"
    r"believ\w*|thought|think\w*|suggest\w*|rumou?r\w*|estimat\w*|presum\w*|suspect\w*|"
    r"expect\w*|plan\w*|hop\w*|intend\w*|consider\w*|understood|if|whether|try|tries|tried|"
    r"attempt\w*|opinion|potential\w*|often|sometimes|usually|typical\w*|generally|propos\w*|"
    r"offer\w*|agree\w*|ask\w*|urg\w*|call\w*|demand\w*|want\w*|due|scheduled|doubt\w*|"
    r"question\w*|not|never|neither|nor|no)\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:said|says?|accord\w*|report\w*|argu\w*|account\w*|told|tells?|view)\b", re.IGNORECASE
)
_NOT_DONE = frozenset(
    "may might could can will would shall should must to not never neither nor no whether".split()
)
_NEXT = re.compile(r"\b(?:but|which|because|although|though|while|whereas|if|unless)\b")
_CARRIED = 0.75  # share of a claim's words that must stand behind the hedge
_FEWEST = 3
_IS = {"is", "are", "be", "being"}  # before what is done again and again


@dataclass(frozen=True, slots=True)
class Hedge:
    """A word of doubt or of purpose, the stem of the verb that it governs, and all in its reach."""

    said: str
    verb: str
    scope: frozenset[str]


@lru_cache(maxsize=4_000)
def read_hedges(text: str) -> tuple[Hedge, ...]:
    """What a plain text only supposes."""
    return tuple(_read(text, _SUPPOSED))


@lru_cache(maxsize=4_000)
def read_plans(text: str) -> tuple[Hedge, ...]:
    """What a plain text says is to be."""
    return tuple(_read(text, _PLANNED))


def _read(text: str, pattern: re.Pattern[str]) -> Iterator[Hedge]:
    for found in pattern.finditer(text):
        stems = content_stems(fold(_NEXT.split(found["what"])[0]))
        if stems:
            yield Hedge(found["said"].casefold(), stems[0], frozenset(stems))


def hedge_faults(case: Case) -> Iterator[Fault]:
    """A supposition that a clause of the claim makes a fact."""
    if _is_open(case):
        return
    for clause in read_clauses(case.claim.text):
        for hedge in read_hedges(case.closest.text):
            if _is_carried(clause, hedge):
                yield Fault(f"The source says “{hedge.said}” of this.")


def _is_open(case: Case) -> bool:
    """Whether the claim supposes too, or says by whom it has this where the source does not."""
    told = {word.casefold() for word in _REPORT.findall(case.claim.text)}
    return bool(_DOUBT.search(case.claim.text) or told.difference(case.closest.words))


def _is_carried(clause: Clause, hedge: Hedge) -> bool:
    shared = len(clause.stems & hedge.scope)
    return hedge.verb in clause.stems or (
        shared >= _FEWEST and shared >= _CARRIED * len(clause.stems)
    )


def plan_faults(case: Case) -> Iterator[Fault]:
    """What is to be done, told as done."""
    done = _done(case.claim.text) if case.is_short else frozenset()
    source = set(_done(case.source.text)) if done else set()
    for plan in read_plans(case.closest.text) if done else ():
        if plan.verb in done and plan.verb not in source:
            yield Fault(f"The source does not say that this was done: “{plan.said}”.")
            return


@lru_cache(maxsize=4_000)
def _done(text: str) -> frozenset[str]:
    """The stems of verbs in the past that nothing before them leaves open."""
    spoken = words(fold(text))
    return frozenset(
        stem
        for at, word in enumerate(spoken)
        if (word.endswith("ed") or word in BASES)
        and not _NOT_DONE.intersection(spoken[max(0, at - 4) : at])
        and not _IS.intersection(spoken[max(0, at - 2) : at])
        for stem in content_stems(word)
    )

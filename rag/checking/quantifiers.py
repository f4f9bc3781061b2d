"""How much of something a claim speaks of, against its source: all, some, none, only."""

import re
from collections.abc import Iterator

from rag.checking.particulars import Fault
from rag.checking.reading import Case, Reading, coverage
from rag.checking.wording import content_stems

_KINDS = {
    "all": "all every each both everyone everybody entire whole",
    "some": "some several few many most part much half two three four five six seven eight nine "
    "ten eleven twelve fourteen one almost nearly majority number",
    "none": "no none neither nobody",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_BETWEEN = frozenset("of the its their his her them these those such other".split())
_PRONOUNS = frozenset("them these those it".split())
_SAME = 0.65  # share of a claim's words in one sentence that makes a word more a difference
_FARTHEST = 3  # words from a quantifier to what it counts
_ONLY = re.compile(r"\b(?:only|solely|exclusively|alone|sole)\b", re.IGNORECASE)
_LIMITED = re.compile(
    r"\b(?:only|solely|exclusively|alone|sole|just|merely|single|nothing but|no other|no more|"
    r"(?:no one|nobody|nothing) else|not\b.{1,90}?\b(?:until|till|before)|"
    r"unique\w*|limited|except\w*)\b",
    re.IGNORECASE,
)
_ONLY_ONE = re.compile(r"Only (?=[A-Z])")
_NONE = re.compile(
    r"\b(?:[Nn]one of|[Nn]o(?= [a-z]+s?\b)(?! (?:more|less|fewer|later)\b)|[Nn]either)\b"
)
_DENIES = re.compile(
    r"\b(?:no|not|none|never|neither|nor|without|\w*n't|unable|un\w+|i[mn]\w+|\w*less|refus\w+|"
    r"reject\w*|fail\w*|lack\w*|stop\w*|end\w*|cancel\w*|suspend\w*|zero|absen\w*|away|"
    r"cannot|only|few|den\w+)\b",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"\b(?:certainly|definitely|surely|undoubtedly|exactly|precisely|completely|entirely|fully|"
    r"wholly|always)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:might|(?-i:may)|could|possibly|probably|perhaps|maybe|likely|almost|nearly|about|roughly|"
    r"partly|partially|often|sometimes|usually|seldom)\b",
    re.IGNORECASE,
)


def quantifier_faults(case: Case) -> Iterator[Fault]:
    """All of what the source says of some, none of what it says of some or all."""
    known = dict(_counted(case.closest))
    for (thing, kind), word in _counted(case.claim):
        kinds = {other for (counted, other) in known if counted == thing}
        if kinds and kind not in kinds and (kind != "some" or kinds == {"none"}):
            theirs = next(known[thing, other] for other in sorted(kinds))
            yield Fault(f"The claim says “{word}” and the source “{theirs}”.", conflict=True)


def none_faults(case: Case) -> Iterator[Fault]:
    """None of something, to a source that denies nothing in any words."""
    found = _NONE.search(case.claim.text)
    if found and case.is_short and not _DENIES.search(case.source.text):
        yield Fault(case.lacks("say", f"“{found[0].lower()}”"))


def only_faults(case: Case) -> Iterator[Fault]:
    """An *only* that the source does not say in any words."""
    found = _ONLY.search(case.claim.text)
    same = _is_same(case) or _ONLY_ONE.match(case.claim.text)
    if found and same and not _LIMITED.search(case.source.text):
        yield Fault(case.lacks("say", f"“{found[0].lower()}”"))


def overstatement_faults(case: Case) -> Iterator[Fault]:
    """A *certainly* or *exactly* where the source says *possibly* or *almost*."""
    found, hedge = _SURE.search(case.claim.text), _HEDGED.search(case.closest.text)
    if not found or not hedge or not _is_same(case) or _SURE.search(case.source.text):
        return
    if not _HEDGED.search(case.claim.text):
        yield Fault(f"The claim says “{found[0].lower()}” and the source “{hedge[0]}”.")


def _is_same(case: Case) -> bool:
    """Whether the claim says little that one of the sentences does not say in the same words."""
    return coverage(case.claim, case.closest) >= _SAME


def _counted(text: Reading) -> Iterator[tuple[tuple[str, str], str]]:
    """What each quantifier of a text counts, with its kind, and the quantifier."""
    for at, word in enumerate(text.words):
        if kind := _KIND_OF.get(word):
            yield from (((thing, kind), word) for thing in _things(text.words[at + 1 :]))


def _things(words: tuple[str, ...]) -> Iterator[str]:
    """The stem of the next word of meaning, or the pronoun that stands for it."""
    for word in words[:_FARTHEST]:
        if word in _PRONOUNS or word.isdigit():
            yield word
        if word not in _BETWEEN:
            yield from content_stems(word)
            return

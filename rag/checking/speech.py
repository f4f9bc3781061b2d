"""Who says what: a report of somebody's words is not yet a fact, and not anybody else's words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rag.checking.clauses import read_clauses
from rag.checking.names import missing_names, read_names
from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.checking.wording import content_stems, fold, plain, words

_VERB = (
    r"(?:sa(?:id|ys?)|reported|reports|wrote|writes|told|tells|claim(?:s|ed)|argued?|alleged?s?|"
    r"suggest(?:s|ed)|thinks?|believed?s?|adds|added)"
)
_PASSIVE = r"(?:is|are|was|were) (?:said|reported|quoted|thought|believed)"
_REPORTED = (  # the first is taken only where _LEADS_IN agrees
    re.compile(
        r"(?:\A|(?<=[.\n] ))(?P<who>(?:According to|By|In) [^,]{2,99}), (?P<what>.+)", re.DOTALL
    ),
    re.compile(
        r"(?P<who>[^,.;:]{2,80}?(?:, [^,]{2,99},)?) "
        + _VERB
        + r"\b(?: [\w ]{0,40})? that (?P<what>.+)",
        re.DOTALL,
    ),
    re.compile(r"\A(?P<what>.+?)(?:, | )according to (?P<who>[^,.]+)", re.DOTALL),
    re.compile(rf"\A(?P<what>.+), (?P<who>[^,]{{2,60}}) {_VERB}(?=[.,]|\Z)", re.DOTALL),
    re.compile(rf"(?P<who>[^,.;:]{{2,60}}) {_PASSIVE}(?P<what>.+)", re.DOTALL),
)
_TELLS = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|report(?:s|ed|edly|ing)?|accord(?:ing|s)|accounts?|claim\w*|"
    r"alleg\w+|argu\w+|wr(?:ote|ites?)|told|tells|suggest\w*|quot\w+|cit(?:es?|ed|ing)|"
    r"sources?|describ\w+|call(?:s|ed)|view|statement|announc\w+|den(?:y|ies|ied)|confirm\w*|"
    r"th(?:ink|inks|ought)|believ\w+|spoke\w*|speaks?|stat(?:es|ed)|warn\w*|count(?:s|ed)?|"
    r"put|gave|gives?|figures?|mention\w*|add(?:s|ed)|insist\w*|expects?|hopes?|wants?|"
    r"apparently|estimat\w+|version\w*|remark\w*|declar\w*|in the words of)\b",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    r"According to|(?:By|In) (?:one|another|\S+'s?|the) (?:\w+ )?(?:account|report|view|count)"
)
_SOMEBODY_NEW = re.compile(
    r"(?:(?:According to|By|In) )?(?:an?|one|another|two|some|several)\b", re.IGNORECASE
)
_SAME = 0.85  # share of the claim's words that stand in the reported clause, in their order
_MOSTLY = 0.6  # share of a claim's words of meaning that are only reported
_FEWEST_OF_CLAUSE = 2  # words of meaning
_FEWEST = 4  # words of a claim


@dataclass(frozen=True, slots=True)
class Speech:
    """Somebody's words as a sentence reports them."""

    who: str
    what: tuple[str, ...]


@lru_cache(maxsize=4_000)
def read_speech(text: str) -> tuple[Speech, ...]:
    """The reports of somebody's words in a plain sentence."""
    found = [(pattern, pattern.search(text)) for pattern in _REPORTED]
    return tuple(
        Speech(match["who"].strip(), words(fold(match["what"])))
        for pattern, match in found
        if match and (pattern is not _REPORTED[0] or _LEADS_IN.match(match["who"]))
    )


def attribution_faults(case: Case) -> Iterator[Fault]:
    """What the source only reports as somebody's words, told as a fact in nearly those words."""
    told = case.claim.words
    if len(told) < _FEWEST or _TELLS.search(case.claim.text):
        return
    for speech in read_speech(case.closest.text):
        if _is_told(case, told, speech.what):
            yield Fault(f"The source says this as the words of another: “{speech.who}”.")
            return


def _is_told(case: Case, told: Sequence[str], what: Sequence[str]) -> bool:
    """Whether the clause has the claim's words in their order, or all that carry meaning."""
    reported = {stem for word in what for stem in content_stems(word)}
    return _share(told, what) >= _SAME or (
        len(case.claim.stems) >= _FEWEST and case.claim.stems <= reported
    )


def _share(told: Sequence[str], what: Sequence[str]) -> float:
    """The share of the claim's words that stand in the clause in the same order."""
    blocks = SequenceMatcher(None, told, what, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(told)


def speaker_faults(case: Case) -> Iterator[Fault]:
    """Words that the claim gives to somebody whom only a neighbour of the sentence names.

    A *he* of the source may be anybody; a name, or *one report*, is not somebody else.
    """
    theirs = [speech for speech in read_speech(case.closest.text) if _is_fixed(speech.who)]
    known = {stem for speech in theirs for stem in content_stems(fold(speech.who))}
    for speech in read_speech(case.claim.text) if theirs else ():
        if known.intersection(content_stems(fold(speech.who))):
            continue
        strange = missing_names(read_names(speech.who), case.source.names)
        if strange:
            yield Fault(
                f"The source says this of “{theirs[0].who}”, not of {strange[0]}.", conflict=True
            )


def _is_fixed(who: str) -> bool:
    """Whether a speaker is named, or somebody new: *one report*, *a US official*."""
    return bool(_SOMEBODY_NEW.match(who) or read_names(f"_ {who}").names)


def one_sided_faults(case: Case) -> Iterator[Fault]:
    """What only somebody's words in one of the sentences carry, told as a fact."""
    if not case.is_short or _TELLS.search(case.claim.text):
        return
    texts = [plain(one) for one in case.sentences]
    silent = {s for one in texts if not read_speech(one) for s in content_stems(fold(one))}
    told = [(case.claim.stems, _MOSTLY), *((part, 1.0) for part in _parts(case.claim.text))]
    for speech in (speech for one in texts for speech in read_speech(one)):
        reported = {stem for word in speech.what for stem in content_stems(word)}
        if any(_is_only_reported(stems, reported, silent, least) for stems, least in told):
            yield Fault(f"The source says this as the words of another: “{speech.who}”.")
            return


def _parts(text: str) -> Iterator[frozenset[str]]:
    clauses = (content_stems(fold(clause.text)) for clause in read_clauses(text))
    return (frozenset(stems) for stems in clauses if len(stems) >= _FEWEST_OF_CLAUSE)


def _is_only_reported(
    told: frozenset[str], reported: set[str], silent: set[str], least: float
) -> bool:
    shared = len(told & reported)
    return (
        shared >= _FEWEST_OF_CLAUSE and shared >= least * len(told) and shared > len(told & silent)
    )

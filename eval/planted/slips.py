"""Slips of language models for claims that are right: what the sentence has, in the wrong place.

Swaps as in ``claims``; ``sentences_merged`` also changes what is cited. Nothing that is
put in is new to the reader: numbers change places, an office becomes another, *about* becomes
*exactly*, what is to be was done, and one person gets what the next sentence says of another.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from eval.planted.claims import Claim, Stock, holds, put
from eval.planted.figures import NUMBER, value_of
from eval.planted.names import surname
from eval.planted.wording import capital
from rag.checking.irregular import BASES
from rag.dates import read_dates

_OFFICES = (
    "prime minister|foreign minister|defence minister|finance minister|health minister".split("|"),
    ("president|king|emir|prime minister").split("|"),
    ("secretary of state|secretary-general|vice president").split("|"),
)
_BESIDE_NAME = (
    r"(?:(?<=the )|(?<='s )|(?<![\w-])){office}(?=(?: of [A-Z]\w+)?,? [A-Z])",
    r"(?<=[a-z], the ){office}(?=[,. ])",
)
_ROUGH = re.compile(
    r"\b(?:[Aa]bout|[Nn]early|[Aa]lmost|[Rr]oughly|[Aa]round) (?=\d|(?:an? )?[a-z]+)"
)
_SUPPOSED = (
    (re.compile(r"\b(?:is|was) (?:thought|believed|said|reported) to have (?:been )?"), "was "),
    (
        re.compile(r"\b(?:are|were) (?:thought|believed|said|reported) to (?:have been|be) "),
        "were ",
    ),
    (re.compile(r"\b(?:may|might|could) have (?:been )?"), "had "),
    (re.compile(r"\b(?:possibly|probably|perhaps|apparently|reportedly) "), ""),
)
_PLANNED = re.compile(
    r"\b(?:will|would|is to|are to|was to|were to|is due to|was due to|plans to|hopes to|"
    r"is set to|wants to|intends to) (?P<verb>(?!be\b|have\b|not\b|only\b)[a-z]+)\b"
)
_PASSIVE = re.compile(
    r"\b(?P<who>is|are|was|were|will|would) (?:due )?(?:to )?be "
    r"(?P<done>\w+ed|given|held|taken|built)\b"
)
_DONE: dict[str, str] = {base: form for form, base in reversed(BASES.items())}
_PEOPLE = "Joe Biden"  # stands among the people


def numbers_exchanged(claim: Claim, stock: Stock) -> Iterator[str]:
    """Two numbers of the claim, each put in the place of the other."""
    del stock
    for one, other in combinations(_numbers(claim), 2):
        between = claim.text[one.end() : other.start()]
        if value_of(one[0]) != value_of(other[0]) and not re.fullmatch(
            r" (?:and|to|or|-) ", between
        ):
            tail = claim.text[other.end() :]
            yield f"{claim.text[: one.start()]}{other[0]}{between}{one[0]}{tail}"


def _numbers(claim: Claim) -> list[re.Match[str]]:
    undated = read_dates(claim.text)[1]
    found = [number for number in NUMBER.finditer(undated) if claim.shares(number[0])]
    return [number for number in found if not re.fullmatch(r"(?:19|20)\d\d", number[0])]


def office_changed(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another office for somebody who is named with one."""
    del stock
    for kind in _OFFICES:
        for old in kind:
            for shape in _BESIDE_NAME:
                for found in re.finditer(shape.format(office=old), claim.text):
                    yield from (put(claim.text, found, new) for new in kind if not claim.holds(new))


def hedge_dropped(claim: Claim, stock: Stock) -> Iterator[str]:
    """*About* made *exactly*, what is supposed made a fact."""
    del stock
    for found in _ROUGH.finditer(claim.text):
        number = NUMBER.match(claim.text, found.end())
        if number and claim.shares(number[0]) and _ROUGH.search(claim.cited):
            yield capital(put(claim.text, found, "exactly "))
    for pattern, fact in _SUPPOSED:
        for found in pattern.finditer(claim.text):
            if pattern.search(claim.cited):
                yield put(claim.text, found, fact)


def plan_done(claim: Claim, stock: Stock) -> Iterator[str]:
    """What somebody will do or is to do, told as done."""
    del stock
    for found in _PLANNED.finditer(claim.text):
        if claim.shares(found["verb"]):
            yield put(claim.text, found, _past(found["verb"]))
    for found in _PASSIVE.finditer(claim.text):
        if claim.shares(found["done"]):
            many = found["who"] in {"are", "were"} or claim.text[: found.start()].endswith("s ")
            yield put(claim.text, found, f"{'were' if many else 'was'} {found['done']}")


def _past(verb: str) -> str:
    if verb in _DONE:
        return _DONE[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search(r"[^aeiou]y\Z", verb) else f"{verb}ed"


def sentences_merged(claims: Sequence[Claim], stock: Stock) -> Iterator[tuple[Claim, Claim]]:
    """One of the people of a claim made one of the next sentence, and both sentences cited."""
    people = next((kind for kind in stock.names if _PEOPLE in kind), ())
    for claim in claims:
        for beside in claim.neighbours[:-2]:
            for text in _with_another(claim, beside, people):
                yield replace(claim, text=text, cited=f"{claim.cited}\n{beside}"), claim
                break


def _with_another(claim: Claim, beside: str, people: Sequence[str]) -> Iterator[str]:
    last = {name: surname(name, people) for name in people}
    strange = [n for n in people if holds(last[n], beside) and not claim.holds(last[n])]
    for old in (n for n in people if claim.shares(last[n]) and not holds(last[n], beside)):
        for new in strange:
            whole = claim.text.replace(old, new)
            yield re.sub(rf"(?<!\w){re.escape(last[old])}(?!\w)", last[new], whole)

"""Who did something and whom it was done to: the same names and verb, the other way round."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.checking.irregular import BASES
from rag.checking.names import read_names
from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.checking.wording import content_stems, fold

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[,;:.!?()\"]")
_ENDS = frozenset(';:.!?()"')
_JOINT = frozenset("and or with between than as".split())
_SYMMETRIC = frozenset(content_stems("met agreed talked differed spoke resembled married joined"))
_NOT_VERBS = frozenset(
    "hundred indeed need people men women children feet lives halves media united armed left "
    "crises criteria mice teeth".split()
)
_OTHER_VERBS = {"says", "holds", "is", "are", "was", "were", "has", "had", "have", "will", "did"}
_SHORTEST_VERB = 5  # letters of one that ends in -ed
_NEAR = 4  # words between a name and what goes with it
_FARTHEST = 12  # words between a name and its verb
Deed = tuple[str, str, str]  # who, verb, whom


@lru_cache(maxsize=4_000)
def read_deeds(text: str) -> frozenset[Deed]:
    """Who did what to whom in a plain text, as far as names stand on both sides of a verb."""
    known = {name.words[-1] for name in read_names(text).names}
    tokens = [token.removesuffix("'s") for token in _TOKEN.findall(fold(text))]
    return frozenset(
        deed
        for at, token in enumerate(tokens)
        if is_verb(token) and token not in known
        for deed in _deeds(tokens, at, known)
    )


def role_faults(case: Case) -> Iterator[Fault]:
    """A deed of the closest sentence with its two sides changed for each other."""
    theirs = read_deeds(case.closest.text)
    mine = read_deeds(case.claim.text)
    for who, verb, whom in sorted(mine - theirs):
        if (whom, verb, who) in theirs and (whom, verb, who) not in mine:
            one, other = who.capitalize(), whom.capitalize()
            yield Fault(f"The claim has {one} and {other} the other way round.", conflict=True)


def exchanged_faults(case: Case) -> Iterator[Fault]:
    """A word that goes with one name in the sentence, put to the other: *Oslo boats, Kiel said*."""
    mine = read_followed(case.claim.text) if case.is_short else frozenset()
    theirs = read_followed(case.closest.text) if mine else frozenset()
    both = {name for name, _ in mine} & {name for name, _ in theirs}
    for name, word in sorted(mine - theirs):
        owners = {other for other, theirs_too in theirs if theirs_too == word} & both
        owners -= {other for other, mine_too in mine if mine_too == word}
        if name in both and owners:
            one, other = name.capitalize(), min(owners).capitalize()
            yield Fault(f"The claim says of {one} what the source says of {other}.", conflict=True)


@lru_cache(maxsize=4_000)
def read_followed(text: str) -> frozenset[tuple[str, str]]:
    """The names of a plain text, each with the next stem of meaning in its clause."""
    known = {name.words[-1] for name in read_names(text).names}
    tokens = [token.removesuffix("'s").rsplit("-", 1)[-1] for token in _TOKEN.findall(fold(text))]
    return frozenset(
        (token, word)
        for at, token in enumerate(tokens)
        if token in known and (word := _next(tokens[at + 1 : at + 1 + _NEAR], known))
    )


def _next(tokens: list[str], known: set[str]) -> str:
    for word in tokens:
        if word in _ENDS or word in _JOINT or word == "," or word in known:
            return ""
        if stems := content_stems(word):
            return stems[0]
    return ""


def _deeds(tokens: list[str], at: int, known: set[str]) -> Iterator[Deed]:
    """The deed that a verb tells of; *said Burns* behind a comma names no one it is done to."""
    before = _nearest(tokens[max(0, at - _FARTHEST) : at][::-1], known)
    after = _nearest(tokens[at + 1 : at + 1 + _FARTHEST], known)
    verb = "".join(content_stems(tokens[at]))
    is_inverted = tokens[at - 1] == ","
    if not before or not after or before == after or verb in {"", *_SYMMETRIC} or is_inverted:
        return
    is_passive = "by" in tokens[at + 1 : at + 3]
    yield (after, verb, before) if is_passive else (before, verb, after)


def _nearest(tokens: list[str], known: set[str]) -> str:
    """The first name; none behind the end of the clause, or beyond a word that joins equals."""
    for token in tokens:
        if token in _ENDS or token in _JOINT:
            return ""
        if token in known:
            return token
    return ""


def is_verb(token: str) -> bool:
    """Whether a folded word is most likely a verb in the past, or an auxiliary."""
    if token in _NOT_VERBS:
        return False
    return (
        token in BASES
        or (len(token) >= _SHORTEST_VERB and token.endswith("ed"))
        or token in _OTHER_VERBS
    )

"""Names and dates that the claim puts in the place of the source's.

What stands beside a cited sentence may explain a name or a date that the sentence leaves out,
but not one that stands where the sentence has another.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from rag.checking.names import Name, missing_names
from rag.checking.ordinary import FUNCTION_WORDS
from rag.checking.particulars import Fault
from rag.checking.reading import Case
from rag.checking.wording import fold
from rag.checking.wording import words as words_of

_LONGEST = 12  # words that may stand in the place of others
_OWNERS = frozenset("of from in for at to with by and".split())


def replaced_name_faults(case: Case) -> Iterator[Fault]:
    """A name from another sentence, where this one has another name in the same place."""
    known = case.closest if case.is_short else case.source
    strange = missing_names(case.claim.names, known.names)
    dropped = missing_names(case.closest.names, case.claim.names)
    if not strange or not dropped:
        return
    mine = [name for name in case.claim.names.names if name.text in strange]
    theirs = [name for name in case.closest.names.names if name.text in dropped]
    for said, meant in _replacements(case):
        pairs = ((one, other) for one in mine for other in theirs)
        pair = next((p for p in pairs if _is(p[0], said) and _ends(p[1], meant)), None)
        if pair:
            yield Fault(f"The source says {pair[1].text}, not {pair[0].text}.", conflict=True)


def _replacements(case: Case) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Words of the claim, and those of the closest sentence in the same place."""
    claim, source = case.claim.words, case.closest.words
    matcher = SequenceMatcher(None, claim, source, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "replace" and end - start <= _LONGEST and last - first <= _LONGEST:
            yield claim[start:end], source[first:last]


def _is(name: Name, words: tuple[str, ...]) -> bool:
    """Whether words are (part of) a name and nothing else that carries meaning."""
    told = [word for word in words if word not in FUNCTION_WORDS]
    parts = words_of(fold(name.text))
    return bool(told) and all(word in parts for word in told)


def _ends(name: Name, words: tuple[str, ...]) -> bool:
    """Whether words are a name, or end with one that no *of* makes the name of something else."""
    if _is(name, words):
        return True
    spelled = words_of(fold(name.text))
    before = words[: -len(spelled)]
    return words[-len(spelled) :] == spelled and bool(before) and before[-1] not in _OWNERS

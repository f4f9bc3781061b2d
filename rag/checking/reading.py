"""A claim, and the sentences cited for it, read once for all the checks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checking.names import Names, read_names
from rag.checking.numbers import Quantity, read_numbers
from rag.checking.polarity import Polarity, read_polarity
from rag.checking.wording import content_stems, fold, plain, word_pairs, words
from rag.dates import Day, read_dates, read_weekdays
from rag.sentences import split_spans

_ANSWER_WORD = re.compile(r"\A\s*(?:yes|no|indeed|correct)\s*[,;:!–—]\s+(?=\w)", re.IGNORECASE)
_MOST_SENTENCES = 6
_NOT_THE_CLAIM = re.compile(r"\A\s*(?:[-*+•]|\d{1,3}[.)])\s+|\s*\[\^?\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the checks compare of a text; an empty text has an empty one."""

    text: str  # plain
    words: tuple[str, ...]
    stems: frozenset[str]
    pairs: Mapping[str, tuple[str, str]]  # neighbouring words written as one, with the two
    numbers: tuple[Quantity, ...]
    dates: tuple[Day, ...]
    weekdays: frozenset[str]
    names: Names
    polarity: Polarity

    @property
    def particulars(self) -> int:
        """How many numbers, dates, weekdays and names there are."""
        return sum(map(len, (self.numbers, self.dates, self.weekdays, self.names.names)))

    @property
    def spelled(self) -> list[tuple[str, str]]:
        """The words of meaning with their stems, in order."""
        return [(word, stem) for word in self.words for stem in content_stems(word)]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, the sentences cited for it taken together, and what stands beside those.

    ``closest`` is the one of the cited sentences that shares most words with the claim: only
    there can other words be said to contradict it.
    """

    claim: Reading
    source: Reading
    beside: Reading
    closest: Reading
    sentences: tuple[str, ...]

    @property
    def several(self) -> bool:
        """Whether more than one sentence is cited."""
        return len(self.sentences) > 1

    @property
    def is_short(self) -> bool:
        """Whether sentences are cited one by one, and not a whole text that nobody pointed into."""
        return len(self.sentences) <= _MOST_SENTENCES

    def lacks(self, verb: str, what: str) -> str:
        """Say that the source does not ``verb`` (mention, contain …) something."""
        if self.several:
            return f"None of the cited sentences {verb}s {what}."
        return f"The cited sentence does not {verb} {what}."


@lru_cache(maxsize=4_000)
def read(text: str) -> Reading:
    """Read a text; the readings of the latest texts are kept."""
    spelled = plain(text)
    folded = fold(text)
    dates, undated = read_dates(spelled)
    return Reading(
        text=spelled,
        words=words(folded),
        stems=frozenset(content_stems(folded)),
        pairs=word_pairs(folded),
        numbers=tuple(read_numbers(undated)),
        dates=tuple(dates),
        weekdays=read_weekdays(spelled),
        names=read_names(spelled),
        polarity=read_polarity(folded),
    )


def read_case(claim: str, cited: Sequence[str], neighbours: Sequence[str]) -> Case:
    """Read all that a check compares.

    List signs, footnote numbers and a "No," that answers the question are no part of a claim.
    """
    asked = read(_ANSWER_WORD.sub("", _NOT_THE_CLAIM.sub("", claim)))
    sentences = tuple(text[start:end] for text in cited for start, end in split_spans(text))
    return Case(
        claim=asked,
        source=read("\n".join(cited)),
        beside=read("\n".join(neighbours)),
        closest=read(max(sentences, key=lambda one: _shared(asked, one), default="")),
        sentences=sentences,
    )


def _shared(claim: Reading, sentence: str) -> int:
    return len(claim.stems.intersection(content_stems(fold(sentence))))


def coverage(claim: Reading, source: Reading) -> float:
    """The share of the claim's words of meaning that stand in the source, 0 to 1.

    1 when it has none, because then the particulars alone decide.
    """
    if not claim.stems:
        return 1.0
    return 1 - len(missing_stems(claim, source)) / len(claim.stems)


def missing_stems(claim: Reading, source: Reading) -> frozenset[str]:
    """The stems of the claim's words of meaning that the source does not have in any spelling."""
    lacking = claim.stems - source.stems
    if not lacking:
        return lacking
    apart = {
        word for joined in claim.pairs.keys() & {*source.words} for word in claim.pairs[joined]
    }
    together = source.pairs.keys() & {*claim.words}
    return lacking - {stem for word in apart | together for stem in content_stems(word)}

"""Words matched exactly: BM25 (Robertson and Zaragoza, 2009; in the form that Lucene uses).

Kept is what never changes: which texts of a segment hold a word, and how often. What that is worth
hangs on all texts there are, so it is worked out for the words of a question, over all segments:
as if they were one, and to the last digit what a single index would say (docs/performance.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.packed import Packed
from rag.postings import Postings

SATURATION = 1.5  # k1: how soon more of the same word stops counting
LENGTH = 0.75  # b: how much a long text has to give up
REMEMBERED = 10_000  # words of which it is remembered how many texts hold them

Numbers = NDArray[np.int32]
Holders = tuple[Numbers, NDArray[np.float32]]
"""Texts in rising order, and how often each holds a word."""


@dataclass(frozen=True, eq=False)
class Share:
    """The texts of one segment among all: text ``i`` is ``numbers[i]``, or gone where that is -1.

    Without ``numbers`` all are there, from ``first`` on.
    """

    stems: Packed
    postings: Postings
    first: int
    numbers: Numbers | None = None

    def __post_init__(self) -> None:
        """Make room to remember where words stand, each of which is looked for several times."""
        object.__setattr__(self, "place", lru_cache(REMEMBERED)(self.place))

    def place(self, stem: str) -> int | None:
        """Return the place of a word among the segment's."""
        return self.stems.find(stem)

    def holders(self, stem: str) -> Holders | None:
        """Return which of all texts hold a word; None where none of these does."""
        word = self.place(stem)
        if word is None:
            return None
        texts, counts = self.postings.holders(word)
        if self.numbers is None:
            return texts + np.int32(self.first), counts
        found = self.numbers[texts]
        return found[found >= 0], counts[found >= 0]


@dataclass(frozen=True, eq=False)
class Lexical:
    """The words of all texts; ``lengths`` (size,) is how many each has, ``shares`` are in order."""

    lengths: NDArray[np.integer]
    shares: Sequence[Share]
    room: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what each text's length costs it, and make room to remember frequencies."""
        mean = self.lengths.mean() if self.lengths.any() else 1.0
        room = SATURATION * (1 - LENGTH + LENGTH * self.lengths / mean)
        object.__setattr__(self, "room", room.astype(np.float32))
        object.__setattr__(self, "frequency", lru_cache(REMEMBERED)(self.frequency))

    def frequency(self, stem: str) -> int:
        """Return how many texts hold a word."""
        return len(self._holders(stem)[0])

    def rarity(self, stem: str) -> float:
        """Return how much a word tells, by how few texts hold it."""
        count = self.frequency(stem)
        return math.log(1 + (len(self.lengths) - count + 0.5) / (count + 0.5))

    def holds(self, stem: str, texts: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each of the texts (by number) holds a word: (len(texts),)."""
        holders, _ = self._holders(stem)
        place = np.searchsorted(holders, texts)
        inside = place < len(holders)
        inside[inside] = holders[place[inside]] == texts[inside]
        return inside

    def scores(self, stems: Sequence[str]) -> NDArray[np.float32]:
        """Return the score of every text for the words of a question: (size,), 0 for none."""
        total = np.zeros(len(self.lengths), np.float32)
        for stem in stems:
            texts, counts = self._holders(stem)
            rarity = np.float32(self.rarity(stem))
            total[texts] += rarity * counts / (counts + self.room[texts])
        return total

    def _holders(self, stem: str) -> Holders:
        found = [one for share in self.shares if (one := share.holders(stem)) is not None]
        if len(found) == 1:
            return found[0]
        if not found:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        texts, counts = zip(*found, strict=True)
        return np.concatenate(texts), np.concatenate(counts)

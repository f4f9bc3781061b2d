"""Words matched exactly: BM25 (Robertson and Zaragoza, 2009; in the form that Lucene uses).

What a word is worth in a text is worked out once, as bm25s does (Xing Han Lù, arXiv:2407.03618);
a question then only adds up. Built here with one sort of numbers, because a million sentences
are opened with every process (docs/performance.md has the comparison with the library).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SATURATION = 1.5  # k1: how soon more of the same word stops counting
LENGTH = 0.75  # b: how much a long text has to give up
TEXTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Lexical:
    """What every word is worth in every text that holds it.

    Word ``w`` is held by ``texts[starts[w]:starts[w + 1]]``, in rising order, and is worth the
    same stretch of ``worth`` there. ``size`` is how many texts there are.
    """

    size: int
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    worth: NDArray[np.float32]

    def frequency(self, word: int | None) -> int:
        """Return how many texts hold a word."""
        return 0 if word is None else int(self.starts[word + 1] - self.starts[word])

    def rarity(self, word: int | None) -> float:
        """Return how much a word tells, by how few texts hold it."""
        count = self.frequency(word)
        return math.log(1 + (self.size - count + 0.5) / (count + 0.5))

    def holds(self, word: int, texts: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each of the texts (by number) holds a word: (len(texts),)."""
        holders = self.texts[self._stretch(word)]
        place = np.searchsorted(holders, texts)
        inside = place < len(holders)
        inside[inside] = holders[place[inside]] == texts[inside]
        return inside

    def scores(self, words: Sequence[int]) -> NDArray[np.float32]:
        """Return the score of every text for the words of a question: (size,), 0 for none."""
        total = np.zeros(self.size, np.float32)
        for word in words:
            stretch = self._stretch(word)
            total[self.texts[stretch]] += self.worth[stretch]
        return total

    def _stretch(self, word: int) -> slice:
        return slice(self.starts[word], self.starts[word + 1])


def build_lexical(
    tokens: NDArray[np.int32], first: NDArray[np.int64], end: NDArray[np.int64], words: int
) -> Lexical:
    """Index texts given as stretches of one row of word numbers, which may overlap.

    Text ``i`` is ``tokens[first[i]:end[i]]``; ``words`` is how many different words there are.
    """
    size, lengths = len(first), end - first
    pairs = _pairs(tokens, first, lengths)
    pairs.sort()
    fresh = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.diff(fresh, append=len(pairs)).astype(np.float32)
    pairs = pairs[fresh]
    texts = (pairs % max(1, size)).astype(np.int32)
    pairs //= max(1, size)  # from here on the words
    holders = np.bincount(pairs, minlength=words)
    rarity = np.log(1 + (size - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    mean = lengths.mean() if lengths.any() else 1.0
    room = (SATURATION * (1 - LENGTH + LENGTH * lengths / mean)).astype(np.float32)
    worth = rarity[pairs] * counts / (counts + room[texts])
    return Lexical(size, np.concatenate([[0], np.cumsum(holders)]), texts, worth)


def _pairs(
    tokens: NDArray[np.int32], first: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Every word of every text as word × number of texts + text, some texts at a time."""
    pairs = np.empty(lengths.sum(), np.int64)
    done = 0
    for start in range(0, len(first), TEXTS_AT_ONCE):
        part = slice(start, start + TEXTS_AT_ONCE)
        count = lengths[part]
        text = np.repeat(np.arange(start, start + len(count)), count)
        inside = np.arange(len(text)) - np.repeat(np.cumsum(count) - count, count)
        place = inside + np.repeat(first[part], count)
        pairs[done : done + len(text)] = tokens[place].astype(np.int64) * len(first) + text
        done += len(text)
    return pairs

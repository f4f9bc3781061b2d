"""Which texts hold a word, and how often: built by one sort, and put together without reading."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TEXTS_AT_ONCE = 20_000
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Word ``w`` is held by ``texts[starts[w]:starts[w + 1]]``, in rising order.

    It comes as often as the same stretch of ``counts`` says; ``lengths`` are the words that each
    text has.
    """

    starts: NDArray[np.int64]
    texts: Numbers
    counts: NDArray[np.float32]
    lengths: Numbers

    def holders(self, word: int) -> tuple[Numbers, NDArray[np.float32]]:
        """Return the texts that hold a word, and how often each does."""
        stretch = slice(self.starts[word], self.starts[word + 1])
        return self.texts[stretch], self.counts[stretch]


@dataclass(frozen=True, slots=True, eq=False)
class Renumbered:
    """Postings whose words and texts get other numbers; -1 is that of a text which goes.

    The numbers of the words rise as the words do, and so do those of the texts.
    """

    postings: Postings
    words: Numbers
    texts: Numbers


def build_postings(
    tokens: Numbers, first: NDArray[np.int64], end: NDArray[np.int64], words: int
) -> Postings:
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
    return Postings(_starts(pairs, words), texts, counts, lengths.astype(np.int32))


def merge_postings(parts: Sequence[Renumbered], words: int) -> Postings:
    """Put postings together; the texts of each part come behind those of the one before."""
    held = [np.repeat(part.words, np.diff(part.postings.starts))[_stays(part)] for part in parts]
    texts = [part.texts[part.postings.texts][_stays(part)] for part in parts]
    counts = [part.postings.counts[_stays(part)] for part in parts]
    lengths = [part.postings.lengths[part.texts >= 0] for part in parts]
    word = np.concatenate(held)
    order = np.argsort(word, kind="stable")  # of rows that are in order: they are only merged
    return Postings(
        _starts(word, words),
        np.concatenate(texts)[order],
        np.concatenate(counts)[order],
        np.concatenate(lengths),
    )


def _stays(part: Renumbered) -> NDArray[np.bool_]:
    stays: NDArray[np.bool_] = part.texts[part.postings.texts] >= 0
    return stays


def _starts(words: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    ends = np.cumsum(np.bincount(words, minlength=count))
    return np.concatenate([[0], ends]).astype(np.int64)


def _pairs(
    tokens: Numbers, first: NDArray[np.int64], lengths: NDArray[np.int64]
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

"""Words matched exactly: BM25 over stemmed words (bm25s; Xing Han Lù, arXiv:2407.03618)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts without spaces: a sign is a word
    r"|\d+(?:[.,]\d+)*"  # 1,057 is one word, and the same one as 1057
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
STOP_WORDS = frozenset(STOPWORDS_EN) | frozenset(
    """about all also am any been being can could did do does doing done from had has have having
    he her hers him his how i its just me my of our please she should so tell than them those was
    we were what when where which who whom whose why would you your""".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words seen so far, each form stemmed once and numbered; it only grows."""

    numbers: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)

    def learn(self, text: str) -> list[int]:
        """Return the numbers of the words of a text, stop words left out."""
        numbers = []
        for word in WORD.findall(text.lower()):
            number = self.forms.get(word)
            if number is None:
                number = self._number(word)
            if number >= 0:
                numbers.append(number)
        return numbers

    def known(self, text: str) -> list[int]:
        """Return the numbers of those words of a text that were learnt."""
        stems = content_stems(text)
        return [self.numbers[stem] for stem in stems if stem in self.numbers]

    def _number(self, word: str) -> int:
        stem = stem_of(word)
        number = self.numbers.setdefault(stem, len(self.numbers)) if stem else -1
        self.forms[word] = number
        return number


def content_stems(text: str) -> list[str]:
    """Return the stems of the words of a text that carry meaning, in order."""
    stems = (stem_of(word) for word in WORD.findall(text.lower()))
    return [stem for stem in stems if stem]


def stem_of(word: str) -> str:
    """Return a lower-case word's stem; nothing for a stop word."""
    if word in STOP_WORDS:
        return ""
    if word[0].isdigit():
        return word.replace(",", "")
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 over numbered texts."""

    size: int
    index: bm25s.BM25 | None

    def frequency(self, word: int | None) -> int:
        """Return how many texts hold a word."""
        if self.index is None or word is None:
            return 0
        starts = self.index.scores["indptr"]
        return int(starts[word + 1] - starts[word])

    def scores(self, words: Sequence[int]) -> NDArray[np.float32]:
        """Return the score of every text for the words of a question: (size,), 0 for none."""
        if self.index is None or not words:
            return np.zeros(self.size, np.float32)
        return np.asarray(self.index.get_scores_from_ids(list(words)), np.float32)


def build_lexical(texts: Sequence[Sequence[int]], vocabulary: Vocabulary) -> Lexical:
    """Index texts given as word numbers."""
    if not any(texts):
        return Lexical(len(texts), None)
    index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    index.index((texts, dict(vocabulary.numbers)), show_progress=False, create_empty_token=False)
    return Lexical(len(texts), index)

"""The words of texts: stemmed, numbered, stop words left out."""

import re
from dataclasses import dataclass, field
from functools import cache

import Stemmer

WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts without spaces: a sign is a word
    r"|\d+(?:[.,]\d+)*"  # 1,057 is one word, and the same one as 1057
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
STOP_WORDS = frozenset(
    """a about all also am an and any are as at be been being but by can could did do does doing
    done for from had has have having he her hers him his how i if in into is it its just many me
    much my no not of on or our please she should so such than that the their them then there
    these they this those to was we were what when where which who whom whose why will with would
    you your""".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words seen so far, each form stemmed once and numbered; it only grows."""

    numbers: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)

    def learn(self, text: str) -> list[int]:
        """Return the numbers of the words of a text, stop words left out."""
        words = WORD.findall(text.lower())
        numbers = list(map(self.forms.get, words))
        if None in numbers:
            numbers = [self._number(word) for word in words]
        return [number for number in numbers if number is not None and number >= 0]

    def _number(self, word: str) -> int:
        if word not in self.forms:
            stem = stem_of(word)
            self.forms[word] = self.numbers.setdefault(stem, len(self.numbers)) if stem else -1
        return self.forms[word]


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

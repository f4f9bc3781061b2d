"""A claim that is right, what there is to make it wrong with, and the form of what does so.

A swap takes a claim and the stock of its document set and yields wrong versions of the claim.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with the sentence cited for it and the texts beside that one.

    ``support`` says whether it is cited to ``itself`` or to ``other words``.
    """

    text: str
    cited: str
    neighbours: tuple[str, ...]
    support: str
    document: str

    def holds(self, words: str) -> bool:
        """Whether the claim or the cited sentence has these words."""
        return holds(words, self.text) or holds(words, self.cited)

    def shares(self, words: str) -> bool:
        """Whether the claim has these words from the cited sentence."""
        return holds(words, self.text) and holds(words, self.cited)


@dataclass(frozen=True, slots=True)
class Stock:
    """What a document set has to swap: its numbers, its days and its names by kind."""

    numbers: tuple[str, ...]
    days: tuple[tuple[int, int], ...]  # month and day of the month
    names: tuple[tuple[str, ...], ...]


Swap = Callable[[Claim, Stock], Iterator[str]]


def put(text: str, found: re.Match[str], new: str) -> str:
    """The text with something else in the place of a match."""
    return text[: found.start()] + new + text[found.end() :]


def holds(words: str, text: str) -> bool:
    """Whether a text has these words, as whole words."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(words, at + 1)
    return False

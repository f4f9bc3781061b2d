"""A segment: some documents with all that a question needs of them, which never changes.

Documents that are added make another segment, documents that go are only no longer counted
(``Part``). So a change costs what it is itself, and a segment can lie in a file that is mapped.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.packed import Packed
from rag.postings import Postings

TEXTS_AT_HAND = 32  # read lately, of each segment


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a document beside its text; ``hash`` is of the bytes it was read from."""

    key: int
    hash: str
    id: str
    title: str
    date: dt.date | None
    tags: tuple[str, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Segment:
    """Documents, their sentences and their passages, numbered through from 0.

    Document ``d`` has the sentences ``first_sentences[d]`` up to those of the next one, (d + 1,);
    the same of passages. ``bounds`` (n, 2) are offsets into the document's text, ``vectors``
    (n, dimension), ``windows`` (p, 2) the first and last sentence of each passage. ``stems`` are
    in the order of their bytes. ``file`` is where all this lies, if not in memory.
    """

    documents: tuple[Described, ...]
    first_sentences: NDArray[np.int64]
    first_passages: NDArray[np.int64]
    bounds: NDArray[np.int32]
    vectors: NDArray[np.float16]
    is_heading: NDArray[np.bool_]
    windows: NDArray[np.int32]
    passage_vectors: NDArray[np.float32]
    stems: Packed
    sentence_words: Postings
    passage_words: Postings
    texts: Packed
    file: Path | None = None

    def text(self, place: int) -> str:
        """Return the text of a document."""
        return self._text(place)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """The keys of the documents: (d,)."""
        return np.array([one.key for one in self.documents], np.int64)

    @cached_property
    def _text(self) -> Callable[[int], str]:
        texts = self.texts
        return lru_cache(TEXTS_AT_HAND)(lambda place: texts[place].decode())


@dataclass(frozen=True, eq=False)
class Part:
    """A segment with those of its documents that are there: ``alive`` (d,)."""

    segment: Segment
    alive: NDArray[np.bool_]

    @cached_property
    def sentences(self) -> int:
        """How many sentences are there."""
        return int(np.diff(self.segment.first_sentences)[self.alive].sum())

    @cached_property
    def alive_sentences(self) -> NDArray[np.bool_]:
        """Whether each sentence is there."""
        return np.repeat(self.alive, np.diff(self.segment.first_sentences))

    @cached_property
    def alive_passages(self) -> NDArray[np.bool_]:
        """Whether each passage is there."""
        return np.repeat(self.alive, np.diff(self.segment.first_passages))

    @property
    def is_whole(self) -> bool:
        """Whether every document is there."""
        return bool(self.alive.all())

    @cached_property
    def keys(self) -> list[int]:
        """The keys of the documents that are there."""
        found: list[int] = self.segment.keys[self.alive].tolist()
        return found

    def among(self, keys: Collection[int]) -> "Part":
        """Leave those documents out that have none of the keys."""
        there = np.fromiter((key in keys for key in self.segment.keys.tolist()), np.bool_)
        return self if there[self.alive].all() else replace(self, alive=self.alive & there)


def whole(segment: Segment) -> Part:
    """All documents of a segment."""
    return Part(segment, np.ones(len(segment.documents), np.bool_))


def places(alive: NDArray[np.bool_], first: int = 0) -> NDArray[np.int32]:
    """Number what is there from ``first`` on; what is not gets -1."""
    return np.where(alive, np.cumsum(alive) - 1 + first, -1).astype(np.int32)

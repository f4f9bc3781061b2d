"""Everything that a question needs, as the ledger was at one revision.

Small tables are held in memory; texts, vectors and words stay in the segments they are read from
(``rag.segment``), which several snapshots share, and which may be files.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.lexical import Lexical
from rag.pages import pages_of
from rag.rows import Rows
from rag.segment import Segment
from rag.types import Sentence
from rag.vocabulary import content_stems


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document of a snapshot; its sentences are ``first_sentence`` … in the numbering there."""

    key: int
    id: str
    title: str
    date: dt.date | None
    first_sentence: int
    tags: frozenset[str]
    pages: tuple[int, ...]
    segment: Segment = field(compare=False, repr=False)
    place: int = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The canonical text, read from the segment."""
        return self.segment.text(self.place)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Sentences and passages of all documents, numbered through.

    ``bounds`` (n, 2) int32 offsets, ``owner`` (n,) the document of each sentence, ``vectors``
    (n, dimension) float16, ``is_heading`` (n,) bool; ``windows`` (p, 2) int32, the first and
    last sentence of each passage, ``passage_vectors`` (p, dimension) float32.
    """

    revision: str
    documents: tuple[HeldDocument, ...]
    bounds: NDArray[np.int32]
    owner: NDArray[np.int32]
    vectors: Rows
    is_heading: NDArray[np.bool_]
    windows: NDArray[np.int32]
    passage_vectors: Rows
    sentence_words: Lexical
    passage_words: Lexical

    def known_stems(self, text: str) -> list[str]:
        """Return the stems of those words of a text that some document holds, in order."""
        frequency = self.sentence_words.frequency
        return [stem for stem in content_stems(text) if frequency(stem)]

    def sentence(self, number: int) -> Sentence:
        """Return a sentence by its number in this snapshot."""
        document = self.documents[self.owner[number]]
        start, end = self.bounds[number].tolist()
        return Sentence(
            document.id,
            number - document.first_sentence,
            start,
            end,
            document.text[start:end],
            pages_of(document.pages, start, end),
        )

    def numbers_of(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of sentences by their public names (``Sentence.id``), each once."""
        parts = (name.rsplit("#", 1) for name in names)
        return list(
            dict.fromkeys(self.by_id[name].first_sentence + int(number) for name, number in parts)
        )

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """The (n,) lengths of the sentences in characters."""
        return self.bounds[:, 1] - self.bounds[:, 0]

    @cached_property
    def first_sentences(self) -> NDArray[np.int64]:
        """The (d,) numbers of the documents' first sentences."""
        return np.array([document.first_sentence for document in self.documents], np.int64)

    @cached_property
    def passage_owner(self) -> NDArray[np.int32]:
        """The (p,) documents of the passages."""
        return self.owner[self.windows[:, 0]]

    @cached_property
    def passage_number(self) -> Mapping[tuple[int, int, int], int]:
        """The numbers of the passages by key of the document, first and last sentence in it."""
        return PassageNumbers(self)

    def vectors_of(self, passages: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the unit vectors of some passages."""
        return self.passage_vectors[passages].astype(np.float32, copy=False)

    def near_of(
        self, keys: Iterable[int], vector: NDArray[np.float32], count: int
    ) -> list[tuple[int, int, int]]:
        """Return (key, first, last) of the passages of some documents that are nearest."""
        owners = [self.by_key[key] for key in keys if key in self.by_key]
        passages = np.flatnonzero(np.isin(self.passage_owner, owners))
        likeness = self.vectors_of(passages) @ vector
        best = passages[np.argsort(-likeness, kind="stable")[:count]]
        return [self.name_of(int(passage)) for passage in best]

    def name_of(self, passage: int) -> tuple[int, int, int]:
        """Return the name of a passage in ``passage_number``."""
        document = self.documents[self.passage_owner[passage]]
        first, last = (self.windows[passage] - document.first_sentence).tolist()
        return document.key, first, last

    @cached_property
    def by_key(self) -> Mapping[int, int]:
        """The places of the documents by their keys."""
        return {document.key: place for place, document in enumerate(self.documents)}

    @cached_property
    def by_id(self) -> Mapping[str, HeldDocument]:
        """The documents by their public names."""
        return {document.id: document for document in self.documents}


@dataclass(frozen=True, eq=False)
class PassageNumbers(Mapping[tuple[int, int, int], int]):
    """Looks a passage up among the windows, which are in order; nothing is held beside them."""

    snapshot: Snapshot

    def __getitem__(self, name: tuple[int, int, int]) -> int:
        """Return the number of a passage; raises KeyError where there is none of this name."""
        key, first, last = name
        snapshot = self.snapshot
        place = snapshot.by_key[key]
        start = snapshot.documents[place].first_sentence
        window = start + first, start + last
        number = int(np.searchsorted(snapshot.windows[:, 0], window[0]))
        if number < len(self) and tuple(snapshot.windows[number].tolist()) == window:
            return number
        raise KeyError(name)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Go through the names of all passages."""
        return map(self.snapshot.name_of, range(len(self)))

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.snapshot.windows)

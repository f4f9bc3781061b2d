"""Everything that a question needs, read from the ledger at one revision and held in memory."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.lexical import Lexical
from rag.pages import pages_of
from rag.passages import sum_vectors
from rag.types import Sentence
from rag.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document in memory; its sentences are ``first_sentence`` … in the snapshot's numbering."""

    key: int
    id: str
    title: str
    date: dt.date | None
    text: str
    first_sentence: int
    tags: frozenset[str] = frozenset()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Sentences and passages of all documents, numbered through.

    ``bounds`` (n, 2) int32 offsets, ``owner`` (n,) the document of each sentence, ``vectors``
    (n, dimension) float16, ``is_heading`` (n,) bool; ``windows`` (p, 2) int32, the first and
    last sentence of each passage. ``words`` are the numbers of the words of all sentences, one
    behind the other; those of sentence ``i`` are ``word_ends[i]:word_ends[i + 1]`` of them.
    """

    revision: str
    documents: tuple[HeldDocument, ...]
    bounds: NDArray[np.int32]
    owner: NDArray[np.int32]
    vectors: NDArray[np.float16]
    is_heading: NDArray[np.bool_]
    windows: NDArray[np.int32]
    passage_number: Mapping[tuple[int, int, int], int]
    vocabulary: Vocabulary
    words: NDArray[np.int32]
    word_ends: NDArray[np.int64]
    sentence_words: Lexical
    passage_words: Lexical

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
    def passage_vectors(self) -> NDArray[np.float32]:
        """The (p, dimension) unit vectors of all passages, for exact search."""
        return self.vectors_of(np.arange(len(self.windows)))

    def vectors_of(self, passages: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the unit vectors of some passages, as sums of their sentences' vectors."""
        return sum_vectors(self.vectors, self.lengths, self.windows[passages].tolist())

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

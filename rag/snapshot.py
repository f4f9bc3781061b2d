"""Everything that a question needs, read from the ledger at one revision and held in memory."""

import datetime as dt
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.ledger.rows import Record
from rag.lexical import Lexical, build_lexical
from rag.pages import pages_of
from rag.passages import sum_vectors, window_bounds
from rag.sentences import is_heading
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
    last sentence of each passage.
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

    @cached_property
    def by_id(self) -> Mapping[str, HeldDocument]:
        """The documents by their public names."""
        return {document.id: document for document in self.documents}


def take_snapshot(
    records: Iterable[Record], revision: str, dimension: int, sentences: int = 0
) -> Snapshot:
    """Read all documents into memory and index their words.

    ``sentences`` is how many there will be, so that memory is taken once; a guess will do.
    """
    filling = Filling(dimension, sentences)
    for record in records:
        filling.add(record)
    return filling.snapshot(revision)


class Filling:
    """A snapshot in the making: documents are added one by one and their records let go."""

    def __init__(self, dimension: int, sentences: int) -> None:
        self._documents: list[HeldDocument] = []
        self._bounds = np.zeros((sentences, 2), np.int32)
        self._vectors = np.zeros((sentences, dimension), np.float16)
        self._counts: list[int] = []
        self._windows: list[tuple[int, int]] = []
        self._names: dict[tuple[int, int, int], int] = {}
        self._headings = bytearray()
        self._vocabulary = Vocabulary()
        self._words = array("i")  # of all sentences, one after the other
        self._word_ends = array("q", [0])

    def add(self, record: Record) -> None:
        """Take in a document."""
        first = len(self._headings)
        end = first + len(record.bounds)
        self._documents.append(_held(record, first))
        self._counts.append(len(record.bounds))
        self._bounds = _room_for(self._bounds, end)
        self._vectors = _room_for(self._vectors, end)
        self._bounds[first:end] = record.bounds
        self._vectors[first:end] = record.vectors
        for start, stop in record.bounds.tolist():
            self._read(record.document.text[start:stop])
        for window in window_bounds(record.bounds):
            self._names[record.key, *window] = len(self._windows)
            self._windows.append((first + window[0], first + window[1]))

    def _read(self, text: str) -> None:
        self._headings.append(is_heading(text))
        self._words.extend(self._vocabulary.learn(text))
        self._word_ends.append(len(self._words))

    def snapshot(self, revision: str) -> Snapshot:
        """Return what was added; nothing can be added afterwards."""
        size = len(self._headings)
        words = np.frombuffer(self._words, np.int32)
        ends = np.frombuffer(self._word_ends, np.int64)
        windows = np.array(self._windows, np.int32).reshape(-1, 2)
        different = len(self._vocabulary.numbers)
        owners = np.arange(len(self._documents), dtype=np.int32)
        return Snapshot(
            revision=revision,
            documents=tuple(self._documents),
            bounds=self._bounds[:size],
            owner=np.repeat(owners, self._counts),
            vectors=self._vectors[:size],
            is_heading=np.frombuffer(self._headings, np.bool_),
            windows=windows,
            passage_number=self._names,
            vocabulary=self._vocabulary,
            sentence_words=build_lexical(words, ends[:-1], ends[1:], different),
            passage_words=build_lexical(
                words, ends[windows[:, 0]], ends[windows[:, 1] + 1], different
            ),
        )


Rows = TypeVar("Rows", NDArray[np.int32], NDArray[np.float16])


def _room_for(rows: Rows, size: int) -> Rows:
    """The same rows, with room for so many; twice as much when it must grow."""
    if size <= len(rows):
        return rows
    grown: Rows = np.zeros((max(size, 2 * len(rows)), rows.shape[1]), rows.dtype)
    grown[: len(rows)] = rows
    return grown


def _held(record: Record, first_sentence: int) -> HeldDocument:
    document = record.document
    return HeldDocument(
        record.key,
        document.id,
        document.title,
        document.date,
        document.text,
        first_sentence,
        frozenset(document.tags),
        document.pages,
    )

"""Everything that a question needs, read from the ledger at one revision and held in memory."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.ledger.rows import Record
from rag.lexical import Lexical, Vocabulary, build_lexical
from rag.passages import sum_vectors, window_bounds
from rag.sentences import is_heading
from rag.types import Sentence


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document in memory; its sentences are ``first_sentence`` … in the snapshot's numbering."""

    key: int
    id: str
    title: str
    date: dt.date | None
    text: str
    first_sentence: int


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
            document.id, number - document.first_sentence, start, end, document.text[start:end]
        )

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """The (n,) lengths of the sentences in characters."""
        return self.bounds[:, 1] - self.bounds[:, 0]

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


def take_snapshot(records: Iterable[Record], revision: str, dimension: int) -> Snapshot:
    """Read all documents into memory and index their words."""
    documents: list[HeldDocument] = []
    bounds: list[NDArray[np.int32]] = [np.zeros((0, 2), np.int32)]
    vectors: list[NDArray[np.float16]] = [np.zeros((0, dimension), np.float16)]
    windows: list[tuple[int, int]] = []
    names: dict[tuple[int, int, int], int] = {}
    words: list[list[int]] = []
    headings: list[bool] = []
    vocabulary = Vocabulary()
    for record in records:
        first = len(words)
        documents.append(_held(record, first))
        bounds.append(record.bounds)
        vectors.append(record.vectors)
        texts = [record.document.text[a:b] for a, b in record.bounds.tolist()]
        words += [vocabulary.learn(text) for text in texts]
        headings += [is_heading(text) for text in texts]
        for window in window_bounds(record.bounds):
            names[record.key, *window] = len(windows)
            windows.append((first + window[0], first + window[1]))
    return Snapshot(
        revision=revision,
        documents=tuple(documents),
        bounds=np.concatenate(bounds),
        owner=np.repeat(np.arange(len(documents), dtype=np.int32), [len(b) for b in bounds[1:]]),
        vectors=np.concatenate(vectors),
        is_heading=np.array(headings, np.bool_),
        windows=np.array(windows, np.int32).reshape(-1, 2),
        passage_number=names,
        vocabulary=vocabulary,
        sentence_words=build_lexical(words, vocabulary),
        passage_words=build_lexical(_joined(words, windows), vocabulary),
    )


def _held(record: Record, first_sentence: int) -> HeldDocument:
    document = record.document
    return HeldDocument(
        record.key, document.id, document.title, document.date, document.text, first_sentence
    )


def _joined(words: Sequence[list[int]], windows: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [
        [word for sentence in words[first : last + 1] for word in sentence]
        for first, last in windows
    ]

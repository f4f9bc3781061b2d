"""A segment is filled with documents as the ledger has them."""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from rag.ledger.rows import Record
from rag.packed import Packed, packed
from rag.passages import sum_vectors, window_bounds
from rag.postings import build_postings
from rag.segment import Described, Segment
from rag.sentences import is_heading
from rag.vocabulary import Vocabulary


def fill_segments(records: Iterable[Record], dimension: int, largest: int) -> Iterator[Segment]:
    """Make segments of documents, in their order, none much larger than so many sentences."""
    filling = Filling(dimension)
    for record in records:
        filling.add(record)
        if filling.sentences >= largest:
            yield filling.segment()
            filling = Filling(dimension)
    if filling.documents:
        yield filling.segment()


class Filling:
    """A segment in the making: documents are added one by one."""

    def __init__(self, dimension: int) -> None:
        self.documents: list[Described] = []
        self._texts: list[bytes] = []
        self._sentences, self._passages = [0], [0]
        self._bounds = [np.zeros((0, 2), np.int32)]
        self._vectors = [np.zeros((0, dimension), np.float16)]
        self._windows: list[tuple[int, int]] = []
        self._passage_vectors = [np.zeros((0, dimension), np.float32)]
        self._headings = bytearray()
        self._vocabulary = Vocabulary()
        self._words = array("i")  # of all sentences, one after the other
        self._word_ends = array("q", [0])

    @property
    def sentences(self) -> int:
        """How many sentences there are so far."""
        return len(self._headings)

    def add(self, record: Record) -> None:
        """Take in a document."""
        first, text, bounds = self.sentences, record.document.text, record.bounds
        self.documents.append(_described(record))
        self._texts.append(text.encode())
        for start, stop in bounds.tolist():
            self._read(text[start:stop])
        windows = window_bounds(bounds)
        self._windows += [(first + one, first + other) for one, other in windows]
        lengths = bounds[:, 1] - bounds[:, 0]
        self._passage_vectors.append(sum_vectors(record.vectors, lengths, windows))
        self._bounds.append(bounds)
        self._vectors.append(record.vectors.reshape(len(bounds), -1)[:, : self._dimension])
        self._sentences.append(self.sentences)
        self._passages.append(len(self._windows))

    @property
    def _dimension(self) -> int:
        return int(self._vectors[0].shape[1])

    def _read(self, text: str) -> None:
        self._headings.append(is_heading(text))
        self._words.extend(self._vocabulary.learn(text))
        self._word_ends.append(len(self._words))

    def segment(self) -> Segment:
        """Return what was added; nothing can be added afterwards."""
        windows = np.array(self._windows, np.int32).reshape(-1, 2)
        ends = np.frombuffer(self._word_ends, np.int64)
        stems, words = _in_order(self._vocabulary, np.frombuffer(self._words, np.int32))
        return Segment(
            documents=tuple(self.documents),
            first_sentences=np.array(self._sentences, np.int64),
            first_passages=np.array(self._passages, np.int64),
            bounds=np.concatenate(self._bounds),
            vectors=np.concatenate(self._vectors),
            is_heading=np.frombuffer(self._headings, np.bool_),
            windows=windows,
            passage_vectors=np.concatenate(self._passage_vectors),
            stems=stems,
            sentence_words=build_postings(words, ends[:-1], ends[1:], len(stems)),
            passage_words=build_postings(
                words, ends[windows[:, 0]], ends[windows[:, 1] + 1], len(stems)
            ),
            texts=packed(self._texts),
        )


def _in_order(vocabulary: Vocabulary, words: NDArray[np.int32]) -> tuple[Packed, NDArray[np.int32]]:
    """The stems in the order of their bytes, and the words in numbers of that order."""
    stems = [stem.encode() for stem in vocabulary.numbers]
    order = sorted(range(len(stems)), key=stems.__getitem__)
    rank = np.zeros(len(stems), np.int32)
    rank[order] = np.arange(len(stems), dtype=np.int32)
    return packed(stems[place] for place in order), rank[words]


def _described(record: Record) -> Described:
    document = record.document
    return Described(
        record.key,
        record.hash,
        document.id,
        document.title,
        document.date,
        tuple(document.tags),
        tuple(document.pages),
    )

"""A snapshot is filled from the ledger: all of it, or what has changed since another was taken."""

from array import array
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import compress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.ledger.rows import Record
from rag.lexical import build_lexical
from rag.passages import window_bounds
from rag.sentences import is_heading
from rag.snapshot import HeldDocument, Snapshot
from rag.vocabulary import Vocabulary


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


def renew_snapshot(
    old: Snapshot, keys: Collection[int], new: Iterable[Record], revision: str
) -> Snapshot:
    """Return those documents of a snapshot that have one of ``keys``, and the new ones behind them.

    It is the snapshot that would be taken afresh, for the work that the new documents make: keys
    only grow, so that they come last there too. The old one stays as it is for those who read it.
    """
    filling = Filling(old.vectors.shape[1], 0)
    filling.take_over(old, np.array([one.key in keys for one in old.documents], np.bool_))
    for record in new:
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

    def take_over(self, old: Snapshot, stays: NDArray[np.bool_]) -> None:
        """Begin with those documents of a snapshot that stay: (documents,)."""
        sentences, passages = stays[old.owner], stays[old.passage_owner]
        lengths = np.diff(old.word_ends)
        kept = old.words[np.repeat(sentences, lengths)]
        self._vocabulary, kept = _still_used(old.vocabulary, kept)
        self._words.frombytes(kept.tobytes())
        self._word_ends.frombytes(np.cumsum(lengths[sentences], dtype=np.int64).tobytes())
        self._bounds, self._vectors = old.bounds[sentences], old.vectors[sentences]
        self._headings = bytearray(old.is_heading[sentences].tobytes())
        # where each sentence stands from now on
        place: NDArray[np.int64] = np.cumsum(sentences) - sentences
        self._windows = [(one[0], one[1]) for one in place[old.windows[passages]].tolist()]
        self._names = {
            name: number for number, name in enumerate(compress(old.passage_number, passages))
        }
        self._documents = [
            replace(one, first_sentence=int(place[one.first_sentence]))
            for one in compress(old.documents, stays)
        ]
        self._counts = np.bincount(old.owner, minlength=len(stays))[stays].tolist()

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
            words=words,
            word_ends=ends,
            sentence_words=build_lexical(words, ends[:-1], ends[1:], different),
            passage_words=build_lexical(
                words, ends[windows[:, 0]], ends[windows[:, 1] + 1], different
            ),
        )


def _still_used(
    vocabulary: Vocabulary, words: NDArray[np.int32]
) -> tuple[Vocabulary, NDArray[np.int32]]:
    """A vocabulary of the words that are left, numbered anew, and those words in its numbers."""
    used = np.bincount(words, minlength=len(vocabulary.numbers)) > 0
    if used.all():
        return Vocabulary(dict(vocabulary.numbers), dict(vocabulary.forms)), words
    number = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    stays = number.tolist()
    numbers = {stem: stays[old] for stem, old in vocabulary.numbers.items() if used[old]}
    forms = {
        form: stays[old] if old >= 0 else old
        for form, old in vocabulary.forms.items()
        if old < 0 or used[old]
    }
    return Vocabulary(numbers, forms), number[words]


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

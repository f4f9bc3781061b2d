"""A snapshot is put together out of segments: numbers are handed out, nothing large is copied."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.filling import fill_segments
from rag.ledger.rows import Record
from rag.lexical import Lexical, Share
from rag.postings import Postings
from rag.rows import Rows
from rag.segment import Described, Part, Segment, places, whole
from rag.snapshot import HeldDocument, Snapshot


def take_snapshot(records: Iterable[Record], revision: str, dimension: int) -> Snapshot:
    """Read all documents into memory."""
    segments = fill_segments(records, dimension, largest=2**31)
    return assemble([whole(one) for one in segments], revision, dimension)


def assemble(parts: Sequence[Part], revision: str, dimension: int) -> Snapshot:
    """Number the documents, sentences and passages of some parts through, in their order."""
    counts = [np.diff(part.segment.first_sentences)[part.alive] for part in parts]
    lengths = _joined(counts, np.int64)
    firsts = np.cumsum(lengths) - lengths
    sentences = [part.alive_sentences for part in parts]
    passages = [part.alive_passages for part in parts]
    return Snapshot(
        revision=revision,
        documents=tuple(_documents(parts, firsts.tolist())),
        bounds=_kept([part.segment.bounds for part in parts], sentences, np.int32, 2),
        owner=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        vectors=_rows([part.segment.vectors for part in parts], sentences, dimension),
        is_heading=_kept([part.segment.is_heading for part in parts], sentences, np.bool_),
        windows=_windows(parts),
        passage_vectors=_rows(
            [part.segment.passage_vectors for part in parts], passages, dimension
        ),
        sentence_words=_lexical(parts, [one.segment.sentence_words for one in parts], sentences),
        passage_words=_lexical(parts, [one.segment.passage_words for one in parts], passages),
    )


def _documents(parts: Sequence[Part], firsts: Sequence[int]) -> Iterable[HeldDocument]:
    every = ((part.segment, int(place)) for part in parts for place in np.flatnonzero(part.alive))
    for (segment, place), first in zip(every, firsts, strict=True):
        yield _held(segment.documents[place], first, segment, place)


def _held(one: Described, first: int, segment: Segment, place: int) -> HeldDocument:
    return HeldDocument(
        one.key, one.id, one.title, one.date, first, frozenset(one.tags), one.pages, segment, place
    )


def _windows(parts: Sequence[Part]) -> NDArray[np.int32]:
    """The windows in the numbers that the sentences have now."""
    found = [np.zeros((0, 2), np.int32)]
    first = 0
    for part in parts:
        number = places(part.alive_sentences, first)
        found.append(number[part.segment.windows[part.alive_passages]].reshape(-1, 2))
        first += part.sentences
    return np.concatenate(found)


def _kept(
    arrays: Sequence[NDArray[np.generic]],
    alive: Sequence[NDArray[np.bool_]],
    kind: type[np.generic],
    width: int = 0,
) -> NDArray:  # type: ignore[type-arg]
    kept = [array[there] for array, there in zip(arrays, alive, strict=True)]
    return np.concatenate([np.zeros((0, width) if width else 0, kind), *kept])


def _rows(
    arrays: Sequence[NDArray[np.floating]], alive: Sequence[NDArray[np.bool_]], dimension: int
) -> Rows:
    rows = [None if there.all() else np.flatnonzero(there).astype(np.int32) for there in alive]
    return Rows(list(zip(arrays, rows, strict=True)), dimension)


def _lexical(
    parts: Sequence[Part], postings: Sequence[Postings], alive: Sequence[NDArray[np.bool_]]
) -> Lexical:
    shares: list[Share] = []
    first = 0
    for part, words, there in zip(parts, postings, alive, strict=True):
        numbers = None if there.all() else places(there, first)
        shares.append(Share(part.segment.stems, words, first, numbers))
        first += int(there.sum())
    lengths = [one.lengths[there] for one, there in zip(postings, alive, strict=True)]
    return Lexical(_joined(lengths, np.int32), shares)


def _joined(arrays: Sequence[NDArray[np.integer]], kind: type[np.integer]) -> NDArray[np.integer]:
    return np.concatenate([np.zeros(0, kind), *arrays])

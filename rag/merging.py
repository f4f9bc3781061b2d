"""Segments are put together, without what is gone, out of themselves: no document is read again.

Few segments are good for questions, small ones for changes. A new one is put together with the one
before until that is more than twice as large (O'Neil et al., 1996, the log-structured merge), so
that a sentence is moved a handful of times at most, whatever the size of the set.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from rag.packed import Packed, packed
from rag.postings import Postings, Renumbered, merge_postings
from rag.segment import Part, Segment, places, whole

MOST_GONE = 0.5  # of a segment, before it is made anew


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many sentences make a segment that grows no more, and one that is kept as a file."""

    largest: int
    kept: int


def tidied(
    parts: Sequence[Part], sizes: Sizes, keep: Callable[[Segment], Segment]
) -> tuple[Part, ...]:
    """Put together what is small beside what follows it, and leave out what is mostly gone."""
    done: list[Part] = []
    for part in parts:
        done.append(whole(keep(merge([part]))) if _is_mostly_gone(part) else part)
        while len(done) > 1 and _belong_together(done[-2], done[-1], sizes):
            done[-2:] = [whole(keep(merge(done[-2:])))]
    return tuple(done)


def _is_mostly_gone(part: Part) -> bool:
    return part.sentences < (1 - MOST_GONE) * len(part.segment.bounds)


def _belong_together(one: Part, other: Part, sizes: Sizes) -> bool:
    is_room = one.sentences + other.sentences <= sizes.largest
    return is_room and one.sentences <= 2 * other.sentences


def merge(parts: Sequence[Part]) -> Segment:
    """Return one segment of what is there of several, in their order."""
    stems, words = _united([part.segment.stems for part in parts])
    segments = [part.segment for part in parts]
    sentences = _numbered([part.alive_sentences for part in parts])
    passages = _numbered([part.alive_passages for part in parts])
    return Segment(
        documents=tuple(
            one for part in parts for one in compress(part.segment.documents, part.alive)
        ),
        first_sentences=_firsts([(part.segment.first_sentences, part.alive) for part in parts]),
        first_passages=_firsts([(part.segment.first_passages, part.alive) for part in parts]),
        bounds=np.concatenate([part.segment.bounds[part.alive_sentences] for part in parts]),
        vectors=np.concatenate([part.segment.vectors[part.alive_sentences] for part in parts]),
        is_heading=np.concatenate(
            [part.segment.is_heading[part.alive_sentences] for part in parts]
        ),
        windows=np.concatenate(
            [
                number[part.segment.windows[part.alive_passages]]
                for part, number in zip(parts, sentences, strict=True)
            ]
        ).reshape(-1, 2),
        passage_vectors=np.concatenate(
            [part.segment.passage_vectors[part.alive_passages] for part in parts]
        ),
        stems=stems,
        sentence_words=_merged([one.sentence_words for one in segments], words, sentences, stems),
        passage_words=_merged([one.passage_words for one in segments], words, passages, stems),
        texts=packed(text for part in parts for text in compress(part.segment.texts, part.alive)),
    )


def _united(every: Sequence[Packed]) -> tuple[Packed, list[NDArray[np.int32]]]:
    """All stems in the order of their bytes, and the new numbers of each part's."""
    lists = [list(stems) for stems in every]
    union = sorted(set().union(*lists))
    place = {stem: number for number, stem in enumerate(union)}
    return packed(union), [np.array([place[one] for one in some], np.int32) for some in lists]


def _merged(
    postings: Sequence[Postings],
    words: Sequence[NDArray[np.int32]],
    texts: Sequence[NDArray[np.int32]],
    stems: Packed,
) -> Postings:
    parts = [Renumbered(*one) for one in zip(postings, words, texts, strict=True)]
    return merge_postings(parts, len(stems))


def _numbered(alive: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.int32]]:
    """The numbers of what is there, one part behind the other."""
    first = np.cumsum([0, *(int(one.sum()) for one in alive)]).tolist()
    return [places(one, start) for one, start in zip(alive, first, strict=False)]


def _firsts(parts: Sequence[tuple[NDArray[np.int64], NDArray[np.bool_]]]) -> NDArray[np.int64]:
    counts = [np.diff(firsts)[alive] for firsts, alive in parts]
    return np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)

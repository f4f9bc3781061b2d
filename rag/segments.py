"""The segments of a ledger: taken from files where they fit, made of the ledger where they do not.

A document never changes under its key (``rag.ledger``), so a segment is brought into step by
looking which keys are there; only documents that no segment holds are read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.filling import fill_segments
from rag.ledger import Ledger
from rag.merging import Sizes, tidied
from rag.segment import Part, Segment, whole
from rag.segment_files import SegmentFiles, files_of

SIZES = Sizes(largest=200_000, kept=25_000)
"""200,000 sentences take half a gigabyte while they are put together, and two or three seconds.
Fewer than 25,000 are read from the ledger in a second and held in 30 MB, which no file makes
cheaper; so a small set has no file beside its ledger."""

Parts = tuple[Part, ...]


class Segments:
    """The segments that a process has of a ledger; told of every moment at which it is read."""

    def __init__(self, dimension: int, folder: Path, sizes: Sizes = SIZES) -> None:
        self._dimension = dimension
        self._folder = folder
        self._sizes = sizes
        self._files: SegmentFiles | None = None
        self._parts: Parts = ()

    def renew(self, ledger: Ledger, state: Mapping[str, str]) -> Parts:
        """Return the parts that hold what the ledger holds now; the work is what has changed."""
        files = files_of(self._folder, state["name"], state.get("fingerprint", ""))
        before = self._parts
        if files != self._files:
            before = opened(files, ledger)
        keys = ledger.keys()
        parts = [part.among(keys) for part in before]
        new = keys.difference(*(part.keys for part in parts))
        made = fill_segments(ledger.records(sorted(new)), self._dimension, self._sizes.largest)
        keep = self._keeping(files)
        parts += [whole(keep(segment)) for segment in made]
        self._files, self._parts = files, tidied(in_order(parts), self._sizes, keep)
        _drop_unused(files, before, self._parts)
        return self._parts

    def _keeping(self, files: SegmentFiles) -> Callable[[Segment], Segment]:
        def keep(segment: Segment) -> Segment:
            return files.keep(segment) if len(segment.bounds) >= self._sizes.kept else segment

        return keep


def opened(files: SegmentFiles, ledger: Ledger) -> Parts:
    """Open the files of a ledger, the largest first, each for what no other one holds.

    Two processes may have put the same documents together in different ways; what is of no use,
    because nothing in it is there any more, is removed.
    """
    files.drop_others()
    found = sorted(files.segments(), key=lambda one: -len(one.bounds))
    held = ledger.hashes() if found else {}
    newest = max(held, default=0)
    parts: list[Part] = []
    for segment in found:
        there = [held.get(one.key) == (one.id, one.hash) for one in segment.documents]
        part = Part(segment, np.array(there, np.bool_))
        if part.keys:
            parts.append(part)
            for key in part.keys:
                del held[key]
        elif segment.file is not None and segment.keys.max(initial=0) <= newest:
            files.drop(segment.file)
    return tuple(parts)


def in_order(parts: Iterable[Part]) -> list[Part]:
    """Put parts in the order of their keys, those without a document left out."""
    return sorted((part for part in parts if part.keys), key=lambda part: part.keys[0])


def _drop_unused(files: SegmentFiles, before: Iterable[Part], after: Sequence[Part]) -> None:
    used = {part.segment.file for part in after}
    for part in before:
        if part.segment.file is not None and part.segment.file not in used:
            files.drop(part.segment.file)

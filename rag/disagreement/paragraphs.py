"""The sentences that stand with one in its paragraph."""

import re

from rag.snapshot import Snapshot

_REACH = 4  # sentences to either side that may belong to the same matter
_PARAGRAPH_ENDS = re.compile(r"\n\s*\n|\n\s*(?:[-*+•#|>]|\d{1,3}[.)])")
_SIGN = 4  # characters of the next sentence that show whether it begins an item of a list


def paragraph_of(snapshot: Snapshot, number: int) -> list[int]:
    """The numbers of a sentence and of those near it in its paragraph, in reading order."""
    return [*reversed(_beside(snapshot, number, -1)), number, *_beside(snapshot, number, 1)]


def _beside(snapshot: Snapshot, number: int, step: int) -> list[int]:
    found: list[int] = []
    at = number
    while len(found) < _REACH and _is_joined(snapshot, *sorted((at, at + step))):
        at += step
        found.append(at)
    return found


def _is_joined(snapshot: Snapshot, first: int, second: int) -> bool:
    """Whether two neighbours stand in the same document and paragraph."""
    owner = snapshot.owner
    if first < 0 or second >= len(owner) or owner[first] != owner[second]:
        return False
    start, end = snapshot.bounds[first, 1], snapshot.bounds[second, 0]
    between = snapshot.documents[owner[first]].text[start : end + _SIGN]
    return not snapshot.is_heading[first] and not _PARAGRAPH_ENDS.search(between)

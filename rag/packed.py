"""Many texts one behind the other in one array of bytes, so that a file can stand in for memory."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Texts in UTF-8; text ``i`` is ``letters[ends[i]:ends[i + 1]]``."""

    letters: NDArray[np.uint8]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.ends) - 1

    def __getitem__(self, place: int) -> bytes:
        """Return one text as it is kept."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self.letters[self.ends[place] : self.ends[place + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        """Go through all texts."""
        return (self[place] for place in range(len(self)))

    def find(self, text: str) -> int | None:
        """Return the place of a text among texts that are in the order of their bytes."""
        wanted = text.encode()
        place = bisect_left(self, wanted)
        return place if place < len(self) and self[place] == wanted else None


def packed(texts: Iterable[bytes]) -> Packed:
    """Put texts behind one another."""
    every = list(texts)
    ends = np.cumsum([0, *map(len, every)], dtype=np.int64)
    return Packed(np.frombuffer(b"".join(every), np.uint8), ends)

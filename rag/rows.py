"""Rows of several arrays, numbered through, without those that are gone: nothing is copied."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Rows:
    """Reads like one array of shape (n, dimension) that is asked for rows by their numbers.

    Of each array of ``parts`` those rows are there which the other half names, or all with None.
    """

    parts: Sequence[tuple[NDArray[np.floating], NDArray[np.int32] | None]]
    dimension: int
    starts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Number the rows through."""
        counts = [len(array if rows is None else rows) for array, rows in self.parts]
        object.__setattr__(self, "starts", np.cumsum([0, *counts], dtype=np.int64))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(self.starts[-1])

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows there are, and how long each is."""
        return len(self), self.dimension

    def __getitem__(
        self, wanted: int | slice | Sequence[int] | NDArray[np.integer]
    ) -> NDArray[np.floating]:
        """Return a copy of one row, (dimension,), or of several, (n, dimension)."""
        if isinstance(wanted, slice):
            wanted = np.arange(*wanted.indices(len(self)))
        numbers = np.asarray(wanted, np.int64)
        found = self._rows(np.atleast_1d(numbers))
        return found[0] if numbers.ndim == 0 else found

    def _rows(self, numbers: NDArray[np.int64]) -> NDArray[np.floating]:
        numbers = np.where(numbers < 0, numbers + len(self), numbers)
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(self):
            raise IndexError(f"one of {numbers} is beyond {len(self)} rows")
        part_of = np.searchsorted(self.starts, numbers, side="right") - 1
        kind = self.parts[0][0].dtype if self.parts else np.dtype(np.float32)
        found = np.zeros((len(numbers), self.dimension), kind)
        for part in np.unique(part_of).tolist():
            array, rows = self.parts[part]
            inside = part_of == part
            place = numbers[inside] - self.starts[part]
            found[inside] = array[place if rows is None else rows[place]]
        return found

    def dot(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the product of every row with a vector: (n,)."""
        products = [
            product if rows is None else product[rows]
            for array, rows in self.parts
            for product in [array @ vector]
        ]
        return np.concatenate([np.zeros(0, np.float32), *products])

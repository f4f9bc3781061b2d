"""A published line, a line of ours, and a set with all its lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.config import Config

MEASURED = "measured here"
UNSAID = "not said"


@dataclass(frozen=True, slots=True)
class Line:
    """Figures in per cent by column: whose, taken on what part of the set, and from where.

    ``digits`` is how many decimals the source gives.
    """

    who: str
    figures: Mapping[str, float]
    part: str
    source: str
    digits: int = 1

    @property
    def is_ours(self) -> bool:
        """Whether it was measured in this very run."""
        return self.source == MEASURED


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A public set: what it measures, its columns, all its lines, and what to know of them."""

    name: str
    measures: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a set lies, the settings to measure it with, and where its index is kept, if it is."""

    folder: Path
    config: Config
    data: Path | None = None

    def data_of(self, name: str) -> Path | None:
        """The data folder for one set of documents; None for a temporary one."""
        return self.data / name if self.data else None


Measure = Callable[[Place], Yardstick]


def ours(who: str, figures: Mapping[str, float], part: str) -> Line:
    """A line measured in this run."""
    return Line(f"Footnote{who}", figures, part, MEASURED)

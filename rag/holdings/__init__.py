"""How much is indexed, and how its index stands; ``counting`` asks an open library."""

from dataclasses import dataclass
from enum import StrEnum


class IndexState(StrEnum):
    """How the vector index stands; unless it is fresh, every passage is compared exactly."""

    FRESH = "fresh"
    BUILDING = "being opened or built"
    BEHIND = "behind the documents"
    AWAY = "on a server that does not answer"
    ELSEWHERE = "with the process that holds the data folder"


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts, the index with the number of its generation, and what made the vectors.

    ``is_made_with`` tells whether the settings would still make the same ones.
    """

    documents: int
    sentences: int
    passages: int
    index: IndexState
    generation: int
    embedding: str
    is_made_with: bool

"""Texts become vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.config import Config

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Embedding:
    identity: str
    dimension: int
    embed: Embed


def open_embedding(config: Config, report: Callable[[str], None] = lambda _: None) -> Embedding:
    import sys
    sys.path.insert(0, "/tmp")
    from tempembed import embed
    return Embedding("temp", 384, embed)

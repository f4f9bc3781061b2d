"""Texts to vectors: the model that is built in, or one on an OpenAI-compatible server."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.config import BUILT_IN_EMBEDDING, Config
from rag.errors import EmbeddingError
from rag.model.clock import patience

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors of shape (len(texts), dimension), in input order; from any thread."""

SERVER_PREFIX = "openai:"
MAX_CHARACTERS = 200_000
"""Characters that are asked about together: it bounds the memory for the server's numbers."""
SECONDS, SECONDS_A_TEXT, MAX_SECONDS = 8.0, 0.5, 50.0
"""How long a server may take: for the one text of a question, a reader waits."""
PROBE = "How many numbers is a vector?"
SMALLEST_NUMBER = 1e-9
"""A vector whose largest number is smaller has no direction."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """An embedding model, opened.

    ``identity`` changes whenever the vectors would; ``dimension`` is the length of a vector.
    """

    identity: str
    dimension: int
    embed: Embed


def quiet(_: str) -> None:
    """Report nothing."""


def open_embedding(config: Config, report: Callable[[str], None] = quiet) -> Embedding:
    """Open the embedding model that the settings name.

    The built-in one is prepared the first time, which ``report`` tells; a server is asked for one
    vector, to learn the dimension. Raises WeightsError when the built-in model is not installed,
    EmbeddingError or a ModelError when the server does not answer with vectors.
    """
    if config.embedding == BUILT_IN_EMBEDDING:
        return _built_in(config, report)
    return _on_server(config, config.embedding.removeprefix(SERVER_PREFIX))


def _built_in(config: Config, report: Callable[[str], None]) -> Embedding:
    from rag.embedding.minilm import DIMENSION, IDENTITY, open_minilm

    return Embedding(IDENTITY, DIMENSION, open_minilm(config.cache, report))


def _on_server(config: Config, model: str) -> Embedding:
    dimension = _ask(config, model, [PROBE]).shape[1]

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        batches = [_ask(config, model, batch) for batch in _batches(texts)]
        if any(batch.shape[1] != dimension for batch in batches):
            raise EmbeddingError(
                f"The embedding model {model} changed the length of its vectors from {dimension} "
                "while it was used; start again, and run: rag rebuild"
            )
        return np.concatenate([np.empty((0, dimension), np.float32), *batches])

    return Embedding(f"{SERVER_PREFIX}{model}@{dimension}", dimension, embed)


def _ask(config: Config, model: str, texts: Sequence[str]) -> NDArray[np.float32]:
    from rag.model.openai_server import embed_texts

    seconds = SECONDS + SECONDS_A_TEXT * len(texts)
    rows = np.array(embed_texts(config, model, texts, patience(min(seconds, MAX_SECONDS))), float)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if largest.min() < SMALLEST_NUMBER:
        raise EmbeddingError(
            f"The embedding model {model} gave a vector of zeros, which points nowhere; set "
            f"RAG_EMBEDDING to another model, or to {BUILT_IN_EMBEDDING} (built in)."
        )
    # by the largest number first, so that the squares of huge ones stay finite
    rows = rows / largest
    units: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units.astype(np.float32)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut a list of texts into lists that are bounded; a text beyond the bound is by itself."""
    batch: list[str] = []
    characters = 0
    for text in map(_sendable, texts):
        if batch and characters + len(text) > MAX_CHARACTERS:
            yield batch
            batch, characters = [], 0
        batch.append(text)
        characters += len(text)
    if batch:
        yield batch


def _sendable(text: str) -> str:
    """What can travel: no lone surrogates, and never nothing, which servers refuse."""
    return text.encode("utf-8", "ignore").decode("utf-8") or " "

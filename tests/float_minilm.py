"""The MiniLM network in plain float32 arithmetic, to compare the built-in one with."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = np.linspace(-6, 6, 24_001)
ERROR_FUNCTION = np.array([math.erf(point) for point in GRID])

Rows = NDArray[np.floating[Any]]
Tensors = dict[str, NDArray[np.float32]]


def dense(x: Rows, tensors: Tensors, name: str) -> Rows:
    product: Rows = x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return product


def normalised(x: Rows, tensors: Tensors, name: str) -> Rows:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    weight, bias = (tensors[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
    result: Rows = centred / spread * weight + bias
    return result


def attended(query: Rows, key: Rows, value: Rows) -> Rows:
    """What 12 heads make of one text."""
    query, key, value = (part.reshape(-1, 12, 32).swapaxes(0, 1) for part in (query, key, value))
    scores = np.exp(query @ key.swapaxes(1, 2) / np.float32(math.sqrt(32)))
    mixed: Rows = scores / scores.sum(axis=2, keepdims=True) @ value
    return mixed.swapaxes(0, 1).reshape(-1, 384)


def gelu(x: Rows) -> Rows:
    share = (1 + np.interp(x / math.sqrt(2), GRID, ERROR_FUNCTION)) / 2
    result: Rows = x * share.astype(np.float32)
    return result


def embedded(ids: list[int], tensors: Tensors) -> Rows:
    x: Rows = tensors["embeddings.word_embeddings.weight"][ids]
    x = x + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + tensors["embeddings.token_type_embeddings.weight"][0]
    return normalised(x, tensors, "embeddings")


def reference(texts: list[list[int]], tensors: Tensors) -> Rows:
    """The network in plain float32 arithmetic: tokens one below the other, texts kept apart."""
    ends = np.cumsum([len(ids) for ids in texts])[:-1]
    x = np.concatenate([embedded(ids, tensors) for ids in texts])
    for layer in (f"encoder.layer.{number}" for number in range(6)):
        name = f"{layer}.attention"
        parts = [dense(x, tensors, f"{name}.self.{part}") for part in ("query", "key", "value")]
        mixed = list(map(attended, *(np.split(part, ends) for part in parts)))
        x = x + dense(np.concatenate(mixed), tensors, f"{name}.output.dense")
        x = normalised(x, tensors, f"{name}.output")
        wide = gelu(dense(x, tensors, f"{layer}.intermediate.dense"))
        x = normalised(
            x + dense(wide, tensors, f"{layer}.output.dense"), tensors, f"{layer}.output"
        )
    means = np.array([text.mean(axis=0) for text in np.split(x, ends)])
    units: Rows = means / np.linalg.norm(means, axis=1, keepdims=True)
    return units

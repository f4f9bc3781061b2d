"""Linear layers of MiniLM in int8, with scales that are measured once and then stay.

Scales taken anew from each batch would make a text's vector depend on the texts beside it
(measured: cosine .991 on the average, .964 at worst, between alone and in a batch). So what every
channel reaches is measured beforehand, and each channel is shrunk by most of its own reach, which
its weights make good (SmoothQuant; Xiao and others, arXiv:2211.10438): a few channels reach thirty
times as far as the others, and one scale for all would leave the others four bits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from rag.embedding.minilm_graph import Dense, Graph, Linear, float_linear, sites, write_network

SMOOTHING = 0.8
"""How much of a channel's reach moves into its weights; measured best between .75 and .9."""
LEVELS = 255
LARGEST_WEIGHT = 100
"""Not 127: processors without VNNI add two products in 16 bits, which then overflowed (cosine
.996 between their vectors and ours; with 100 it is .999)."""
SMALLEST_REACH = 1e-3

START, END = 101, 102
SIGNS = (999, 1037)
WORDS = (1996, 30_522)
"""Where punctuation and digits, and where words stand in the vocabulary, the common ones first."""
LENGTHS = (2, 6, 14, 30, 62, 126, 254)
TOKENS_EACH = 256


Run = Callable[[bytes, Iterable[NDArray[np.int32]]], list[dict[str, NDArray[np.float32]]]]
"""(graph, batches of tokens) to what the graph gives out for each batch, by name."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The lowest and highest value of each channel of a linear layer's input."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]


def build_graph(weights: bytes, run: Run) -> bytes:
    """Make the int8 graph: write the network in float32, see what its layers reach, write again."""
    tensors = load(weights)
    seen = run(write_network(tensors, float_linear), practice_batches())
    reaches = {
        site: widest([Reach(batch[f"low:{site}"], batch[f"high:{site}"]) for batch in seen])
        for site in sites()
    }
    return write_network(tensors, int8_linear(reaches))


def practice_batches() -> Iterator[NDArray[np.int32]]:
    """Make token sequences to measure with, shape (texts, length), always the same ones.

    Words are drawn by rank (Zipf's law, as in real text); evenly, so that rare words and other
    scripts have their say; and one word over and over. Measured as good as real sentences.
    """
    generator = np.random.default_rng(0)
    for length in LENGTHS:
        shape = (max(4, TOKENS_EACH // length), length)
        yield _framed(_drawn_by_rank(generator, shape))
        yield _framed(generator.integers(SIGNS[0], WORDS[1], shape))
        yield _framed(np.repeat(_drawn_by_rank(generator, (shape[0], 1)), length, axis=1))


def widest(reaches: Sequence[Reach]) -> Reach:
    """Return the reach that holds all of the given ones."""
    return Reach(
        np.min([reach.low for reach in reaches], axis=0),
        np.max([reach.high for reach in reaches], axis=0),
    )


def int8_linear(reaches: Mapping[str, Reach]) -> Linear:
    """Return the way to write linear layers in int8, given what each site's input reaches."""

    def write(graph: Graph, site: str, value: str, layers: Sequence[Dense]) -> list[str]:
        steps, zero = _steps(reaches[site], np.hstack([layer.weight for layer in layers]))
        scaled = graph.node("Mul", [value, graph.constant(f"{site}.inverse", 1 / steps)])
        quantised = graph.node("QuantizeLinear", [scaled, *_unit(graph, site, zero)])
        return [_int8_layer(graph, quantised, site, layer, steps) for layer in layers]

    return write


def _steps(reach: Reach, weight: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """What one level is worth in each channel, and the level of nought."""
    farthest = np.maximum(np.maximum(-reach.low, reach.high), SMALLEST_REACH)
    channel = farthest**SMOOTHING / np.abs(weight).max(axis=1) ** (1 - SMOOTHING)
    low = min(float((reach.low / channel).min()), 0.0)
    high = max(float((reach.high / channel).max()), 0.0)
    step = (high - low) / LEVELS
    return (channel * step).astype(np.float32), round(-low / step)


def _unit(graph: Graph, site: str, zero: int) -> list[str]:
    """The scale is 1 for all, since the channels are scaled already."""
    scale = graph.constant("unit", np.array(1, np.float32))
    return [scale, graph.constant(f"{site}.zero", np.array(zero, np.uint8))]


def _int8_layer(
    graph: Graph, quantised: str, site: str, layer: Dense, steps: NDArray[np.float32]
) -> str:
    weight = layer.weight * steps[:, np.newaxis]
    scales = np.abs(weight).max(axis=0) / LARGEST_WEIGHT
    levels = np.rint(weight / scales).astype(np.int8)
    inputs = [
        quantised,
        graph.constant(f"{layer.name}.levels", levels),
        "unit",
        graph.constant(f"{layer.name}.scales", scales),
        f"{site}.zero",
        "",
        graph.constant(f"{layer.name}.bias", layer.bias),
    ]
    return graph.node("MatMulIntegerToFloat", inputs)


def _drawn_by_rank(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.int64]:
    words = WORDS[0] + np.exp(generator.uniform(0, np.log(WORDS[1] - WORDS[0]), shape)) - 1
    signs = generator.integers(*SIGNS, shape)
    return np.where(generator.random(shape) < 1 / 8, signs, words).astype(np.int64)


def _framed(tokens: NDArray[np.int64]) -> NDArray[np.int32]:
    framed = np.pad(tokens.astype(np.int32), ((0, 0), (1, 1)))
    framed[:, 0], framed[:, -1] = START, END
    return framed

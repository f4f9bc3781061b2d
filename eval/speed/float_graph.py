"""The built-in embedding model the way everybody else runs it: float32, in fixed batches.

The network is written from the same pinned weights as ours and computed by the same onnxruntime,
with its own threads on all cores. So what differs is the arithmetic and the padding, not the
vendor; running the same weights on torch is slower than this.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

from rag.embedding.minilm_files import MAX_TOKENS, TOKENIZER, WEIGHTS, model_folder, read_pinned
from rag.embedding.minilm_graph import Dense, Graph, write_network

GRAPH_NAME = "minilm-float32.onnx"

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]


def write_float_graph(folder: Path) -> Path:
    """Write the float32 network into a folder and return its path; it takes a few seconds."""
    tensors = load(read_pinned(model_folder(), WEIGHTS))
    path = folder / GRAPH_NAME
    path.write_bytes(write_network(tensors, plain_linear))
    return path


def plain_linear(graph: Graph, site: str, value: str, layers: Sequence[Dense]) -> list[str]:
    """Write linear layers in float32, giving nothing else out."""
    del site
    products = [
        graph.node("MatMul", [value, graph.constant(f"{layer.name}.weight", layer.weight)])
        for layer in layers
    ]
    return [
        graph.node("Add", [product, graph.constant(f"{layer.name}.bias", layer.bias)])
        for product, layer in zip(products, layers, strict=True)
    ]


def open_float(graph: Path, batch: int, padding: int | None = None) -> Embed:
    """Open the network; texts go in ``batch`` at a time, in the order in which they come.

    A batch is padded to its longest text, or to ``padding`` tokens. The result gives unit
    vectors of shape (len(texts), 384); of a text, the first 256 tokens count.
    """
    session = onnxruntime.InferenceSession(graph, _options(), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_str(read_pinned(model_folder(), TOKENIZER).decode("utf-8"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(length=padding)

    def embed(texts: Sequence[str]) -> Vectors:
        starts = range(0, len(texts), batch)
        return np.concatenate(
            [_vectors(session, tokenizer, texts[start : start + batch]) for start in starts]
        )

    return embed


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # the fastest level for this graph: the ones above fuse Add and LayerNormalization into an
    # operator that is slower than the two
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return options


def _vectors(
    session: onnxruntime.InferenceSession, tokenizer: Tokenizer, texts: Sequence[str]
) -> Vectors:
    encoded = tokenizer.encode_batch(list(texts))
    tokens = np.array([one.ids for one in encoded], np.int32)
    mask = np.array([one.attention_mask for one in encoded], np.int32)
    vectors: Vectors
    (vectors,) = session.run(["vectors"], {"tokens": tokens, "mask": mask})
    return vectors

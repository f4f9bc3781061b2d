"""The built-in embedding model: all-MiniLM-L6-v2 in int8 on onnxruntime, without torch.

The first time, an int8 graph is made of the pinned weights (some seconds) and kept in the cache
folder. A text has one vector, whatever is embedded beside it, up to the rounding of float32.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.embedding.minilm_files import (
    MAX_TOKENS,
    PINNED,
    TOKENIZER,
    WEIGHTS,
    model_folder,
    read_pinned,
    read_sealed,
    write_sealed,
)

DIMENSION = 384
GRAPH_VERSION = 1
"""Another number whenever the graph gives other vectors: it is part of the model's identity."""
IDENTITY = f"minilm-int8:{PINNED[WEIGHTS][:12]}:{GRAPH_VERSION}"

MAX_CHARACTERS = 16_000
"""What the tokenizer is given of a text at most: it would read a book to keep 256 tokens."""
TOKENS_AT_ONCE = 256
"""Tokens of a batch, padding included: what a core's cache holds; 2,048 are a third slower."""
TOKENS_AT_LEAST = 64
TEXTS_AT_ONCE = 1_024
"""Texts that are sorted by length together, while the batches before them are computed."""
FEW_TEXTS = 4
"""So few texts are not worth a thread; a question is one."""
WORKERS = os.cpu_count() or 1

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Report = Callable[[str], None]
Tokens = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of about one length: where they stand in the input, and their tokens."""

    positions: list[int]
    tokens: list[Tokens]


def open_minilm(cache: Path, report: Report) -> Embed:
    """Open the built-in model, making its graph first if the cache folder does not hold it.

    The result is safe to call from several threads. It gives unit vectors of shape
    (len(texts), 384) in input order. Of a text, the first 256 tokens count; lone surrogates are
    skipped, as the model skips other characters that mean nothing to it.

    Raises WeightsError when the model is not installed or not the pinned one.
    """
    folder = model_folder()
    tokenizer = _open_tokenizer(folder)
    session = _open_session(_graph(folder, cache, report))

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), DIMENSION), np.float32)

        def fill(batch: Batch) -> None:
            vectors[batch.positions] = _vectors(session, batch)

        _for_each(fill, _batches(tokenizer, texts), parallel=len(texts) > FEW_TEXTS)
        return vectors

    return embed


def _for_each(fill: Callable[[Batch], None], batches: Iterator[Batch], *, parallel: bool) -> None:
    """Compute on all cores with one thread each: faster than one batch spread over the cores.

    The pool lives as long as the call, so a question never waits behind somebody's thousand
    sentences.
    """
    if not parallel:
        for batch in batches:
            fill(batch)
        return
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for _ in pool.map(fill, batches):
            pass
    finally:  # an interruption waits for the batches at work, not for the thousands in line
        pool.shutdown(cancel_futures=True)


def _batches(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[Batch]:
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        tokens = [_tokens(tokenizer, text) for text in texts[start : start + TEXTS_AT_ONCE]]
        for order in plan_batches([len(row) for row in tokens], WORKERS):
            yield Batch([start + at for at in order], [tokens[at] for at in order])


def plan_batches(lengths: Sequence[int], workers: int) -> Iterator[list[int]]:
    """Group the positions of lengths, longest first, by a budget of tokens with their padding."""
    budget = min(max(sum(lengths) // workers, TOKENS_AT_LEAST), TOKENS_AT_ONCE)
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    start = 0
    while start < len(order):
        stop = start + max(1, budget // lengths[order[start]])
        yield order[start:stop]
        start = stop


def _tokens(tokenizer: Tokenizer, text: str) -> Tokens:
    whole = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")
    return np.array(tokenizer.encode(whole).ids, np.int32)


def _vectors(session: onnxruntime.InferenceSession, batch: Batch) -> NDArray[np.float32]:
    shape = (len(batch.tokens), max(map(len, batch.tokens)))
    tokens, mask = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    for row, ids in enumerate(batch.tokens):
        tokens[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    vectors: NDArray[np.float32]
    (vectors,) = session.run(["vectors"], {"tokens": tokens, "mask": mask})
    return vectors


def _open_tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_str(read_pinned(folder, TOKENIZER).decode("utf-8"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # "[SEP]" in a text is five characters of that text
    return tokenizer


def _open_session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the threads are ours
    options.enable_cpu_mem_arena = False  # faster with several threads, and gives memory back
    options.log_severity_level = 3
    # no more than the basic rewriting: the next level fuses Add and LayerNormalization into an
    # operator that is five times slower than the two
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _graph(folder: Path, cache: Path, report: Report) -> bytes:
    path = cache / f"{IDENTITY.replace(':', '-')}.onnx.sealed"
    kept = read_sealed(path)
    if kept is not None:
        return kept
    report("Preparing the built-in embedding model; this is done once and takes some seconds.")
    graph = _build_graph(folder)
    try:
        write_sealed(path, graph)
    except OSError as failure:
        report(f"{path.parent} cannot be written ({failure.strerror}); next time it is done again.")
    return graph


def _build_graph(folder: Path) -> bytes:
    # its vendors are slow to import, and needed once in a machine's life
    from rag.embedding.minilm_int8 import build_graph

    return build_graph(read_pinned(folder, WEIGHTS), _outputs)


def _outputs(graph: bytes, batches: Iterable[Tokens]) -> list[dict[str, NDArray[np.float32]]]:
    """Return all that a graph gives out, by name, for batches without padding."""
    session = _open_session(graph)
    names = [output.name for output in session.get_outputs()]
    runs = (session.run(names, {"tokens": rows, "mask": np.ones_like(rows)}) for rows in batches)
    return [dict(zip(names, values, strict=True)) for values in runs]

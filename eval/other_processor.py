"""The built-in model as another processor would compute it: ``python -m eval.other_processor``.

Processors round differently, and int8 layers enlarge that. Here every float constant of the graph
is moved by a tiny share of itself, and the graph is written into a cache folder of its own::

    python -m eval.other_processor build/other --share 1e-5 --seed 1
    RAG_CACHE=build/other python -m eval.run --quotes --out build/other-run
    python -m eval.compare eval/baseline build/other-run

What the comparison shows then is how far a change of machine moves the scores.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from rag.config import environment, read_config
from rag.embedding.minilm import IDENTITY, open_minilm
from rag.embedding.minilm_files import read_sealed, write_sealed
from rag.errors import FootnoteError, WeightsError


def moved(graph: bytes, share: float, seed: int) -> bytes:
    """A graph with every float constant times 1 + ``share`` times a standard normal number."""
    model = onnx.load_from_string(graph)
    drawn = np.random.default_rng(seed)
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype == np.float32:
            factors = 1 + share * drawn.standard_normal(values.shape)
            other = np.asarray(values * factors, np.float32)
            constant.CopyFrom(numpy_helper.from_array(other, constant.name))
    return bytes(model.SerializeToString())


def write_moved(cache: Path, other: Path, share: float, seed: int) -> None:
    """Write the graph of one cache folder, moved, into another; it is made first if need be."""
    open_minilm(cache, print)
    name = f"{IDENTITY.replace(':', '-')}.onnx.sealed"
    graph = read_sealed(cache / name)
    if graph is None:
        raise WeightsError(f"{cache} does not hold the built-in model; make the folder writable.")
    write_sealed(other / name, moved(graph, share, seed))


def main(arguments: Sequence[str], settings: Mapping[str, str]) -> int:
    """Write the other model; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.other_processor")
    parser.add_argument("folder", type=Path, help="the new cache folder")
    parser.add_argument("--share", type=float, default=1e-6, help="how far constants are moved")
    parser.add_argument("--seed", type=int, default=1, help="which way")
    asked = parser.parse_args(arguments)
    try:
        write_moved(read_config(settings).cache, asked.folder, asked.share, asked.seed)
    except (FootnoteError, OSError) as error:
        print(f"eval.other_processor: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], environment(Path())))

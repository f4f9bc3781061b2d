"""What an approximate index misses: ``python -m eval.speed.recall FOLDER…``.

A FOLDER holds ``documents/`` and ``questions.jsonl``. Its passages, with the vectors of the
configured embedding, go into a Chroma collection for each way to build its graph; every question
is asked of it and of all passages one by one. Recall@k is the mean share of the k nearest passages
that are among the k which the index returns. ``--data`` keeps what was embedded.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings
from numpy.typing import NDArray

from eval.indexing import indexed
from eval.speed.run import documents_of, questions_of
from eval.speed.tables import table
from rag.config import read_config
from rag.libraries import Library
from rag.retrieval import CANDIDATES
from rag.store import GRAPH

DEPTHS = (10, 50, CANDIDATES)
EVERY = 10_000  # questions
ADDED_AT_ONCE = 2_000
GRAPHS: Sequence[CreateHNSWConfiguration] = (
    {"ef_construction": 100, "ef_search": 100},  # what Chroma takes
    {"ef_construction": 100, "ef_search": 200},
    GRAPH,
    {"ef_construction": 30, "ef_search": 200},
    {"ef_construction": 20, "ef_search": 200},
    {"ef_construction": 10, "ef_search": 200},
)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recall:
    """What one graph found: the share of the nearest by depth, and what it cost.

    ``building`` and ``asking`` are milliseconds of the processor, for a passage and a question.
    """

    folder: str
    passages: int
    graph: CreateHNSWConfiguration
    found: dict[int, float]
    building: float
    asking: float


def measure(
    folder: Path, library: Library, graphs: Sequence[CreateHNSWConfiguration]
) -> list[Recall]:
    """Build every graph over the passages of a library and ask it the folder's questions."""
    passages = library.snapshot().passage_vectors[:].astype(np.float32)
    asked = library.embedding.embed(questions_of(folder, EVERY))
    nearest = np.argsort(-(asked @ passages.T), axis=1, kind="stable")
    return [_recall(folder.name, passages, asked, nearest, graph) for graph in graphs]


def share_of(found: Sequence[int], nearest: Sequence[int]) -> float:
    """Return how many of the nearest were found, as a share."""
    return len({*found} & {*nearest}) / len(nearest)


def _recall(
    name: str,
    passages: Vectors,
    asked: Vectors,
    nearest: NDArray[np.int64],
    graph: CreateHNSWConfiguration,
) -> Recall:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False))
        collection = client.create_collection(
            "passages",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", **graph}},
        )
        before = time.process_time()
        for start in range(0, len(passages), ADDED_AT_ONCE):
            some = passages[start : start + ADDED_AT_ONCE]
            collection.add([str(start + place) for place in range(len(some))], some)
        building = 1_000 * (time.process_time() - before) / len(passages)
        before = time.process_time()
        found = [_ask(collection, vector) for vector in asked]
        asking = 1_000 * (time.process_time() - before) / len(asked)
    shares = {
        depth: fmean(
            share_of(own[:depth], best[:depth].tolist())
            for own, best in zip(found, nearest, strict=True)
        )
        for depth in DEPTHS
    }
    return Recall(name, len(passages), graph, shares, building, asking)


def _ask(collection: chromadb.Collection, vector: Vectors) -> list[int]:
    count = min(CANDIDATES, collection.count())
    found = collection.query(query_embeddings=vector[None, :], n_results=count, include=[])
    return [int(name) for name in found["ids"][0]]


def recall_table(rows: Sequence[Recall]) -> str:
    """The figures side by side."""
    heads = [
        "",
        "passages",
        "built with",
        "searched with",
        *(f"recall@{depth}" for depth in DEPTHS),
    ]
    cells = [
        [
            row.folder,
            f"{row.passages:,}",
            str(row.graph["ef_construction"]),
            str(row.graph["ef_search"]),
            *(f"{share:.4f}" for share in row.found.values()),
            f"{row.building:.2f}",
            f"{row.asking:.1f}",
        ]
        for row in rows
    ]
    return table([[*heads, "building, ms a passage", "asking, ms"], *cells])


def main() -> None:
    """Measure folders and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, help="where what was embedded is kept, by set")
    given = parser.parse_args()
    rows: list[Recall] = []
    for folder in given.folders:
        data = given.data / folder.name if given.data else None
        with indexed(documents_of(folder), read_config({}), data) as library:
            rows += measure(folder, library, GRAPHS)
    sys.stdout.write(recall_table(rows) + "\n")


if __name__ == "__main__":
    main()

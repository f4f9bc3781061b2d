"""How long it takes, beside the least it could take: ``python -m eval.bench FOLDER``.

In one run: the floor of an ingest (cut the sentences, embed every one once, write the passages
to Chroma with nothing around it), a whole `rag ingest` of the same folder in a process of its
own, a second ingest of the same folder, and questions answered without a model. Everything goes
to a temporary folder. The machine's noise is in all of them, so read the ratios.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from eval.questions import read_questions
from rag.answering import ask
from rag.config import Config, read_config
from rag.documents import find_files, read_document
from rag.embedding import open_embedding
from rag.index import passage_rows
from rag.ledger.rows import Record
from rag.libraries import opened
from rag.sentences import split_spans
from rag.store import open_store

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds of each step that no ingest can do without, and how much there was to do."""

    split: float
    embed: float
    write: float
    sentences: int
    passages: int

    @property
    def total(self) -> float:
        """All steps together."""
        return self.split + self.embed + self.write


def measure_floor(folder: Path, config: Config, data: Path) -> Floor:
    """Do the indispensable work in this process, with nothing around it."""
    embedding = open_embedding(config)
    documents = [
        read_document(found.path.read_bytes(), found.name, found.path)
        for found in find_files(folder)
    ]
    cuts, split = timed(lambda: [split_spans(document.text) for document in documents])
    texts = [
        document.text[a:b] for document, cut in zip(documents, cuts, strict=True) for a, b in cut
    ]
    vectors, embed = timed(lambda: embedding.embed(texts))
    rows = []
    summed = []
    first = 0
    for key, (document, cut) in enumerate(zip(documents, cuts, strict=True), start=1):
        bounds = np.array(cut, np.int32)
        own = vectors[first : first + len(cut)].astype(np.float16)
        some, sums = passage_rows(Record(document, "", bounds, own, key))
        rows += some
        summed.append(sums)
        first += len(cut)
    store = open_store(data, create=True)
    _, write = timed(lambda: store.add(rows, np.concatenate(summed)))
    store.close()
    return Floor(split, embed, write, len(texts), len(rows))


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what the work returns, and its seconds."""
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def ingest_process(folder: Path, data: Path) -> float:
    """Return the seconds of a whole `rag ingest` process."""
    command = [sys.executable, "-c", "from rag.cli import main; main()", "ingest", str(folder)]
    environment = {**os.environ, "RAG_DATA": str(data)}
    _, seconds = timed(
        lambda: subprocess.run(  # noqa: S603 - our own interpreter and text
            command, check=True, capture_output=True, env=environment
        )
    )
    return seconds


def question_times(folder: Path, config: Config) -> list[float]:
    """Return the milliseconds of every question of a set, asked without a model, once loaded."""
    with opened(config, change=True) as library:
        library.prepare_index()
        questions = [question.text for question in read_questions(folder / "questions.jsonl")]
        ask(library, None, questions[0])
        return [1_000 * timed(partial(ask, library, None, text))[1] for text in questions]


def main(folder: Path, config: Config) -> None:
    """Print the table."""
    documents = folder / "documents"
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary)
        open_embedding(config)  # the graph is built once per machine, not once per ingest
        floor = measure_floor(documents, config, data / "floor")
        first = ingest_process(documents, data / "data")
        again = ingest_process(documents, data / "data")
        print(f"{documents}: {floor.sentences} sentences, {floor.passages} passages")
        print(
            f"floor   {floor.total:8.1f} s  (cut {floor.split:.1f}, embed {floor.embed:.1f}, "
            f"Chroma {floor.write:.1f})"
        )
        print(f"ingest  {first:8.1f} s  whole process, {first / floor.total:.2f} x floor")
        print(f"again   {again:8.1f} s  nothing changed")
        times = question_times(folder, replace(config, data=data / "data"))
        slow = statistics.quantiles(times, n=20)[-1]
        print(
            f"question {statistics.median(times):7.1f} ms median, {slow:.1f} ms 95th percentile, "
            f"{len(times)} questions, no model"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), read_config(os.environ))

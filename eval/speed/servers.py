"""What ledger and index cost on servers, beside the same set in a data folder.

    RAG_LEDGER_URL=… RAG_CHROMA_URL=… python -m eval.speed.servers FOLDER

Both take in the folder's documents once and are asked its questions in turns, so that a busy
machine is as busy for the one as for the other. The ledger that is named has to be empty.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from eval.speed.run import documents_of, questions_of
from rag.config import Config, environment, read_config
from rag.errors import FootnoteError
from rag.evidence import find_evidence
from rag.ingest import ingest
from rag.libraries import Library, opened

QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds: of the whole ingest, of the median question, and of the slowest in twenty."""

    ingest: float
    question: float
    slow_question: float


def measure(folder: Path, config: Config) -> tuple[Measured, Measured]:
    """Measure a data folder and servers; raises FootnoteError when they are not empty."""
    questions = questions_of(folder, QUESTIONS)
    with tempfile.TemporaryDirectory() as data, ExitStack() as stack:
        there = stack.enter_context(_indexed(config, folder))
        here = stack.enter_context(_indexed(config.apart(Path(data)), folder))
        waits = [[_wait(one, question) for one, _ in (here, there)] for question in questions]
    found = [
        Measured(taken, median(each), sorted(each)[len(each) * 19 // 20])
        for (_, taken), each in zip((here, there), zip(*waits, strict=True), strict=True)
    ]
    return found[0], found[1]


@contextmanager
def _indexed(config: Config, folder: Path) -> Iterator[tuple[Library, float]]:
    with opened(config, change=True) as library:
        if library.documents():
            raise FootnoteError("The ledger that RAG_LEDGER_URL names is not empty; name another.")
        library.embedding.embed(["The model is loaded and warm."])
        begun = perf_counter()
        ingest(library, [documents_of(folder)])
        taken = perf_counter() - begun
        library.prepare_index()
        find_evidence(library, library.snapshot(), "The words are read.")
        yield library, taken


def _wait(library: Library, question: str) -> float:
    begun = perf_counter()
    find_evidence(library, library.snapshot(), question)
    return perf_counter() - begun


def main(arguments: Sequence[str]) -> int:
    """Print both lines and their ratio."""
    config = read_config(environment(Path()))
    if len(arguments) != 1 or not config.is_shared:
        sys.stderr.write("usage: RAG_LEDGER_URL=… RAG_CHROMA_URL=… eval.speed.servers FOLDER\n")
        return 2
    here, there = measure(Path(arguments[0]), config)
    for name, one in (("folder", here), ("servers", there)):
        slow = f"{one.slow_question * 1000:.1f}"
        print(f"{name:8} ingest {one.ingest:.2f} s, question {one.question * 1000:.1f} ms ({slow})")
    rates = there.ingest / here.ingest, there.question / here.question
    print(f"ratio    ingest {rates[0]:.2f}, question {rates[1]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

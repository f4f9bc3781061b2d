"""How fast an index is built anew out of its ledger: ``python -m eval.speed.rebuild``.

Nothing is embedded, so the small embedding of the tests does; passages a second by the clock,
until the index can be searched and until it holds the texts too.
"""

import sys
import tempfile
import time
from pathlib import Path

from eval.crash.notes import write
from eval.speed.tables import table
from rag.ingest import ingest
from rag.libraries import Library
from tests.small import small_library

SIZES = (100, 200)  # documents
SENTENCES = 60  # of each
TIMES = 3
HEAD = ["passages", "searched, a second", "complete, a second"]


def measure(documents: int) -> list[list[str]]:
    """Build the index of so many documents several times; a row for each."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "documents"
        folder.mkdir()
        write(folder, {f"{number}.txt": 1 for number in range(documents)}, SENTENCES)
        with small_library(Path(scratch) / "data") as library:
            ingest(library, [folder])
            rows += [_rates(library) for _ in range(TIMES)]
    return rows


def _rates(library: Library) -> list[str]:
    told: list[float] = []
    start = time.perf_counter()
    store = library.rebuild_index(lambda _: told.append(time.perf_counter()))
    done, passages = time.perf_counter(), store.count()
    return [f"{passages:,}", *(f"{passages / (end - start):,.0f}" for end in (told[-1], done))]


def main() -> int:
    """Print a table."""
    rows = [row for documents in SIZES for row in measure(documents)]
    sys.stdout.write(table([HEAD, *rows]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

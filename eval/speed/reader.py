"""What a replica costs that only reads: ``python -m eval.speed.reader DATA QUESTIONS``.

``DATA`` is a data folder that ``eval.speed.scale --keep`` left, ``QUESTIONS`` the JSON list beside
it. Each row is a process of its own: the first one finds nothing but the ledger, the next one what
that has left. Both ask every question by exact search. Then documents are written again, with other
keys as if they had changed, and it is measured how long the next snapshot takes.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.speed.costs import (
    STATUS,
    folder_bytes,
    latency_of,
    peak_memory,
    print_found,
    question_times,
    run_child,
    timed,
)
from eval.speed.ours import config_of
from eval.speed.tables import MEGABYTE, table
from rag.evidence import find_evidence
from rag.libraries import Library, opened

CHANGES = (1, 100, 1)
PLACE = "segments"
HEAD = ["", "opens, s", "own, MB", "of files, MB", "peak, MB", "question, ms", "95 %"]
HEAD += [f"{count} changed, s" for count in CHANGES]


def measure(data: Path, questions: Path) -> dict[str, object]:
    """Open a library, ask it everything, change documents, and say what it took."""
    start = perf_counter()
    with opened(config_of(data)) as library:
        library.snapshot()
        opening, before = perf_counter() - start, parts_of_memory()

        def ask(question: str) -> object:
            return find_evidence(library, library.snapshot(), question)

        times = question_times(ask, json.loads(questions.read_text(encoding="utf-8")))
        held, peak = parts_of_memory(), peak_memory()
        renewals = [renewal(library, count) for count in CHANGES]
        return {
            "opening": opening,
            "before": before,
            "held": held,
            "peak": peak,
            "times": times,
            "renewals": renewals,
        }


def renewal(library: Library, count: int) -> float:
    """Write so many documents again, and return the seconds of the next snapshot."""
    keys = sorted(library.ledger.keys())[:: max(1, len(library.ledger.keys()) // count)][:count]
    library.ledger.write([*library.ledger.records(keys)], remove=keys)
    return timed(library.snapshot)[1]


def parts_of_memory() -> tuple[int, int]:
    """Return the bytes that are this process's own, and those of files, which others share."""
    fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    own, mapped = (int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile"))
    return own, mapped


def row_of(name: str, found: dict[str, Any]) -> list[str]:
    """Return the cells of one process."""
    latency = latency_of(found["times"])
    own, mapped = found["held"]
    return [
        name,
        f"{found['opening']:.1f}",
        *(f"{count / MEGABYTE:,.0f}" for count in (own, mapped, found["peak"])),
        f"{latency.median:.1f}",
        f"{latency.slow:.1f}",
        *(f"{seconds:.2f}" for seconds in found["renewals"]),
    ]


def main(given: argparse.Namespace) -> None:
    """Measure two processes, one after the other."""
    shutil.rmtree(given.data / PLACE, ignore_errors=True)
    rows = [HEAD]
    for name in ("first", "next"):
        found, _ = run_child(
            "eval.speed.reader", ["measure", str(given.data), str(given.questions)]
        )
        rows.append(row_of(name, found))
        print(json.dumps({key: found[key] for key in ("before", "held")}), file=sys.stderr)
    print(table(rows))
    kept = folder_bytes(given.data / PLACE) / MEGABYTE
    print(f"\n{kept:,.0f} MB of files beside {folder_bytes(given.data) / MEGABYTE - kept:,.0f} MB.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print_found(**measure(Path(sys.argv[2]), Path(sys.argv[3])))
        sys.exit()
    parser = argparse.ArgumentParser(prog="python -m eval.speed.reader", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    main(parser.parse_args())

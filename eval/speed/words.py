"""Which engine should search for words: ``python -m eval.speed.words DATA QUESTIONS``.

``DATA`` is a data folder that ``eval.speed.scale --keep`` left, ``QUESTIONS`` the JSON list beside
it. The sentences' stems are written out once; every engine then indexes them in one process, and
is opened, asked and changed in another. Right is what BM25 says as Footnote has it (k1 = 1.5): a
text counts as found rightly if its score there is among the best hundred, ties included.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from eval.speed.costs import (
    latency_of,
    peak_memory,
    print_found,
    question_times,
    resident_parts,
    run_child,
    timed,
)
from eval.speed.tables import MEGABYTE, table
from eval.speed.word_engines import ENGINES, Changing, Library, is_there
from rag.ledger import open_ledger
from rag.vocabulary import content_stems

TOP = 100
SAME = 1e-4  # of a score
FEW = 70  # sentences of one document
MANY = 100 * FEW

Found = dict[str, object]


def prepare(home: Path, data: Path, questions: Path) -> Found:
    """Write the stems of all sentences, and what is right for every question."""
    ledger = open_ledger(data)
    with (home / "words.txt").open("w", encoding="utf-8") as file:
        for record in ledger.records():
            for start, end in record.bounds.tolist():
                file.write(" ".join(content_stems(record.document.text[start:end])) + "\n")
    asked = [list(dict.fromkeys(content_stems(one))) for one in json.loads(questions.read_text())]
    (home / "asked.json").write_text(json.dumps(asked))
    return {}


def right(home: Path) -> Found:
    """Note for every question which texts are among the best, ties included."""
    engine = Library(home / "bm25s")
    engine.open()
    best = []
    for words in _asked(home):
        scores = engine.scores(words)
        limit = max(SAME, float(np.partition(scores, -TOP)[-TOP]) - SAME)
        best.append(np.flatnonzero(scores >= limit).tolist())
    (home / "right.json").write_text(json.dumps(best))
    return {}


def build(home: Path, name: str) -> Found:
    """Index everything."""
    (home / name).mkdir()
    engine = ENGINES[name](home / name)
    texts = _texts(home)
    _, seconds = timed(lambda: engine.build(texts))
    return {"seconds": seconds, "size": engine.size(), "peak": peak_memory()}


def ask(home: Path, name: str) -> Found:
    """Open an index, ask it, and change it."""
    engine = ENGINES[name](home / name)
    before = sum(resident_parts())
    _, opening = timed(engine.open)
    asked = _asked(home)
    times = question_times(lambda place: engine.top(asked[int(place)], TOP), _places(asked))
    memory = resident_parts()
    right = json.loads((home / "right.json").read_text())
    found = [set(engine.top(words, TOP)) for words in asked]
    shares = [
        len(one & set(other)) / max(1, min(TOP, len(other)))
        for one, other in zip(found, right, strict=True)
    ]
    texts = _texts(home)
    changes = []
    for count in (FEW, MANY):
        if not isinstance(engine, Changing):
            changes.append(float("nan"))
            continue
        some = {number: texts[number] for number in range(count)}
        start = perf_counter()
        engine.change(some)
        engine.top(asked[0], 1)
        changes.append(perf_counter() - start)
    return {
        "opening": opening,
        "times": times,
        "own": memory[0],
        "mapped": memory[1],
        "before": before,
        "agreement": sum(shares) / len(shares),
        "changes": changes,
    }


def _places(asked: Sequence[object]) -> list[str]:
    return list(map(str, range(len(asked))))


def _asked(home: Path) -> list[list[str]]:
    asked: list[list[str]] = json.loads((home / "asked.json").read_text())
    return asked


def _texts(home: Path) -> list[str]:
    return (home / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]


def row_of(name: str, built: dict[str, float], found: dict[str, Any]) -> list[str]:
    """Return the cells of one engine."""
    latency = latency_of(found["times"])
    few, many = found["changes"]
    own, mapped, before = (float(str(found[key])) for key in ("own", "mapped", "before"))
    return [
        name,
        f"{built['size'] / MEGABYTE:,.0f}",
        f"{built['seconds']:.0f}",
        f"{built['peak'] / MEGABYTE:,.0f}",
        f"{float(str(found['opening'])):.2f}",
        f"{(own + mapped - before) / MEGABYTE:,.0f}",
        f"{latency.median:.1f}",
        f"{latency.slow:.1f}",
        *("built anew" if math.isnan(one) else f"{1_000 * one:.0f}" for one in (few, many)),
        f"{float(str(found['agreement'])):.3f}",
    ]


HEAD = ["engine", "disk, MB", "build, s", "peak, MB", "opens, s", "resident, MB", "question, ms"]
HEAD += ["95 %", "1 document, ms", "100 documents, ms", "agrees"]


def main(given: argparse.Namespace, home: Path) -> None:
    """Measure every engine that is there, and print the table."""
    run_child("eval.speed.words", ["prepare", str(home), str(given.data), str(given.questions)])
    rows = [HEAD]
    for name in filter(is_there, ENGINES):
        built, _ = run_child("eval.speed.words", ["build", str(home), name])
        if name == "bm25s":
            run_child("eval.speed.words", ["right", str(home)])
        found, _ = run_child("eval.speed.words", ["ask", str(home), name])
        rows.append(row_of(name, built, found))
        print(table([HEAD, rows[-1]]), flush=True)
    print(f"\n{table(rows)}")


STEPS = {
    "prepare": lambda home, data, questions: prepare(home, Path(data), Path(questions)),
    "right": right,
    "build": build,
    "ask": ask,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.words", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in STEPS:
        step, place, *others = sys.argv[1:]
        print_found(**STEPS[step](Path(place), *others))  # type: ignore[operator]
        sys.exit()
    with tempfile.TemporaryDirectory() as temporary:
        main(_arguments(), Path(temporary))

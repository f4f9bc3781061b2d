"""The files of an index are damaged, each in every way: ``python -m eval.damage``.

A library is made once; for every case its index is copied, damaged, and opened by a process of its
own with the small embedding of the tests. It has to be found and built anew, every document has to
be found first by a sentence of its own, with and without the index, and the process has to live.
What is left of the CASES after every file has had every damage are random bytes in random places.
The status is 1 if anything was wrong.
"""

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from eval.crash.damaging import DAMAGES
from eval.crash.living import Looked, Place, look
from eval.crash.notes import write
from eval.speed.tables import table
from rag.ingest import ingest
from tests.small import small_library

CASES = 100
MOST_SECONDS = 60
ANYWHERE = "a few random bytes, time kept"
PROCESSES = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the index, by its name, and what is done to it."""

    file: str
    damage: str
    seed: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a case: faults as sentences, and whether the index was built anew."""

    case: Case
    faults: list[str]
    seconds: float


def make(place: Place) -> None:
    """Make the library that is damaged."""
    write(place.documents, dict.fromkeys(place.names, 1), place.sentences)
    with small_library(place.data) as library:
        ingest(library, [place.documents])


def cases_of(place: Place, most: int) -> list[Case]:
    """Every file with every damage, then random bytes, until there are so many."""
    found = place.data.glob("index/gen-*/**/*")
    files = sorted(path.name for path in found if path.is_file() and path.stat().st_size)
    each = (Case(file, damage, 0) for damage in DAMAGES for file in files)
    return [case for case, _ in zip(_and_more(each, files), range(most), strict=False)]


def _and_more(each: Iterator[Case], files: list[str]) -> Iterator[Case]:
    yield from each
    for seed in count(1):
        yield from (Case(file, ANYWHERE, seed) for file in files)


def try_case(place: Place, case: Case, scratch: Path) -> Tried:
    """Damage a copy and open it in another process, which may die or hang."""
    copy = Place(scratch / "data", place.documents, place.count, place.sentences)
    shutil.rmtree(copy.data, ignore_errors=True)
    shutil.copytree(place.data, copy.data)
    (file,) = copy.data.glob(f"index/gen-*/**/{case.file}")
    DAMAGES[case.damage](file, Random(case.seed))  # noqa: S311 - no secret
    start = time.perf_counter()
    looked = look_within(copy, MOST_SECONDS)
    faults = looked.faults if looked.passages else [*looked.faults, "missed: it was not built anew"]
    return Tried(case, faults, time.perf_counter() - start)


def look_within(place: Place, seconds: float) -> Looked:
    """Look in a process of its own, for so long at most."""
    ear, mouth = PROCESSES.Pipe(duplex=False)
    allowed = {name: {1} for name in place.names}
    process = PROCESSES.Process(target=look, args=(place, allowed, mouth))
    process.start()
    mouth.close()
    try:
        if ear.poll(seconds):
            looked: Looked = ear.recv()
            process.join()
            return looked
    except EOFError:
        process.join()
        return Looked([f"crashed: it ended with {process.exitcode}"], 0.0)
    process.kill()
    process.join()
    return Looked([f"hung: no answer for {seconds} seconds"], 0.0)


def try_all(most: int, documents: int, sentences: int, scratch: Path) -> list[Tried]:
    """Try so many cases on a library of this size."""
    PROCESSES.set_forkserver_preload(["eval.crash.living", "chromadb"])
    place = Place(scratch / "sound" / "data", scratch / "documents", documents, sentences)
    make(place)
    return [try_case(place, case, scratch / "damaged") for case in cases_of(place, most)]


def tried_table(tried: list[Tried]) -> str:
    """The cases by what was done."""
    rows = [["damage", "cases", "held", "slowest, s"]]
    for damage in DAMAGES:
        some = [one for one in tried if one.case.damage == damage]
        if some:
            held = sum(not one.faults for one in some)
            slowest = max(one.seconds for one in some)
            rows.append([damage, str(len(some)), str(held), f"{slowest:.1f}"])
    return table(rows)


def main() -> int:
    """Try all cases, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--documents", type=int, default=36)
    parser.add_argument("--sentences", type=int, default=200, help="of a document")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tried = try_all(given.cases, given.documents, given.sentences, Path(scratch))
    print(tried_table(tried))
    print(f"{sum(not one.faults for one in tried)} of {len(tried)} found and built anew")
    for one in tried:
        for fault in one.faults[:3]:
            print(f"{one.case.file}, {one.case.damage}: {fault}")
    return int(any(one.faults for one in tried))


if __name__ == "__main__":
    sys.exit(main())

"""The steps of the measurement at scale, each in a process of its own.

``fill`` writes the simulated ledger, ``index`` builds the vector index from it, ``exact`` asks the
ledger alone and ``indexed`` both. Everything after ``fill`` is the product's own code.
"""

import cProfile
import io
import json
import pstats
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from eval.speed.corpus import centres_of, fill_ledger, real_sentences, simulated_records
from eval.speed.costs import (
    peak_memory,
    print_found,
    question_times,
    resident_memory,
    timed,
)
from eval.speed.floor import FOUND
from eval.speed.ours import config_of
from rag.embedding import open_embedding
from rag.evidence import find_evidence
from rag.fingerprint import check_fingerprint
from rag.ledger import open_ledger
from rag.libraries import Library, opened

LINES = 30  # of a profile

Found = dict[str, object]


@dataclass(frozen=True, slots=True)
class ScaleTask:
    """Where the ledger is, what it is made of, and what it is asked (a JSON list of texts)."""

    data: Path
    documents: Path
    questions: Path
    sentences: int
    profile: bool = False

    def to_json(self) -> str:
        """Return the task as it goes onto a command line."""
        return json.dumps(asdict(self), default=str)


def read_task(text: str) -> ScaleTask:
    """Read what ``to_json`` wrote."""
    row = json.loads(text)
    paths = {name: Path(row[name]) for name in ("data", "documents", "questions")}
    return ScaleTask(**paths, sentences=row["sentences"], profile=row["profile"])


def fill(task: ScaleTask) -> Found:
    """Write a ledger of simulated sentences."""
    embedding = open_embedding(config_of(task.data))
    sentences = real_sentences(task.documents)
    centres = centres_of(sentences, embedding.embed)
    ledger = open_ledger(task.data)
    check_fingerprint(ledger, embedding)
    records = simulated_records(sentences, centres, task.sentences)
    _, seconds = timed(lambda: fill_ledger(ledger, records))
    ledger.close()
    return {"seconds": seconds}


def index(task: ScaleTask) -> Found:
    """Build the vector index."""
    with opened(config_of(task.data), change=True) as library:
        store, seconds = timed(library.prepare_index)
        return {"seconds": seconds, "passages": store.count()}


def exact(task: ScaleTask) -> Found:
    """Ask as a process does that does not own the folder: without the index."""
    start = perf_counter()
    with opened(config_of(task.data)) as library:
        return _asked(library, task, start)


def indexed(task: ScaleTask) -> Found:
    """Ask with the index; ``floor`` are the times of a vector and one raw query."""
    start = perf_counter()
    with opened(config_of(task.data), change=True) as library:
        library.prepare_index()
        found = _asked(library, task, start)
        return found | {"floor": question_times(_raw(library), _questions(task))}


def _asked(library: Library, task: ScaleTask, start: float) -> Found:
    """Ask everything; ``opening`` is the seconds from ``start`` until the first answer."""
    questions = _questions(task)

    def ask(question: str) -> object:
        return find_evidence(library, library.snapshot(), question)

    with _profiled("until the first answer", on=task.profile):
        ask(questions[0])
    opening, resident = perf_counter() - start, resident_memory()
    with _profiled(f"{len(questions)} questions", on=task.profile):
        times = question_times(ask, questions)
    return {"opening": opening, "resident": resident, "times": times}


def _questions(task: ScaleTask) -> list[str]:
    questions: list[str] = json.loads(task.questions.read_text(encoding="utf-8"))
    return questions


def _raw(library: Library) -> Callable[[str], object]:
    store = library.prepare_index()
    return lambda question: store.nearest(library.embedding.embed([question])[0], FOUND)


@contextmanager
def _profiled(what: str, *, on: bool) -> Iterator[None]:
    """Say on stderr which functions took the time, with what they call and by themselves."""
    if not on:
        yield
        return
    with cProfile.Profile() as watch:
        yield
    text = io.StringIO()
    table = pstats.Stats(watch, stream=text).strip_dirs()
    for order in ("cumulative", "tottime"):
        table.sort_stats(order).print_stats(LINES)
    print(f"{what}\n{text.getvalue()}", file=sys.stderr)


STEPS = {"fill": fill, "index": index, "exact": exact, "indexed": indexed}


def main(step: str, text: str) -> None:
    """Do one step of a task that is given as JSON, and say what it cost."""
    found = STEPS[step](read_task(text))
    print_found(**found, peak=peak_memory())


if __name__ == "__main__":
    main(*sys.argv[1:])

"""This project as it is used: the whole ``rag ingest``, then questions to an open library."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from eval.speed.steps import Task, run_step
from rag.answering import ask
from rag.config import Config, environment, read_config
from rag.evidence import find_evidence
from rag.libraries import Library, opened


def ingest(task: Task) -> Mapping[str, object]:
    """Be ``rag ingest``: the terminal's own command, in this process, to its end."""
    from rag.cli import main

    sys.argv = ["rag", "--data", str(task.data), "ingest", str(task.documents)]
    try:
        main()
    except SystemExit as done:
        if done.code:
            raise
    return {}


@contextmanager
def search(task: Task) -> Iterator[Callable[[str], object]]:
    """Open the library with its index; a question finds its evidence."""
    with _open(task) as library:
        yield lambda question: find_evidence(library, library.snapshot(), question)


@contextmanager
def answer(task: Task) -> Iterator[Callable[[str], object]]:
    """Open the library with its index; a question is answered without a model."""
    with _open(task) as library:
        yield partial(ask, library, None)


@contextmanager
def _open(task: Task) -> Iterator[Library]:
    with opened(config_of(task.data), change=True) as library:
        library.prepare_index()
        yield library


def config_of(data: Path) -> Config:
    """Return the settings of the environment with another data folder."""
    return read_config(environment(Path())).apart(data)


if __name__ == "__main__":
    run_step(ingest, search, {"answer": answer})

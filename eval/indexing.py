"""A folder of documents, indexed to be measured on."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.questions import QuestionSetError
from rag.cli.progress import progress_shown
from rag.config import Config
from rag.documents import absolute
from rag.ingest import ingest
from rag.libraries import Library, Report, opened, quiet


@contextmanager
def indexed(
    documents: Path, config: Config, data: Path | None = None, say: Report = quiet
) -> Iterator[Library]:
    """Index a folder and nothing else, into a data folder that is kept if one is given.

    ``say`` is told what was left out. Raises QuestionSetError when the data folder holds other
    documents.
    """
    if data:
        check_data(data)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        at = config.apart(data or Path(temporary))
        with opened(at, say, change=True) as library:
            refuse_others(library, documents)
            with progress_shown() as (report, watch):
                done = ingest(library, [documents], report, watch)
            for name, reason in done.failed:
                say(f"{name} is left out: {reason}")
            yield library


def check_data(folder: Path) -> None:
    """Raise QuestionSetError for what can be no data folder; it is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if folder.is_file() else error.strerror
        raise QuestionSetError(
            f"{folder} cannot be used ({reason}); name another folder with --data."
        ) from error
    if not os.access(folder, os.W_OK):
        raise QuestionSetError(f"{folder} cannot be written to; name another folder with --data.")


def refuse_others(library: Library, documents: Path) -> None:
    """Raise QuestionSetError when a library holds what does not come from the folder.

    Files of the same names from another folder are others too: both would be found.
    """
    below = f"{absolute(documents)}/"
    others = [it.id for it in library.documents() if not it.source.startswith(below)]
    if others:
        raise QuestionSetError(
            f"{library.config.data} holds {len(others)} documents that are not from {documents}, "
            f"{others[0]} for one; name another folder with --data."
        )

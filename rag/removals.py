"""Documents are taken out: of the index, and out of the folder that would bring them back.

A file of the documents folder is moved to ``removed/`` in the data folder, so nothing is lost;
moved back, it is indexed again. A file from anywhere else stays where it is.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from rag.config import Config
from rag.documents import absolute
from rag.errors import DocumentError
from rag.ingest import remove_documents
from rag.ledger.rows import Entry
from rag.libraries import Library

PLACE = "removed"
HIDDEN_PLACE = ".removed"  # where the data folder is among the documents, and would be read


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that is no longer indexed, and in words where its file is."""

    name: str
    where: str


@dataclass(slots=True)
class RemovalReport:
    """What became of documents that were to go; ``failed`` pairs a name with a sentence."""

    removed: list[Removed] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def remove(library: Library, names: Sequence[str]) -> RemovalReport:
    """Take documents out of the index, and their files out of the documents folder.

    A document whose file cannot be moved stays, because the next ingest would bring it back.
    Raises OwnedError when another process owns the data folder.
    """
    done = RemovalReport()
    with library.change(), library.claimed(names):
        library.prepare_index()
        held = {entry.id: entry for entry in library.documents()}
        for name in dict.fromkeys(names):
            if name in held:
                _put_away(library, held[name], done)
            else:
                done.unknown.append(name)
        remove_documents(library, [one.name for one in done.removed])
    return done


def is_in_folder(library: Library, entry: Entry) -> bool:
    """Whether a document is a file of the documents folder."""
    return Path(entry.source).is_relative_to(absolute(library.config.documents))


def _put_away(library: Library, entry: Entry, done: RemovalReport) -> None:
    try:
        where = _moved(library, entry) if is_in_folder(library, entry) else _left(entry)
        done.removed.append(Removed(entry.id, where))
    except DocumentError as error:
        done.failed.append((entry.id, str(error)))


def _left(entry: Entry) -> str:
    path = Path(entry.source)
    if not entry.source or not path.is_file():
        return "it has no file"
    return f"its file stays at {path}, and rag ingest of that would bring it back"


def _moved(library: Library, entry: Entry) -> str:
    path = Path(entry.source)
    name = path.relative_to(absolute(library.config.documents))
    target = _free(place_of(library.config) / name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    except FileNotFoundError:
        return "its file was gone already"
    except OSError as error:
        raise DocumentError(
            f"{entry.id} cannot be moved out of its folder ({error.strerror}), so it stays; change "
            "the folder's permissions, or delete the file yourself."
        ) from error
    return f"its file is now {target}"


def place_of(config: Config) -> Path:
    """Return the folder that the files of removed documents are moved to."""
    is_read = absolute(config.data).is_relative_to(absolute(config.documents))
    return config.data / (HIDDEN_PLACE if is_read else PLACE)


def _free(path: Path) -> Path:
    """The path, or the first one with a number that no file has."""
    paths = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in count(2))
    return path if not path.exists() else next(one for one in paths if not one.exists())

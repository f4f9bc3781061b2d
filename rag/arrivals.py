"""Files that somebody brings are saved into the documents folder and indexed from there.

The folder stays the truth: what was brought is a file in it like any other, and the next ingest
finds it unchanged. Nothing is ever written over unless that was asked for.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from rag.changes import IngestReport, Watch, unwatched
from rag.documents import FoundFile, absolute, read_document
from rag.documents.folder import MAX_BYTES, too_large
from rag.documents.names import safe_name
from rag.errors import DocumentError, FootnoteError, TakenError
from rag.ingest import ingest_files
from rag.libraries import Library

FILES_AT_ONCE = 16  # saved and indexed together, so that each is told of soon
BYTES_AT_ONCE = 200_000
MOST_FILES = 200  # brought in one go; a folder that holds more is read where it lies
MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was brought: the name it had there, which may be anything, and its bytes."""

    given: str
    data: bytes

    @property
    def name(self) -> str:
        """The name it is saved under."""
        return safe_name(self.given)


class Fate(StrEnum):
    """What became of a file that was brought."""

    WAITING = "waiting"
    SAVED = "saved"
    ADDED = "added"
    CHANGED = "replaced"
    UNCHANGED = "already there, unchanged"
    TAKEN = "name taken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A brought file and its fate; ``reason`` is one sentence where it failed."""

    file: Brought
    fate: Fate
    reason: str = ""


Told = Callable[[Arrival], None]


def too_much(sizes: Sequence[int]) -> str:
    """Why files of these sizes are not taken in together, one sentence; nothing if they are."""
    if len(sizes) <= MOST_FILES and sum(sizes) <= MOST_BYTES:
        return ""
    megabytes = sum(sizes) // 1_000_000
    return (
        f"{len(sizes):,} files of {megabytes:,} MB are too many at once; bring at most "
        f"{MOST_FILES} of {MOST_BYTES // 1_000_000} MB, or put them into the documents folder."
    )


def take_in(
    library: Library,
    files: Sequence[Brought],
    told: Told,
    watch: Watch = unwatched,
    *,
    replace: bool = False,
) -> None:
    """Save files and index them; ``told`` hears of each what becomes of it.

    One that cannot be read or saved is told of with its reason, and the rest is taken in. Without
    ``replace`` a name that is taken by other content is left alone. Raises OwnedError when
    another process owns the data folder; then nothing is saved.
    """
    with library.change():
        library.prepare_index()
        for group in _groups(files):
            saved = [
                one for one in group if _is_saved(library.config.documents, one, told, replace)
            ]
            _index(library, saved, told, watch)


def save_file(folder: Path, name: str, data: bytes, *, replace: bool = False) -> None:
    """Write a file whole or not at all, and keep it through a power cut.

    Raises TakenError when there is one of that name and it is not to be replaced, and
    DocumentError, naming the file, when the folder cannot be written.
    """
    try:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - tells a file in the way by its name
        _write(folder / name, data, replace=replace)
    except FileExistsError as error:
        if not folder.is_dir():
            raise DocumentError(f"{name} cannot be saved: {folder} is not a folder.") from error
        raise TakenError(f"There is a {name} already, with other content.") from error
    except OSError as error:
        raise DocumentError(
            f"{name} cannot be saved into {folder} ({error.strerror}); make room there or change "
            "its permissions, or set RAG_DOCUMENTS to another folder."
        ) from error


def _groups(files: Sequence[Brought]) -> Iterator[list[Brought]]:
    group: list[Brought] = []
    for one in files:
        group.append(one)
        if len(group) == FILES_AT_ONCE or sum(len(it.data) for it in group) > BYTES_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _is_saved(folder: Path, file: Brought, told: Told, replace: bool) -> bool:
    """Save a file that can be read; one that is there with the same bytes counts as saved."""
    try:
        _check(file)
        if not _is_there(folder / file.name, file.data):
            save_file(folder, file.name, file.data, replace=replace)
    except TakenError as error:
        told(Arrival(file, Fate.TAKEN, str(error)))
        return False
    except DocumentError as error:
        told(Arrival(file, Fate.FAILED, str(error)))
        return False
    told(Arrival(file, Fate.SAVED))
    return True


def _check(file: Brought) -> None:
    """Raise DocumentError for a file that could not be indexed, so that it is not saved either."""
    if len(file.data) > MAX_BYTES:
        raise too_large(file.name, len(file.data))
    read_document(file.data, file.name, Path(file.name))


def _is_there(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _index(library: Library, saved: Sequence[Brought], told: Told, watch: Watch) -> None:
    root = absolute(library.config.documents)
    try:
        done = ingest_files(library, [FoundFile(root, one.name) for one in saved], watch)
    except FootnoteError as error:
        for one in saved:
            told(Arrival(one, Fate.FAILED, f"{one.name} is saved but not indexed yet: {error}"))
        return
    for one in saved:
        told(_arrival(one, done))


def _arrival(file: Brought, done: IngestReport) -> Arrival:
    reasons = dict(done.failed)
    if file.name in reasons:
        return Arrival(file, Fate.FAILED, reasons[file.name])
    for names, fate in ((done.changed, Fate.CHANGED), (done.unchanged, Fate.UNCHANGED)):
        if file.name in names:
            return Arrival(file, fate)
    return Arrival(file, Fate.ADDED)


def _write(path: Path, data: bytes, *, replace: bool) -> None:
    part = path.with_name(f".{uuid4().hex}.part")  # hidden, so that no ingest reads it
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            _name(part, path)
        _keep_names(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, path: Path) -> None:
    """Give a file its name unless that is taken, in one step where the file system can."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)


def _keep_names(folder: Path) -> None:
    """Have the folder itself written to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

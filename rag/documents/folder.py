"""The files of a folder, in a stable order, with the names that people will see."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.documents.kinds import ENDINGS
from rag.errors import DocumentError

MAX_BYTES = 50_000_000  # of a file: a shelf of books; what is larger is a dump of many documents
MEGABYTE = 1_000_000
NO_FILE = "is no ordinary file, so it was not read; remove it."


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: the folder that was asked for, and the name below it (with slashes)."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.root / self.name

    @property
    def source(self) -> str:
        """Where the file is, as the ledger keeps it."""
        return os.path.join(self.root, self.name)  # noqa: PTH118 - a tenth of what a Path takes


def absolute(path: Path) -> Path:
    """Return where a path leads, without following links: the same file has the same name."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - Path.resolve follows links


Refuse = Callable[[str, str], None]
"""What is told the name of a file that will not be read, and why, in a sentence."""


def passed_over(name: str, reason: str) -> None:
    """Tell nobody."""


def find_files(path: Path, refuse: Refuse = passed_over) -> list[FoundFile]:
    """List the readable kinds of files below a folder, sorted by name; a file stands for itself.

    Hidden files and folders and other kinds are passed over; links that leave the folder and what
    is no ordinary file are refused. Raises DocumentError when the path is missing or is not
    readable, or is neither a folder nor a file.
    """
    path = absolute(path)
    if path.is_file():
        return [FoundFile(path.parent, path.name)]
    if not path.is_dir():
        raise DocumentError(_no_file(path))
    if not os.access(path, os.R_OK | os.X_OK):
        raise DocumentError(f"{path} may not be read by this user; change its permissions.")
    return sorted(_below(path, refuse), key=lambda found: found.name)


def read_bytes(found: FoundFile, name: str) -> bytes:
    """Read a file whole; raises DocumentError when it cannot be read or is too large."""
    try:
        # open: a Path takes longer than the read
        with open(found.source, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DocumentError(f"{name} {NO_FILE}")
            data = file.read(MAX_BYTES + 1)  # not a byte more, however fast it grows
    except OSError as error:
        raise DocumentError(f"{name} cannot be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise too_large(name, max(len(data), size_of(found, name)))
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to would have us wait for ever."""
    return os.open(path, flags | os.O_NONBLOCK)


def size_of(found: FoundFile, name: str) -> int:
    """Return a file's bytes; raises DocumentError when it is too large, or is no longer there."""
    try:
        size = os.stat(found.source).st_size  # noqa: PTH116 - for the same reason
    except OSError as error:
        raise DocumentError(f"{name} cannot be read ({error.strerror}).") from error
    if size > MAX_BYTES:
        raise too_large(name, size)
    return size


def too_large(name: str, size: int) -> DocumentError:
    """Return the error for a file of so many bytes."""
    return DocumentError(
        f"{name} has {size / MEGABYTE:,.1f} MB, and a document may have {MAX_BYTES // MEGABYTE}; "
        "split it into smaller files."
    )


def refuse_unreadable(error: OSError) -> None:
    """Raise DocumentError for a folder that may not be read, or its documents would seem gone."""
    if isinstance(error, PermissionError):
        raise DocumentError(
            f"{error.filename} may not be read by this user; change its permissions, or move it "
            "out of the folder."
        ) from error


def _no_file(path: Path) -> str:
    if path.exists():
        return f"{path} is neither a folder nor an ordinary file, so it is not read."
    return f"{path} does not exist; name a folder or a file that does."


def _below(root: Path, refuse: Refuse) -> Iterator[FoundFile]:
    home = root.resolve()
    for folder, folders, names in os.walk(root, onerror=refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(folder).relative_to(root).as_posix()
        prefix = "" if below == "." else f"{below}/"
        for name in names:
            if _is_wanted(name):
                reason = _why_not(f"{folder}/{name}", home)
                if reason:
                    refuse(prefix + name, f"{prefix}{name} {reason}")
                else:
                    yield FoundFile(root, prefix + name)


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS  # noqa: PTH122


def _why_not(path: str, home: Path) -> str:
    """Why a path is not read: it must be an ordinary file of the folder, or a link to one.

    The walk follows no links to folders, so only the last step can lead out.
    """
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            return "" if stat.S_ISREG(mode) else NO_FILE
        real = Path(path).resolve(strict=True)
        if not real.is_relative_to(home):
            return (
                "is a link that leaves the folder, so it was not read; put the file itself there."
            )
    except (OSError, RuntimeError):  # it goes round in a circle, or to nothing
        return "is a link that leads nowhere; remove it."
    return "" if real.is_file() else NO_FILE

"""The files of a folder, in a stable order, with the names that people will see."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.documents.kinds import ENDINGS
from rag.errors import DocumentError

MAX_BYTES = 50_000_000  # of a file: a shelf of books; what is larger is a dump of many documents
MEGABYTE = 1_000_000


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


def find_files(path: Path) -> list[FoundFile]:
    """List the readable kinds of files below a folder, sorted by name; a file stands for itself.

    Hidden files and folders, other kinds, links that leave the folder and what is no ordinary
    file are passed over. Raises DocumentError when the path is missing or is not readable.
    """
    path = absolute(path)
    if path.is_file():
        return [FoundFile(path.parent, path.name)]
    if not path.is_dir():
        raise DocumentError(f"{path} does not exist; name a folder or a file that does.")
    if not os.access(path, os.R_OK | os.X_OK):
        raise DocumentError(f"{path} may not be read by this user; change its permissions.")
    return sorted(_below(path), key=lambda found: found.name)


def read_bytes(found: FoundFile, name: str) -> bytes:
    """Read a file whole; raises DocumentError when it cannot be read or is too large."""
    try:
        with open(found.source, "rb") as file:  # noqa: PTH123 - a Path takes longer than the read
            data = file.read(MAX_BYTES + 1)  # not a byte more, however fast it grows
    except OSError as error:
        raise DocumentError(f"{name} cannot be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise _too_large(name, max(len(data), size_of(found, name)))
    return data


def size_of(found: FoundFile, name: str) -> int:
    """Return a file's bytes; raises DocumentError when it is too large, or is no longer there."""
    try:
        size = os.stat(found.source).st_size  # noqa: PTH116 - for the same reason
    except OSError as error:
        raise DocumentError(f"{name} cannot be read ({error.strerror}).") from error
    if size > MAX_BYTES:
        raise _too_large(name, size)
    return size


def _too_large(name: str, size: int) -> DocumentError:
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


def _below(root: Path) -> Iterator[FoundFile]:
    home = root.resolve()
    for folder, folders, names in os.walk(root, onerror=refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(folder).relative_to(root).as_posix()
        prefix = "" if below == "." else f"{below}/"
        for name in names:
            if _is_wanted(name) and _is_inside(f"{folder}/{name}", home):
                yield FoundFile(root, prefix + name)


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS  # noqa: PTH122


def _is_inside(path: str, home: Path) -> bool:
    """Whether this is an ordinary file of the folder, or a link that leads to one.

    The walk follows no links to folders, so only the last step can lead out.
    """
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISLNK(mode):
            return stat.S_ISREG(mode)
        real = Path(path).resolve(strict=True)
        return real.is_relative_to(home) and real.is_file()
    except (OSError, RuntimeError):  # a link to nothing, or one that goes round in a circle
        return False

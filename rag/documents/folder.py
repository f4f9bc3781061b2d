"""The files of a folder, in a stable order, with the names that people will see."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.documents.reading import READERS
from rag.errors import DocumentError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: the folder that was asked for, and the name below it (with slashes)."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.root / self.name


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


def _below(root: Path) -> Iterator[FoundFile]:
    home = root.resolve()
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if _is_wanted(path) and _is_inside(path, home):
                yield FoundFile(root, path.relative_to(root).as_posix())


def _is_wanted(path: Path) -> bool:
    return path.suffix.lower() in READERS and not path.name.startswith(".")


def _is_inside(path: Path, home: Path) -> bool:
    try:
        real = path.resolve(strict=True)
        return real.is_relative_to(home) and stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError):  # a link to nothing, or one that goes round in a circle
        return False

"""A seal on an index: what its files were when it was last known to be in step with the ledger.

Chroma overwrites files in place and does not notice that one was cut off or changed; it answers
with wrong neighbours, or ends the process that reads it. So the ledger keeps the size and hash of
every file, and only what is byte for byte as it was sealed is ever opened. Searching writes
nothing, so that an index whose owner was killed while it rested is sound.
"""

import hashlib
import json
import os
import stat
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HEADER = struct.Struct("<i6Q")
"""Of ``header.bin``: version, offset, most elements, elements, bytes of one, and two more."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was: ``size`` and ``hash`` count, ``changed`` spares reading it again."""

    size: int
    changed: int
    hash: str


Seal = Mapping[str, Sealed]


def seal_of(folder: Path, before: Seal | None = None) -> Seal:
    """Seal the files below a folder; those that stand as ``before`` are not read again.

    Raises OSError when one cannot be read.
    """
    return {
        name: _sealed(folder / name, found, (before or {}).get(name))
        for name, found in _files(folder)
    }


def seal_text(seal: Seal, revision: str) -> str:
    """A seal as the ledger keeps it, for the documents of one revision."""
    files = {name: [one.size, one.hash] for name, one in seal.items()}
    return json.dumps({"revision": revision, "files": files}, sort_keys=True)


def unbroken(folder: Path, text: str, revision: str) -> Seal | None:
    """The seal of a folder, if its files are what the text says of this revision; else None."""
    try:
        wanted = json.loads(text or '{"revision": "", "files": {}}')
        if wanted["revision"] != revision or _sizes(wanted["files"]) != _sizes_in(folder):
            return None  # a file of a terabyte is not read to find that out
        seal = seal_of(folder)
    except (OSError, ValueError, TypeError, KeyError):  # what is no seal seals nothing
        return None
    return seal if json.loads(seal_text(seal, revision)) == wanted else None


def is_touched(folder: Path, seal: Seal) -> bool:
    """Whether the files are not those that were sealed, by their sizes and times alone."""
    try:
        now = {name: (found.st_size, found.st_mtime_ns) for name, found in _files(folder)}
    except OSError:
        return True
    return now != {name: (one.size, one.changed) for name, one in seal.items()}


def is_whole(folder: Path) -> bool:
    """Whether the graph's files are as long as its header says.

    On a full disk Chroma leaves them shorter, without a word.
    """
    return all(_is_whole(header) for header in folder.glob("*/header.bin"))


def _is_whole(header: Path) -> bool:
    try:
        elements, bytes_of_one = map(int, HEADER.unpack_from(header.read_bytes())[3:5])
        vectors = header.with_name("data_level0.bin").stat().st_size
        lengths = header.with_name("length.bin").stat().st_size
    except (OSError, struct.error):
        return False
    return vectors >= elements * bytes_of_one and lengths >= 4 * elements


def _sizes(files: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    return {name: size for name, (size, _) in files.items()}


def _sizes_in(folder: Path) -> dict[str, int]:
    return {name: found.st_size for name, found in _files(folder)}


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The files below a folder; what is no ordinary file raises OSError."""
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode):
            continue
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no file")
        yield path.relative_to(folder).as_posix(), found


def _sealed(path: Path, found: os.stat_result, before: Sealed | None) -> Sealed:
    if before and (before.size, before.changed) == (found.st_size, found.st_mtime_ns):
        return before
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Sealed(found.st_size, found.st_mtime_ns, digest)

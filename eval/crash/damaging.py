"""Damage to files, of every sort that disks, programs and people do."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

SPARSE = 1_000_000_000_000
FEW = 64


def truncate(path: Path, _: Random) -> None:
    """Cut a file in half."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path, _: Random) -> None:
    """Leave nothing in a file."""
    os.truncate(path, 0)


def fill(path: Path, random: Random) -> None:
    """Fill a file with random bytes, at its length."""
    path.write_bytes(random.randbytes(path.stat().st_size))


def fill_in(path: Path, random: Random) -> None:
    """Write a few random bytes somewhere, and leave the time of the last change as it was."""
    found = path.stat()
    with path.open("r+b") as file:
        file.seek(random.randrange(max(1, found.st_size - FEW)))
        file.write(random.randbytes(FEW))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def flip(path: Path, random: Random) -> None:
    """Turn one bit round."""
    data = bytearray(path.read_bytes() or b"\0")
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(data)


def blank(path: Path, _: Random) -> None:
    """Fill a file with zeros, as a disk does after a power cut."""
    path.write_bytes(bytes(path.stat().st_size))


def lengthen(path: Path, random: Random) -> None:
    """Add something behind the end."""
    with path.open("ab") as file:
        file.write(random.randbytes(10_000))


def stretch(path: Path, _: Random) -> None:
    """Make a file a terabyte long, nearly all of it a hole."""
    os.truncate(path, SPARSE)


def lose(path: Path, _: Random) -> None:
    """Remove a file."""
    path.unlink()


def swap_for_folder(path: Path, _: Random) -> None:
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


def swap_for_pipe(path: Path, _: Random) -> None:
    """Put a pipe in the place of a file, which who reads it waits for without end."""
    path.unlink()
    os.mkfifo(path)


def swap_for_endless(path: Path, _: Random) -> None:
    """Put a link to something endless in the place of a file."""
    path.unlink()
    path.symlink_to("/dev/zero")


def lose_folder(path: Path, _: Random) -> None:
    """Remove the folder that a file is in."""
    shutil.rmtree(path.parent)


Damage = Callable[[Path, Random], None]
DAMAGES: Mapping[str, Damage] = {
    "cut in half": truncate,
    "emptied": empty,
    "random bytes": fill,
    "missing": lose,
    "a terabyte of holes": stretch,
    "a few random bytes, time kept": fill_in,
    "one bit flipped": flip,
    "zeros": blank,
    "longer": lengthen,
    "a folder in its place": swap_for_folder,
    "a pipe in its place": swap_for_pipe,
    "a link to /dev/zero": swap_for_endless,
    "its folder gone": lose_folder,
}

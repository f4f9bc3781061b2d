"""Waiting for the moment at which a certain file of the store is written, made or removed."""

import time
from collections.abc import Callable
from glob import glob
from pathlib import Path

TARGETS = (
    "ledger.sqlite-wal",
    "index/gen-*/chroma.sqlite3",
    "index/gen-*/*/data_level0.bin",
    "ledger.sqlite",
    "index/gen-*",
    "index/gen-*/chroma.sqlite3-journal",
    "index/gen-*/*/header.bin",
    "index/gen-*/*/link_lists.bin",
    "index/gen-*/*/length.bin",
    "index/gen-*/*/index_metadata.pickle",
    "owner.json",
)
Seen = tuple[tuple[str, int, int], ...]


def wait_for(data: Path, target: str, changes: int, is_over: Callable[[], bool]) -> bool:
    """Return as soon as files of a name have changed so many times; False when it is over first."""
    before = _seen(data, target)
    while not is_over():
        now = _seen(data, target)
        if now != before:
            before, changes = now, changes - 1
            if changes <= 0:
                return True
    return False


def wait_until(moment: float, is_over: Callable[[], bool]) -> None:
    """Return at a moment of the monotonic clock, or when it is over first."""
    while time.monotonic() < moment and not is_over():
        time.sleep(0.002)


def _seen(data: Path, target: str) -> Seen:
    seen = []
    for name in glob(target, root_dir=data):  # noqa: PTH207 - that of Path minds what goes meanwhile
        try:
            found = (data / name).stat()
        except OSError:  # gone this very moment
            continue
        seen.append((name, found.st_size, found.st_mtime_ns))
    return tuple(seen)

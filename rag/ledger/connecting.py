"""Connections to the ledger's file: to read and write, or to read where nothing can be written."""

import sqlite3
from contextlib import suppress
from pathlib import Path

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
SECONDS = 30  # that one waits for another who writes


class ReadOnly(sqlite3.Connection):
    """A connection that only reads, and that is not to be kept: it would not see a change."""


def connect(path: Path) -> sqlite3.Connection:
    """Connect to a ledger; on a full disk, or in a folder that is read-only, only to read.

    Raises sqlite3.Error when neither goes.
    """
    connection = sqlite3.connect(path, SECONDS, check_same_thread=False)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # makes what a reader shares
    except sqlite3.OperationalError:
        connection.close()
        if not _is_at_rest(path):
            raise
        return _read_only(path)
    return connection


def _read_only(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False, factory=ReadOnly)


def _is_at_rest(path: Path) -> bool:
    """Whether all that was committed is in the file itself, and nothing beside it."""
    with suppress(OSError):
        if not path.stat().st_size:
            return False
        beside = path.with_name(f"{path.name}-wal")
        return not beside.exists() or not beside.stat().st_size
    return False

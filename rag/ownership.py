"""One process at a time changes a data folder: a lock that dies with its holder, and a note.

The lock is the operating system's (``filelock``), so a killed process never leaves it behind.
The note says who holds it; found without a lock, it means nothing.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LedgerError, OwnedError, StoreError

LOCK_NAME, NOTE_NAME = "owner.lock", "owner.json"
HOLDER_NAME = "index.lock"  # beside the index
PATIENCE = 60.0  # seconds that a process whose owner died gets for the call it is in


@dataclass(frozen=True, slots=True)
class Ownership:
    """The folder is ours until ``release``."""

    lock: FileLock
    note: Path

    def release(self) -> None:
        """Give the folder back."""
        self.note.unlink(missing_ok=True)
        self.lock.release()


def take_ownership(folder: Path) -> Ownership:
    """Take a data folder, at once or not at all.

    Raises OwnedError, naming the process that holds it, and LedgerError when the folder
    cannot be written.
    """
    note = folder / NOTE_NAME
    lock = FileLock(folder / LOCK_NAME, timeout=0, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise _held(folder) from error
    except OSError as error:
        raise LedgerError(
            f"The data folder {folder} cannot be written ({error.strerror}); "
            "set RAG_DATA to a folder that can be."
        ) from error
    with suppress(OSError):  # on a full disk nobody is named, but the lock holds
        note.write_text(json.dumps({"process": os.getpid(), "command": _command()}))
    return Ownership(lock, note)


def check_free(folder: Path) -> None:
    """Raise OwnedError when another process holds a data folder; nothing is taken or made.

    For a command that will want it, before it loads what takes a second to load.
    """
    if not (folder / LOCK_NAME).exists():
        return
    lock = FileLock(folder / LOCK_NAME, timeout=0)
    try:
        lock.acquire()
        lock.release()
    except Timeout as error:
        raise _held(folder) from error
    except OSError:
        return  # who takes it says what is wrong


def holder_of(folder: Path) -> int | None:
    """The number of the process that holds a data folder or was killed while it did."""
    try:
        return int(json.loads((folder / NOTE_NAME).read_text())["process"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def holding_index(folder: Path) -> Iterator[None]:
    """Hold the folder of the index, once a process that held it for a dead owner is gone.

    That one ends by itself, after the call it is in. Raises StoreError when it does not.
    """
    lock = FileLock(folder.with_name(HOLDER_NAME), timeout=PATIENCE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, Timeout) as error:
        raise StoreError(
            f"The search index in {folder} cannot be held ({error}); end the process that holds "
            "it, or free some space, then run: rag rebuild"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip()


def _held(folder: Path) -> OwnedError:
    return OwnedError(
        f"The data folder {folder} is in use by {_holder(folder / NOTE_NAME)}; close that first, "
        "or set RAG_DATA to another folder."
    )


def _holder(note: Path) -> str:
    try:
        holder = json.loads(note.read_text())
        return f"process {holder['process']} ({holder['command']})"
    except (OSError, ValueError, KeyError, TypeError):  # being written this very moment
        return "another process"

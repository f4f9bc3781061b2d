"""Files are read by a process apart, which may do nothing else and not for long.

It is started when it is first needed and then serves one file after the other. When it overruns
its time, or dies, it is replaced: that file is named, and the next one is read.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import BinaryIO

from rag.documents.content import Content, Reader
from rag.documents.limits import MEMORY, SECONDS
from rag.documents.messages import Broken, receive, send, unpack
from rag.errors import DocumentError

HOME = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "rag.documents.child")
KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")
"""What the process gets to know of the environment: no key, no address, no setting."""


@contextmanager
def reading_apart(seconds: float = SECONDS, command: tuple[str, ...] = COMMAND) -> Iterator[Reader]:
    """Give a reader for files of every kind that lives in a process of its own.

    It raises DocumentError for a file that cannot be read, takes too long or too much memory.
    """
    worker = _Worker(seconds, command)
    try:
        yield worker.read
    finally:
        worker.stop()


def read_apart(data: bytes, name: str) -> Content:
    """Read one file in a process of its own; raises DocumentError."""
    with reading_apart() as read:
        return read(data, name)


class _Worker:
    """The process, while there is one."""

    def __init__(self, seconds: float, command: tuple[str, ...]) -> None:
        self._seconds = seconds
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> Content:
        """Read a file; a process that has read others before it is not the measure of it.

        Then a fresh one tries again, in what is left of the time.
        """
        is_used, start = self._process is not None, monotonic()
        found, is_spent = self._ask(data, name, self._seconds)
        if is_spent and is_used:
            self.stop()
            found, is_spent = self._ask(data, name, self._seconds - (monotonic() - start))
        if is_spent:
            self.stop()
        if isinstance(found, Content):
            return found
        raise DocumentError(found)

    def _ask(self, data: bytes, name: str, seconds: float) -> tuple[Content | str, bool]:
        """Return what came back, and whether the process can no longer be used."""
        process = self._started()
        requests, replies = _pipes(process)
        overrun = Timer(max(0.0, seconds), process.kill)
        overrun.start()
        try:
            send(requests, name.encode(errors="replace"))
            send(requests, data)
            found = unpack(receive(replies))
        except (Broken, OSError):
            is_late = overrun.finished.is_set()
            self.stop()
            return (_too_long(name, self._seconds) if is_late else _ended(name)), not is_late
        finally:
            overrun.cancel()
        return (found, False) if isinstance(found, Content) else found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=HOME.anchor,
                env=bare_environment(),
                start_new_session=True,  # Ctrl-C is for the process that asks
            )
        return self._process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in _pipes(process):
            with suppress(OSError):  # what was not sent any more
                pipe.close()
        process.wait()


def bare_environment() -> dict[str, str]:
    """What a process apart gets of the environment, and where it finds this program."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"}


def _pipes(process: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout  # type: ignore[return-value]  # typeshed says IO[bytes]


def _too_long(name: str, seconds: float) -> str:
    return (
        f"{name} takes more than {seconds:g} seconds to read, as no ordinary document does; it "
        "was not read."
    )


def _ended(name: str) -> str:
    return (
        f"{name} brought the program that reads it to its end, or would take more than "
        f"{MEMORY // 1_000_000} MB; it is damaged, or not meant well, and was not read."
    )

"""The vector index in a process of its own, for a program in which people wait for others.

Chroma holds the interpreter's lock for the whole of a call, also while it waits for the disk: in
the process that answers, every session stands still meanwhile. In a process of its own only those
wait who ask it something, and what brings it to its end ends nothing else.
"""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.apart import HOME, bare_environment
from rag.errors import StoreError
from rag.store import HASTE, Pace, PassageRow, Store, failed

if TYPE_CHECKING:
    import chromadb

COMMAND = (sys.executable, "-m", "rag.store_child")
PATIENCE = 10.0  # seconds that the process gets to end by itself
SILENCE, SILENCE_OF_CHANGES = 20.0, 300.0  # seconds after which a process counts as hung


def open_apart(
    folder: Path, *, create: bool = False, command: Sequence[str] = COMMAND
) -> "ApartStore":
    """Open the index in a folder, or make an empty one, in a process of its own.

    Raises StoreError as ``open_store`` does.
    """
    store = ApartStore(folder, create=create, command=command)
    try:
        store.wait_until_open()
    except StoreError:
        store.close()
        raise
    return store


class Line:
    """One line to the process; whoever asks on it waits for those before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asking = Lock()

    def ask(self, what: str, given: tuple[object, ...], seconds: float) -> Any:
        """Have the index do something, within so many seconds.

        Raises StoreError, and EOFError or OSError (TimeoutError too) when it died or hangs.
        """
        with self._asking:
            try:
                self._connection.send((what, given))
                return self.hear(seconds)
            except StoreError:
                raise
            except BaseException:  # the next one would hear what was said to this one
                self._connection.close()
                raise

    def hear(self, seconds: float) -> Any:
        """Wait for what comes back; raises as ``ask`` does."""
        if not self._connection.poll(seconds):
            raise TimeoutError
        found, trouble = self._connection.recv()
        if trouble:
            raise StoreError(trouble)
        return found

    def close(self) -> None:
        """Hang up, once nobody waits for an answer."""
        with self._asking:
            self._connection.close()


class ApartStore(Store):
    """An open index whose every method is done by the process that holds it.

    Changes and questions have a line each, so that a question waits for the one call at work and
    not for all that are in a row. It has no client and no collection of its own.
    """

    def __init__(self, folder: Path, *, create: bool, command: Sequence[str]) -> None:
        self.folder = folder
        self.is_written = False
        self.silence = SILENCE
        (changes, far_changes), (questions, far_questions) = Pipe(), Pipe()
        self._changes, self._questions = Line(changes), Line(questions)
        with far_changes, far_questions:
            far = (far_changes.fileno(), far_questions.fileno())
            self._process = _begun([*command, str(folder.absolute()), _how(create=create)], far)

    @property
    def collection(self) -> "chromadb.Collection":
        """Nothing: Chroma's handle is in the other process."""
        raise StoreError("The index is open in a process of its own; open the library yourself.")

    @property
    def process(self) -> int:
        """The number of the process that holds the index."""
        return self._process.pid

    def wait_until_open(self) -> None:
        """Wait until the process has opened the index; raises StoreError."""
        try:
            self._changes.hear(SILENCE_OF_CHANGES)
        except (EOFError, OSError) as error:
            raise self._lost("read", error) from error

    def add(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], pace: Pace = HASTE
    ) -> None:
        """Add passages with their (n, dimension) vectors."""
        for start in range(0, len(rows), pace.whole):
            some = slice(start, start + pace.whole)
            self._change("add", rows[some], vectors[some], pace)

    def add_bare(
        self, rows: Sequence[PassageRow], vectors: NDArray[np.float32], pace: Pace = HASTE
    ) -> None:
        """Add what a search needs of passages."""
        for start in range(0, len(rows), pace.bare):
            some = slice(start, start + pace.bare)
            self._change("add_bare", rows[some], vectors[some], pace)

    def add_texts(self, rows: Sequence[PassageRow], pace: Pace = HASTE) -> None:
        """Add to bare passages what other programs read."""
        for start in range(0, len(rows), pace.whole):
            self._change("add_texts", rows[start : start + pace.whole], pace)

    def remove(self, keys: Iterable[int], pace: Pace = HASTE) -> None:
        """Remove every passage of the documents with these keys."""
        if every := [*keys]:
            self._change("remove", every, pace)

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[tuple[int, int, int]]:
        """Return (key, first, last) of the passages nearest to a vector, best first."""
        found: list[tuple[int, int, int]] = self._asked("nearest", vector, count)
        return found

    def near(self, vector: NDArray[np.float32], count: int) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector with their distances, best first."""
        found: list[tuple[str, float]] = self._asked("near", vector, count)
        return found

    def count(self) -> int:
        """Return how many passages the index holds."""
        return int(self._asked("count"))

    def close(self) -> None:
        """Have the process close the index and end."""
        for line in (self._questions, self._changes):
            line.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if self.is_lost else PATIENCE)
        self._process.kill()
        self._process.wait()

    def _change(self, what: str, *given: object) -> None:
        self.is_written = True
        try:
            self._changes.ask(what, given, SILENCE_OF_CHANGES)
        except (EOFError, OSError) as error:
            raise self._lost("written", error) from error

    def _asked(self, what: str, *given: object) -> Any:
        try:
            return self._questions.ask(what, given, self.silence)
        except (EOFError, OSError) as error:
            raise self._lost("read", error) from error

    def _lost(self, done: str, _: BaseException) -> StoreError:
        self.is_lost = True
        return failed(done)


def _how(*, create: bool) -> str:
    return "make" if create else "open"


def _begun(command: Sequence[str], far: tuple[int, int]) -> "subprocess.Popen[bytes]":
    """Begin the process, with its ends of the lines; raises StoreError."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, *map(str, far)],
            pass_fds=far,
            stdin=subprocess.DEVNULL,
            cwd=HOME.anchor,
            env=bare_environment(),
            start_new_session=True,  # Ctrl-C is for the process that asks
        )
    except OSError as error:  # no memory, or no more processes
        raise failed("read") from error

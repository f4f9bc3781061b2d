"""A stream under a clock: what keeps a silent, slow or endless one from keeping its reader."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import TypeVar

Item = TypeVar("Item")
AHEAD = 100
"""Pieces that are read before anybody wants them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds between two signs of life, seconds in all, and characters in all."""

    beat: float = 1.0
    deadline: float = 50.0
    characters: int = 20_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection and for the next byte; a pause before each new attempt.

    A silent server is not asked again: the reader has waited long enough. ``limits`` are those
    of a whole reply.
    """

    connect: float = 2.0
    silence: float = 50.0
    pauses: tuple[float, ...] = (0.3, 0.7)
    limits: Limits = LIMITS


PATIENCE = Patience()


def patience(deadline: float) -> Patience:
    """The usual patience, with another number of seconds for a whole reply."""
    return replace(PATIENCE, silence=deadline, limits=replace(LIMITS, deadline=deadline))


GLANCE = Patience(connect=2.0, silence=5.0, pauses=(), limits=replace(LIMITS, deadline=7.0))


class LateError(Exception):
    """The stream was not done in time."""


class LengthError(Exception):
    """The stream went on for too long a text."""


def under_clock(pieces: Iterator[str], limits: Limits) -> Iterator[str]:
    """Yield the pieces as they come, and an empty one after every beat in which none came.

    What the stream raises is raised here. Raises LateError and LengthError at the limits. A
    thread of its own waits for the stream; left early, it closes the stream at its next piece.
    """
    pump = _Pump(pieces)
    end, length = monotonic() + limits.deadline, 0
    try:
        while (piece := pump.next(min(limits.beat, end - monotonic()))) is not None:
            yield piece
            length += len(piece)
            if length > limits.characters:
                raise LengthError
            if monotonic() >= end:
                raise LateError
    finally:
        pump.left.set()


def in_time(act: Callable[[], Item], seconds: float) -> Item:
    """What an act gives, and raises. Raises LateError if it is not done in so many seconds.

    A wait for the next byte is none for a server that drips. What comes too late is dropped; the
    act ends when the connection is closed on which it waits.
    """
    answer: Queue[tuple[Item] | Exception] = Queue(1)

    def run() -> None:
        try:
            answer.put((act(),))
        except Exception as failure:  # noqa: BLE001 - raised again where the answer is wanted
            answer.put(failure)

    Thread(target=run, daemon=True).start()
    try:
        given = answer.get(timeout=seconds)
    except Empty:
        raise LateError from None
    if isinstance(given, Exception):
        raise given
    return given[0]


class _Pump:
    """Reads a stream in a thread; a daemon: a silent server keeps no program from ending."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.left = Event()
        self._pieces = pieces
        self._read: Queue[str | Exception | None] = Queue(AHEAD)
        Thread(target=self._run, daemon=True).start()

    def next(self, seconds: float) -> str | None:
        """The next piece, "" if none comes in time, None at the end; raises what the stream did."""
        try:
            item = self._read.get(timeout=max(seconds, 0.0))
        except Empty:
            return ""
        if isinstance(item, Exception):
            raise item
        return item

    def _run(self) -> None:
        try:
            for piece in self._pieces:
                if not self._put(piece):
                    return
            self._put(None)
        except Exception as failure:  # noqa: BLE001 - raised again where the pieces are wanted
            self._put(failure)
        finally:
            close = getattr(self._pieces, "close", None)
            if close:
                close()

    def _put(self, item: str | Exception | None) -> bool:
        """Hand an item over; False once nobody wants it any more."""
        while not self.left.is_set():
            try:
                self._read.put(item, timeout=0.1)
            except Full:
                continue
            return True
        return False

"""A reply under a clock: signs of life, a deadline, a limit on its length, and none of it lost."""

import threading
import time
from collections.abc import Iterator
from itertools import count, repeat

import pytest

from rag.errors import ModelCut
from rag.model.clock import LateError, LengthError, Limits, in_time, under_clock

QUICK = Limits(beat=0.02, deadline=0.2, characters=1_000)


def silent(piece: str, seconds: float) -> Iterator[str]:
    """A stream that says something and then nothing for a while."""
    yield piece
    time.sleep(seconds)


def test_pieces_come_as_they_are_and_end_with_the_stream() -> None:
    assert list(under_clock(iter(["The ", "talks ", "ended."]), QUICK)) == [
        "The ",
        "talks ",
        "ended.",
    ]


def test_a_silent_stream_gives_signs_of_life() -> None:
    pieces = list(under_clock(silent("The ", 0.1), QUICK))
    assert pieces[0] == "The "
    assert set(pieces[1:]) == {""}
    assert len(pieces) > 2


def test_a_stream_that_hangs_is_given_up_at_the_deadline() -> None:
    begun = time.monotonic()
    with pytest.raises(LateError):
        list(under_clock(silent("", 2.0), QUICK))
    assert time.monotonic() - begun < 1.0


def test_a_stream_that_drips_is_given_up_at_the_deadline() -> None:
    def drip() -> Iterator[str]:
        for _ in count():
            time.sleep(0.01)
            yield "a"

    said: list[str] = []
    pieces = map(said.append, under_clock(drip(), QUICK))
    with pytest.raises(LateError):
        list(pieces)
    assert 1 < len(said) < 50


def test_a_stream_without_end_is_stopped() -> None:
    with pytest.raises(LengthError):
        list(under_clock(repeat("more "), QUICK))


def test_what_the_stream_raises_is_raised() -> None:
    def breaking() -> Iterator[str]:
        yield "The "
        raise ModelCut("cut")

    pieces = under_clock(breaking(), QUICK)
    assert next(pieces) == "The "
    with pytest.raises(ModelCut):
        next(pieces)


def test_a_stream_that_is_left_early_is_closed() -> None:
    closed = threading.Event()

    def endless() -> Iterator[str]:
        try:
            yield from repeat("more ")
        finally:
            closed.set()

    pieces = under_clock(endless(), QUICK)
    next(pieces)
    assert isinstance(pieces, Iterator)
    del pieces
    assert closed.wait(2.0)


def test_what_is_done_in_time_is_given() -> None:
    assert in_time(lambda: 42, 5.0) == 42


def test_what_is_not_done_in_time_is_given_up() -> None:
    begun = time.monotonic()
    with pytest.raises(LateError):
        in_time(lambda: time.sleep(2.0), 0.1)
    assert time.monotonic() - begun < 1.0


def test_what_fails_in_time_fails_as_it_does() -> None:
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, 5.0)

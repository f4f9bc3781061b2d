"""A stop from the keyboard is one sentence, whenever it comes: also while packages are loading.

As little as possible is loaded before it can be answered.
"""

import signal
import sys
from collections.abc import Callable
from types import FrameType

STOPPED = 130  # what a command line ends with when it is stopped before a command began


def until_stopped(run: Callable[[], None], sentence: str) -> None:
    """Run; a stop says the sentence on stderr and ends the program with status 1."""
    stops: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stops.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        run()
    except KeyboardInterrupt:
        _end(sentence)
    except SystemExit as end:
        if end.code == STOPPED:
            _end(sentence)
        raise
    except Exception:  # a package that is stopped while it loads fails in its own way
        if not stops:
            raise
        _end(sentence)


def _end(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    raise SystemExit(1)

"""Measurements: what the program finds, how well it refuses, and how long it takes."""

import sys
from types import TracebackType


def _say_stopped(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A stop from the keyboard is one sentence; everything else is told as it always is."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("eval: stopped; what was finished is kept.\n")
    else:
        sys.__excepthook__(kind, error, trace)


if sys.argv[0] == "-m":  # a command of this package is being loaded: python -m eval.golden
    sys.excepthook = _say_stopped

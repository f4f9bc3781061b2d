"""The command ``rag``: as little as possible is loaded before a stop can be answered."""

import signal
import sys
from types import FrameType

STOPPED = 130  # what the command line ends with when it is stopped before a command began


def main() -> None:
    """Run the command line; a stop is one sentence and exit status 1, whenever it comes."""
    stops: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stops.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        from rag.cli import main as run

        run()
    except KeyboardInterrupt:
        _say_stopped()
    except SystemExit as end:
        if end.code == STOPPED:
            _say_stopped()
        raise
    except Exception:  # a package that is stopped while it loads fails in its own way
        if not stops:
            raise
        _say_stopped()


def _say_stopped() -> None:
    sys.stderr.write("rag: stopped; what was acknowledged is kept.\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main()

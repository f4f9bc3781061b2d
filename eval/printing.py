"""What a command prints, to whatever terminal, pipe or full disk."""

import os
import sys

from rag.errors import FootnoteError


class PrintingError(FootnoteError):
    """Something could not be printed; the message names what."""


def print_out(text: str, what: str) -> None:
    """Print, with ? for what the terminal has no bytes for; ``what`` is named in an error.

    Raises PrintingError, on a full disk for one. A pipe that was closed is no error: whoever reads
    may have seen enough.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), flush=True)
    except OSError as error:
        # what is still held back would fail once more at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise PrintingError(f"The {what} cannot be written ({error.strerror}).") from error

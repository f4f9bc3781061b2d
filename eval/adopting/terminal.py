"""Where a person is asked: two functions, and whether somebody is there."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from rag.rendering import printable


@dataclass(frozen=True, slots=True)
class Terminal:
    """``ask`` shows a prompt and returns a line, ``say`` shows one; EOFError ends the talk."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    is_interactive: bool


def this_terminal() -> Terminal:
    """The terminal of this process; what comes from files cannot steer it."""
    with suppress(ImportError):
        import readline  # noqa: F401 - being there, it lets a line be edited
    return Terminal(
        ask=lambda prompt: input(_shown(prompt)),
        say=lambda line: print(_shown(line), flush=True),
        is_interactive=sys.stdin.isatty(),
    )


def _shown(text: str) -> str:
    return printable(text).encode("utf-8", "replace").decode("utf-8")

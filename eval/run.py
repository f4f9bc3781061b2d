"""A question set is asked and scored: ``python -m eval.run``; ``eval/README.md`` says how.

    set → questions → documents indexed → every question asked → scores → the run folder

Without a configured language model the answers are quotations; ``--retrieval-only`` answers
nothing and scores what was found. A run that was stopped goes on with the same command and the
same ``--out``. Exit status: 0 done, 1 something failed and was named, 2 usage.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.stopping import until_stopped


def main(arguments: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run a question set; returns the exit status."""
    from eval.running.command import main as run

    return run(arguments, settings, __doc__ or "")


def _from_the_shell() -> None:
    from rag.config import environment

    sys.exit(main(sys.argv[1:], environment(Path())))


if __name__ == "__main__":
    until_stopped(_from_the_shell, "eval.run: stopped before anything was asked.")

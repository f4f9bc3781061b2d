"""``python -m eval.compare A B``: see ``eval.compare.command``."""

import sys

from rag.stopping import until_stopped


def _from_the_shell() -> None:
    from eval.compare.command import main

    sys.exit(main(sys.argv[1:]))


until_stopped(_from_the_shell, "eval.compare: stopped; the same command begins again.")

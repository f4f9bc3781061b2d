"""``python -m eval.compare A B``: see ``eval.compare.command``."""

import sys

from eval.compare.command import main

sys.exit(main(sys.argv[1:]))

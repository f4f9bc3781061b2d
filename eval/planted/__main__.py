"""``python -m eval.planted``: see ``eval.planted.command``."""

import os
import sys

from eval.planted.command import main

sys.exit(main(sys.argv[1:], os.environ))

"""``python -m eval.bench``: see ``eval.bench.command``."""

import os
import sys

from eval.bench.command import main

sys.exit(main(sys.argv[1:], os.environ))

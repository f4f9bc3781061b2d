"""``python -m eval.topology``."""

import sys

from eval.topology.command import main

if __name__ == "__main__":
    sys.exit(main())

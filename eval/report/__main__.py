"""``python -m eval.report RUN``: writes RUN/report.html from what ``python -m eval.run`` left."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.report import write_report
from rag.errors import FootnoteError


def main(arguments: Sequence[str]) -> int:
    """Write the report of one run; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.report", description=__doc__)
    parser.add_argument("run", type=Path, help="the folder that eval.run wrote")
    try:
        print(write_report(parser.parse_args(arguments).run))
    except FootnoteError as error:
        print(f"eval.report: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Our line beside the published ones: ``python -m eval.bench [FOLDER] [--only SET…]``.

FOLDER holds the public sets, by default ``../shared/bench``. Every set is measured with the
built-in embedding and without a language model, whatever is configured; the tables are printed
as Markdown, and ``--json FILE`` keeps the figures. All sets take about a quarter of an hour;
``--data FOLDER`` keeps the indexes for the next time.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from eval.bench.clapnq import clapnq
from eval.bench.injection import injection
from eval.bench.lines import Measure, Place, Yardstick
from eval.bench.newsquiz import newsquiz
from eval.bench.spans import spans
from eval.bench.support import support
from eval.bench.tables import heading, markdown, to_json
from eval.questions import QuestionSetError
from rag.config import BUILT_IN_EMBEDDING, Config, read_config
from rag.errors import FootnoteError

BESIDE = Path("../shared/bench")
SETS: Mapping[str, Measure] = {
    "spans": spans,
    "clapnq": clapnq,
    "newsquiz": newsquiz,
    "injection": injection,
    "support": support,
}


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Measure the sets and print them; returns the exit status."""
    asked = parser().parse_args(arguments)
    date, command = f"{datetime.now(UTC):%Y-%m-%d}", command_of(asked)
    try:
        names = asked.only or list(SETS)
        require_sets(asked.folder, names)
        place = Place(asked.folder, embedded(read_config(environment)), asked.data)
        print("\n".join(heading(date, command)))
        done = list(_measured(names, place))
        if asked.json:
            _write(asked.json, json.dumps(to_json(date, command, done), indent=1) + "\n")
    except FootnoteError as error:
        print(f"eval.bench: {error}", file=sys.stderr)
        return 1
    return 0


def _measured(names: Sequence[str], place: Place) -> Iterator[Yardstick]:
    """Measure one set after the other, each printed as soon as it is there."""
    for number, name in enumerate(names, 1):
        print(f"… {name}, {number} of {len(names)}", file=sys.stderr, flush=True)
        yardstick = SETS[name](place)
        print(markdown(yardstick), flush=True)
        yield yardstick


def embedded(config: Config) -> Config:
    """The settings of a machine on which nothing was set, but with its cache."""
    return replace(config, embedding=BUILT_IN_EMBEDDING, api_key="", base_url="", judge=False)


def require_sets(folder: Path, names: Sequence[str]) -> None:
    """Raise QuestionSetError when a set is not in the folder."""
    for name in names:
        if not (folder / name).is_dir():
            raise QuestionSetError(
                f"There is no {name}/ in {folder}; name the folder that holds the public sets "
                f"({', '.join(SETS)}), or take others with --only."
            )


def command_of(asked: argparse.Namespace) -> str:
    """The command that measures the same, without what only says where things are kept."""
    folder = [] if asked.folder == BESIDE else [str(asked.folder)]
    only = ["--only", *asked.only] if asked.only else []
    return shlex.join(["python", "-m", "eval.bench", *folder, *only])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FootnoteError(f"{path} cannot be written ({error.strerror}).") from error


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    reading = argparse.ArgumentParser(
        prog="python -m eval.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument("folder", type=Path, nargs="?", default=BESIDE, metavar="FOLDER")
    reading.add_argument("--only", nargs="+", choices=list(SETS), metavar="SET", help="these sets")
    reading.add_argument("--json", type=Path, metavar="FILE", help="keep the figures there")
    reading.add_argument("--data", type=Path, metavar="FOLDER", help="keep the indexes there")
    return reading

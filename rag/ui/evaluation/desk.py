"""The one evaluation that runs in this process; it goes on whatever becomes of the page."""

import datetime as dt
import threading
from dataclasses import dataclass
from pathlib import Path

from rag.config import Config
from rag.ui.evaluation.children import ROOT, Child, ChildError
from rag.ui.evaluation.runs import RESULTS, count_lines, runs_folder


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be run: a question set, so many of its questions or all, by quotation or not."""

    golden: Path
    limit: int | None = None
    quotes: bool = False

    @property
    def total(self) -> int:
        """How many questions that is, 0 for a set that cannot be read."""
        try:
            lines = self.golden.read_bytes().splitlines()
        except OSError:
            return 0
        return min(sum(bool(line.strip()) for line in lines), self.limit or len(lines))


@dataclass(frozen=True, slots=True)
class Running:
    """A run that was begun here, whether or not it has ended."""

    child: Child
    folder: Path
    total: int

    @property
    def done(self) -> int:
        """How many questions are answered."""
        return count_lines(self.folder / RESULTS)


class Desk:
    """Begins one run at a time and remembers the last; for all visitors together."""

    def __init__(self) -> None:
        self.last: Running | None = None
        self._beginning = threading.Lock()

    @property
    def is_busy(self) -> bool:
        """Whether a run is under way."""
        return self.last is not None and self.last.child.status is None

    def begin(self, config: Config, wish: Wish) -> None:
        """Begin a run in a folder of its own; raises ChildError while another is under way."""
        with self._beginning:
            if self.is_busy:
                raise ChildError("An evaluation is under way already; wait for it or stop it.")
            stamp = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
            folder = runs_folder(config) / stamp
            child = Child(config, "eval.run", _arguments(config, wish, folder))
            self.last = Running(child, folder, wish.total)

    def stop(self) -> None:
        """End the run that is under way, if any; what is answered is kept."""
        if self.last is not None:
            self.last.child.stop()


def _arguments(config: Config, wish: Wish, folder: Path) -> list[str]:
    where = {
        "--golden": _from_root(wish.golden),
        "--documents": _from_root(config.documents),
        "--out": folder,
        "--cache": config.data.absolute() / "eval-cache",
    }
    return [
        *(part for name, path in where.items() for part in (name, str(path))),
        *(["--limit", str(wish.limit)] if wish.limit else []),
        *["--quotes"] * wish.quotes,
    ]


def _from_root(path: Path) -> Path:
    """The path as the child sees it: short for what is ours, as in a run from the terminal."""
    whole = path.absolute()
    return whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else whole

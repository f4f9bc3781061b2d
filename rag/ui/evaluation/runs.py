"""Run folders as the page lists them; whatever cannot be read is left out."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.ui.evaluation.children import ROOT, of_json

GOLDEN = ROOT / "eval" / "golden.jsonl"
BASELINE = ROOT / "eval" / "baseline"
SEEDS = ROOT / "seeds"
CONFIG, RESULTS, SUMMARY, REPORT = "config.json", "results.jsonl", "summary.json", "report.html"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

HEADLINES = {
    "outcome_right": "Outcome right",
    "fact_recall": "Facts in the answer",
    "citation_f1": "Citations, F1",
    "sentence_recall@10": "Sentences found",
}
"""The figures of a run that are listed, by the names of ``eval/report/words.py``."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder; ``figures`` are shares from 0 to 1 by what they are called."""

    folder: Path
    started: dt.datetime
    finished: bool
    questions: int
    mode: str
    figures: Mapping[str, float]

    @property
    def name(self) -> str:
        """The name of its folder, which its address is made of."""
        return self.folder.name

    @property
    def has_report(self) -> bool:
        """Whether there is a page to read."""
        return (self.folder / REPORT).is_file()


def runs_folder(config: Config) -> Path:
    """Where the page keeps its runs."""
    return config.data.absolute() / "evaluations"


def usual_golden(config: Config) -> Path:
    """The question set that belongs to the documents: ours to ours, else one of their own."""
    is_ours = config.documents.absolute() == SEEDS
    return GOLDEN if is_ours else config.data.absolute() / "golden.jsonl"


def read_runs(folder: Path) -> list[Run]:
    """The runs in a folder, the newest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    runs = [read_run(path) for path in found if NAME.fullmatch(path.name)]
    return sorted(filter(None, runs), key=lambda run: run.started, reverse=True)


def read_run(folder: Path) -> Run | None:
    """A run folder; None when it is none."""
    config, summary = _json(folder / CONFIG), _json(folder / SUMMARY)
    try:
        started = dt.datetime.fromisoformat(config["started"]).astimezone()
        mode = str(config["settings"]["model"] or config["settings"]["mode"])
    except (KeyError, TypeError, ValueError):
        return None
    asked = summary.get("results")
    lines = asked if isinstance(asked, int) else count_lines(folder / RESULTS)
    return Run(folder, started, bool(config.get("finished")), lines, mode, _figures(summary))


def count_lines(path: Path) -> int:
    """The whole lines of a file, none for a file that is not there."""
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0


def _figures(summary: Mapping[str, Any]) -> Mapping[str, float]:
    metrics = summary.get("metrics")
    found = metrics if isinstance(metrics, dict) else {}
    means = {words: (found.get(name) or {}).get("mean") for name, words in HEADLINES.items()}
    return {words: mean for words, mean in means.items() if isinstance(mean, int | float)}


def _json(path: Path) -> Mapping[str, Any]:
    try:
        row = of_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}

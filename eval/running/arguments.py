"""The command line of ``python -m eval.run``."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.running.selection import Selection
from eval.running.settings import Plan
from rag.config import Config

AT_ONCE_WITH_MODEL = 4


def plan_of(asked: argparse.Namespace, config: Config, command: Sequence[str]) -> Plan:
    """Return what was asked for, with the defaults that depend on the settings."""
    mode = "model" if config.has_model and not asked.quotes else "quotes"
    mode = "retrieval" if asked.retrieval_only else mode
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    return Plan(
        golden=asked.golden,
        documents=asked.documents or config.documents,
        out=asked.out or Path("eval/runs") / stamp,
        mode=mode,
        selection=Selection(
            tuple(asked.tag), asked.split, asked.failing, asked.limit, asked.repeat
        ),
        at_once=asked.at_once or (AT_ONCE_WITH_MODEL if mode == "model" else 1),
        data=asked.data,
        cache=asked.cache,
        retry_errors=asked.retry_errors,
        judge=asked.judge,
        command=tuple(command),
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def parser(description: str) -> argparse.ArgumentParser:
    """Return what reads the command line."""
    reading = argparse.ArgumentParser(
        prog="python -m eval.run",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = reading.add_argument
    add("--golden", type=Path, default=Path("eval/golden.jsonl"), help="the question set")
    add("--documents", type=Path, help="the folder it is about (RAG_DOCUMENTS, seeds)")
    add("--out", type=Path, help="the run folder, new or to go on with")
    how = reading.add_mutually_exclusive_group().add_argument
    how("--retrieval-only", action="store_true", help="score what is found, answer nothing")
    how("--quotes", action="store_true", help="answer by quotation, whatever model is configured")
    add("--judge", action="store_true", help="have the configured model judge every answer")
    add("--limit", type=_count, help="the first so many questions")
    add("--tag", nargs="+", action="extend", default=[], help="those with one of these tags")
    add("--split", choices=("dev", "test"), default="", help="those of one split")
    add("--failing", type=Path, metavar="RUN", help="those that failed in another run")
    add("--repeat", type=_count, default=1, help="ask each so often")
    add("--at-once", type=_count, help="questions at the same time (4 with a model, else 1)")
    add("--retry-errors", action="store_true", help="ask those again that met an error")
    add("--data", type=Path, help="where the index is kept, to be used again")
    add("--cache", type=Path, default=Path(".eval-cache"), help="where replies are kept")
    return reading

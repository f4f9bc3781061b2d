"""A run becomes the baseline: ``python -m eval.accept RUN [--baseline eval/baseline]``.

The comparison with the old baseline is printed first. The run is written reduced to what a
comparison reads, so that git stays small: digests instead of the questions' evidence, scores to
six digits, answers with the openings of what they cite. Exit status: 0 accepted, 2 not a run that
can be a baseline.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from eval.compare.command import main as compare
from eval.compare.flips import OPENING
from eval.compare.runs import CONFIG, RESULTS, Result, Run, RunError, read_run

BASELINE = Path("eval/baseline")
PLACES = 6  # digits of a score
SHOWN_OF_A_QUESTION = ("question", "answers", "answerable", "outcome", "missing", "tags")
LEFT_OUT = ("command",)  # of config.json


def main(arguments: Sequence[str]) -> int:
    """Accept a run as the baseline; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        run = read_run(asked.run)
        check_acceptable(run)
        if (asked.baseline / CONFIG).exists():
            compare([str(asked.baseline), str(asked.run)])
        write_baseline(run, asked.baseline)
    except RunError as error:
        print(f"eval.accept: {error}", file=sys.stderr)
        return 2
    print(f"{asked.run} is the baseline now; commit {asked.baseline}.")
    return 0


def check_acceptable(run: Run) -> None:
    """Raise RunError for a run that is not whole: cut short, with errors, or of a part."""
    failed = [result.id for result in run.results.values() if result.failed]
    if failed:
        raise RunError(f"{run.folder} has questions that failed, {failed[0]} first; run it again.")
    if not run.config.get("finished"):
        raise RunError(f"{run.folder} was not finished; run the same command again.")
    asked = run.config["golden"].get("questions")
    if asked is not None and asked != len(run.results):
        raise RunError(f"{run.folder} asked {len(run.results)} of {asked} questions; ask them all.")
    if run.setting("repeat") not in (None, 1):
        raise RunError(f"{run.folder} repeats its questions; a baseline asks each once.")


def write_baseline(run: Run, folder: Path) -> None:
    """Write a run reduced, in place of the folder; raises RunError when it cannot be written.

    The new folder is complete before the old one goes.
    """
    fresh = folder.with_name(f"{folder.name}.{uuid4().hex}.new")
    config = {name: part for name, part in run.config.items() if name not in LEFT_OUT}
    try:
        fresh.mkdir(parents=True)
        text = json.dumps(config, ensure_ascii=False, indent=1)
        (fresh / CONFIG).write_text(text + "\n", encoding="utf-8")
        (fresh / RESULTS).write_text("".join(_lines(run)), encoding="utf-8")
        _put_in_place(fresh, folder)
    except OSError as error:
        raise RunError(f"{folder} cannot be written ({error.strerror}).") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def reduced(result: Result) -> Mapping[str, Any]:
    """One question as the baseline keeps it: a line of results.jsonl, with the digest."""
    question = result.question
    return {
        "id": result.id,
        "repeat": 0,
        "question": {name: question[name] for name in SHOWN_OF_A_QUESTION if name in question},
        "digest": result.digest,
        "status": "ok",
        "answer": _answer(result.answer),
        "scores": {name: round(score, PLACES) for name, score in result.scores.items()},
    }


def _answer(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if not answer:
        return None
    return {
        "outcome": answer.get("outcome", ""),
        "text": answer.get("text", ""),
        "citations": [
            {
                "number": one.get("number"),
                "document": one.get("document"),
                "text": str(one.get("text", ""))[: OPENING + 1],  # one more: it is seen to be cut
            }
            for one in answer.get("citations", ())
        ],
    }


def _lines(run: Run) -> Iterator[str]:
    """The lines by the question's id, so that a new baseline is a small change in git."""
    for name in sorted(run.results):
        line = json.dumps(reduced(run.results[name]), ensure_ascii=False, separators=(",", ":"))
        yield line.encode("utf-8", "replace").decode() + "\n"


def _put_in_place(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f"{fresh.name}.old")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.accept",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the run folder to accept")
    parser.add_argument("--baseline", type=Path, default=BASELINE, help="where it goes")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

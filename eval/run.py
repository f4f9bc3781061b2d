"""A question set is asked and scored: ``python -m eval.run``; ``eval/README.md`` says how.

    set → questions → documents indexed → every question asked → scores → the run folder

Without a configured language model the answers are quotations; ``--retrieval-only`` answers
nothing and scores what was found. A run that was stopped goes on with the same command and the
same ``--out``. Exit status: 0 done, 1 something failed and was named, 2 usage.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from eval.questions import QuestionSetError
from eval.running.asking import Desk, ask_case
from eval.running.folder import (
    CONFIG,
    JUNIT,
    SUMMARY,
    Results,
    Row,
    check_folder,
    results_of,
    write_json,
    write_text,
)
from eval.running.junit import junit_xml
from eval.running.listening import Speaker, open_speaker
from eval.running.selection import Case, Selection, misplaced, read_cases, require_documents
from eval.running.settings import Plan, describe, now
from eval.running.summary import summarise, table
from eval.running.working import progress_shown, work_through
from rag.config import Config, environment, read_config
from rag.documents import absolute
from rag.errors import FootnoteError
from rag.ingest import ingest
from rag.libraries import Library, opened

AT_ONCE_WITH_MODEL = 4


def main(arguments: Sequence[str], settings: Mapping[str, str]) -> int:
    """Run a question set; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        config = read_config(settings)
        return run(_plan(asked, config, arguments), config)
    except FootnoteError as error:
        say(f"eval.run: {error}")
    except KeyboardInterrupt:
        say("eval.run: stopped; the same command with the same --out goes on.")
    return 1


def run(plan: Plan, config: Config) -> int:
    """Ask all that is not answered yet and write the run folder; returns the exit status."""
    check_folder(plan.out)
    cases = read_cases(plan.golden, plan.selection)
    speaker = _speaker(plan, config)
    with _indexed(plan, config) as library:
        _check(cases, library, plan)
        described = describe(plan, config, library, speaker.name if speaker else "")
        with results_of(plan.out, described, retry_errors=plan.retry_errors) as results:
            _ask_all(plan, Desk(library, speaker, plan.mode == "retrieval"), cases, results)
    return _finish(plan, described, in_order(results.rows, cases))


def say(line: str) -> None:
    """Write progress or a warning to stderr."""
    print(line, file=sys.stderr, flush=True)


def _speaker(plan: Plan, config: Config) -> Speaker | None:
    return open_speaker(config, plan.cache) if plan.mode == "model" else None


def _ask_all(plan: Plan, desk: Desk, cases: Sequence[Case], results: Results) -> None:
    done = {(row["id"], row["repeat"]) for row in results.rows}
    left = [case for case in cases if case.key not in done]
    before = f" ({len(cases) - len(left):,} are there)" if done else ""
    say(f"{len(left):,} questions to ask{before}, by {plan.mode}, into {plan.out}")

    def work(case: Case) -> bool:
        row = ask_case(desk, case)
        results.append(row)
        return bool(row["status"] == "ok")

    with progress_shown() as watch:
        work_through(work, left, plan.at_once, watch)


def in_order(rows: Sequence[Row], cases: Sequence[Case]) -> list[Row]:
    """The rows in the order of the set, however they came."""
    place = {case.key: number for number, case in enumerate(cases)}
    return sorted(rows, key=lambda row: place[row["id"], row["repeat"]])


def _finish(plan: Plan, described: Row, rows: Sequence[Row]) -> int:
    summary = summarise(rows)
    write_json(plan.out, SUMMARY, summary)
    write_text(plan.out, JUNIT, junit_xml(plan.golden.stem, rows))
    write_json(plan.out, CONFIG, {**described, "finished": now()})
    print("\n".join([*table(summary), f"written to {plan.out}"]))
    if summary["errors"]:
        first = next(row for row in rows if row["status"] == "error")
        say(
            f"eval.run: {summary['errors']} questions met an error and are in no figure; ask them "
            f"again with --retry-errors. The first, {first['id']}: {first['error']}"
        )
    return 1 if summary["errors"] else 0


@contextmanager
def _indexed(plan: Plan, config: Config) -> Iterator[Library]:
    """The documents of the plan, and no others, indexed; in a temporary folder without --data."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = plan.data or Path(folder)
        with opened(replace(config, data=data), say, change=True) as library:
            _ingest(plan, library)
            yield library


def _ingest(plan: Plan, library: Library) -> None:
    from rag.cli.progress import progress_shown as indexing_shown

    below = f"{absolute(plan.documents)}/"
    others = [it.id for it in library.documents() if not it.source.startswith(below)]
    if others:  # before anything of this folder is added to them
        raise QuestionSetError(
            f"{plan.data} holds {len(others)} documents that are not from {plan.documents}, "
            f"{others[0]} for one; name another folder with --data."
        )
    with indexing_shown() as (report, watch):
        done = ingest(library, [plan.documents], report, watch)
    for name, reason in done.failed:
        say(f"eval.run: {name} is left out: {reason}")


def _check(cases: Sequence[Case], library: Library, plan: Plan) -> None:
    texts = {it.id: it.text for it in library.snapshot().documents}
    if not texts:
        raise QuestionSetError(f"There are no documents in {plan.documents}; check --documents.")
    require_documents(cases, texts, plan.documents)
    moved = misplaced(cases, texts)
    if moved:
        say(
            f"eval.run: the evidence of {len(moved)} questions does not stand where the set says, "
            f"{moved[0]} for one, so their scores are too low; run: python -m eval.golden --place"
        )


def _plan(asked: argparse.Namespace, config: Config, command: Sequence[str]) -> Plan:
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
        command=tuple(command),
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.run", description=__doc__)
    add = parser.add_argument
    add("--golden", type=Path, default=Path("eval/golden.jsonl"), help="the question set")
    add("--documents", type=Path, help="the folder it is about (RAG_DOCUMENTS, seeds)")
    add("--out", type=Path, help="the run folder, new or to go on with")
    add("--retrieval-only", action="store_true", help="score what is found, answer nothing")
    add("--quotes", action="store_true", help="answer by quotation, whatever model is configured")
    add("--limit", type=_count, help="the first so many questions")
    add("--tag", nargs="+", action="extend", default=[], help="those with one of these tags")
    add("--split", choices=("dev", "test"), default="", help="those of one split")
    add("--failing", type=Path, metavar="RUN", help="those that failed in another run")
    add("--repeat", type=_count, default=1, help="ask each so often")
    add("--at-once", type=_count, help="questions at the same time (4 with a model, else 1)")
    add("--retry-errors", action="store_true", help="ask those again that met an error")
    add("--data", type=Path, help="where the index is kept, to be used again")
    add("--cache", type=Path, default=Path(".eval-cache"), help="where replies are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], environment(Path())))

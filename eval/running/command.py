"""The command ``python -m eval.run``: a question set is asked and scored."""

import sys
from collections.abc import Mapping, Sequence

from eval.indexing import indexed
from eval.printing import PrintingError, print_out
from eval.questions import QuestionSetError
from eval.report import write_report
from eval.running.arguments import parser, plan_of
from eval.running.asking import Desk, ask_case
from eval.running.folder import (
    CONFIG,
    JUNIT,
    SUMMARY,
    Results,
    Row,
    check_folder,
    finished_before,
    results_of,
    write_json,
    write_text,
)
from eval.running.judging import Bench, open_bench
from eval.running.junit import junit_xml
from eval.running.listening import Speaker, open_speaker
from eval.running.selection import Case, misplaced, read_cases, require_documents
from eval.running.settings import Plan, describe, now
from eval.running.summary import summarise, table
from eval.running.trust import known_trust, trust_notes
from eval.running.working import counted, progress_shown, work_through
from rag.config import Config, read_config
from rag.errors import ConfigError, FootnoteError
from rag.libraries import Library


def main(arguments: Sequence[str], settings: Mapping[str, str], description: str = "") -> int:
    """Run a question set; returns the exit status."""
    asked = parser(description).parse_args(arguments)
    try:
        config = read_config(settings)
        return _run_or_say(plan_of(asked, config, arguments), config)
    except FootnoteError as error:
        say(f"eval.run: {error}")
    return 1


def _run_or_say(plan: Plan, config: Config) -> int:
    """The exit status of a run; a stop names the folder, which need not have been chosen."""
    try:
        return run(plan, config)
    except KeyboardInterrupt:
        is_begun = (plan.out / CONFIG).is_file()
        then = f"the same command with --out {plan.out} goes on"
        say(f"eval.run: stopped{f'; {then}' if is_begun else ' before anything was asked'}.")
    return 1


def run(plan: Plan, config: Config) -> int:
    """Ask all that is not answered yet and write the run folder; returns the exit status."""
    check_folder(plan.out)
    cases = read_cases(plan.golden, plan.selection)
    before = finished_before(plan.out)
    speaker, bench = _speaker(plan, config), _bench(plan, config)
    with indexed(plan.documents, config, plan.data, _left_out) as library:
        moved = _check(cases, library, plan)
        names = [one.name if one else "" for one in (speaker, bench and bench.speaker)]
        described = {**describe(plan, config, library, *names), "misplaced": moved}
        with results_of(plan.out, described, retry_errors=plan.retry_errors) as results:
            desk = Desk(library, speaker, plan.mode == "retrieval", bench)
            asked = _ask_all(plan, desk, cases, results)
    described["finished"] = now() if asked or not before else before
    return _finish(plan, described, in_order(results.rows, cases), _notes(plan, bench))


def say(line: str) -> None:
    """Write progress or a warning to stderr."""
    print(line, file=sys.stderr, flush=True)


def _left_out(line: str) -> None:
    say(f"eval.run: {line}")


def _speaker(plan: Plan, config: Config) -> Speaker | None:
    return open_speaker(config, plan.cache) if plan.mode == "model" else None


def _bench(plan: Plan, config: Config) -> Bench | None:
    """Who judges the answers, if that was asked for; may raise what opening a model raises."""
    if not plan.judge:
        return None
    speaker = open_speaker(config, plan.cache)
    if speaker is None or plan.mode == "retrieval":
        raise ConfigError(
            "There is nothing to judge: --retrieval-only answers nothing; leave one of the two out."
            if speaker
            else "There is no language model to judge; set OPENAI_BASE_URL and RAG_MODEL, or "
            "leave --judge out."
        )
    return open_bench(speaker, config.prompts)


def _notes(plan: Plan, bench: Bench | None) -> Mapping[str, str]:
    if bench is None:
        return {}
    name = bench.speaker.name
    return trust_notes(name, known_trust(plan.cache, name, bench.support.version))


def _ask_all(plan: Plan, desk: Desk, cases: Sequence[Case], results: Results) -> int:
    """Ask what is not answered yet; returns how many questions that were."""
    done = {(row["id"], row["repeat"]) for row in results.rows}
    left = [case for case in cases if case.key not in done]
    before = f" ({len(cases) - len(left):,} are there)" if done else ""
    say(f"{counted(len(left), 'question')} to ask{before}, by {plan.mode}, into {plan.out}")

    def work(case: Case) -> bool:
        row = ask_case(desk, case)
        results.append(row)
        return bool(row["status"] == "ok")

    with progress_shown() as watch:
        work_through(work, left, plan.at_once, watch)
    return len(left)


def in_order(rows: Sequence[Row], cases: Sequence[Case]) -> list[Row]:
    """The rows in the order of the set, however they came."""
    place = {case.key: number for number, case in enumerate(cases)}
    return sorted(rows, key=lambda row: place[row["id"], row["repeat"]])


def _finish(plan: Plan, described: Row, rows: Sequence[Row], notes: Mapping[str, str]) -> int:
    summary = summarise(rows, notes)
    write_json(plan.out, SUMMARY, summary)
    write_text(plan.out, JUNIT, junit_xml(plan.golden.stem, rows))
    write_json(plan.out, CONFIG, described)
    report = write_report(plan.out)
    _print([*table(summary), f"the report: {report}"])
    if summary["errors"]:
        first = next(row for row in rows if row["status"] == "error")
        say(
            f"eval.run: questions that met an error and are in no figure: {summary['errors']}; ask "
            f"them again with --retry-errors. The first, {first['id']}: {first['error']}"
        )
    return 1 if summary["errors"] else 0


def _print(lines: Sequence[str]) -> None:
    try:
        print_out("\n".join(lines), "table")
    except PrintingError as error:
        raise PrintingError(f"{error} The run is whole; its report has the table.") from error


def _check(cases: Sequence[Case], library: Library, plan: Plan) -> list[str]:
    """The questions with evidence that has moved; raises QuestionSetError for what is not there."""
    texts = {it.id: it.text for it in library.snapshot().documents}
    if not texts:
        raise QuestionSetError(f"There are no documents in {plan.documents}; check --documents.")
    require_documents(cases, texts, plan.documents)
    moved = misplaced(cases, texts)
    if moved:
        say(
            f"eval.run: questions whose evidence does not stand where the set says: {len(moved)}, "
            f"{moved[0]} for one; they score too low. Run: python -m eval.golden --place"
        )
    return moved

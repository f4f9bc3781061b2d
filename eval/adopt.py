"""From use to test: ``python -m eval.adopt`` makes golden questions of feedback from the chat.

Every case is shown, the bad ones first, with the golden question that it would make. It is added
to the golden set when you say so and its rules pass; then the case is not offered again.
``--list`` only lists the cases. Exit status: 0 done, 1 something failed and was named, 2 usage.

Programs go without the terminal: ``--list --json``; ``--case ID`` for the fields of a proposal;
``--case ID --fields FILE`` to add it with the fields as a person completed them (``-`` is stdin);
``--case ID --skip`` to put it aside. Each prints one JSON object.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from eval.adopting.by_flags import (
    Place,
    add,
    cases_json,
    find_case,
    proposal,
    read_fields,
)
from eval.adopting.cases import (
    PUT_ASIDE,
    Case,
    adopted_file,
    note_adopted,
    read_adopted,
    read_cases,
)
from eval.adopting.drafts import propose, row_of
from eval.adopting.editing import edit
from eval.adopting.golden_file import (
    Row,
    append,
    line_of,
    problems_of,
    read_golden,
    require_documents,
    with_split,
)
from eval.adopting.showing import case_line, case_lines, row_lines, warnings
from eval.adopting.terminal import Terminal, this_terminal
from eval.golden import read_pages
from eval.golden_rules import Pages
from eval.questions import QuestionSetError
from rag.config import environment, read_config
from rag.errors import FootnoteError
from rag.feedback import feedback_file

CHOICES = "Add it? [y]es, [n]o (asked again next time), [e]dit, [s]kip for good, [q]uit [n]: "
YES, NO, QUIT = "y", "n", "q"


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready while cases are gone through."""

    terminal: Terminal
    golden: Path
    adopted: Path
    pages: Pages


def main(arguments: Sequence[str], settings: Mapping[str, str], terminal: Terminal) -> int:
    """List the cases or go through them; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        config = read_config(settings)
        feedback = asked.feedback or feedback_file(config.data)
        if asked.case:
            return go_by_flags(asked, feedback, asked.documents or config.documents, terminal)
        if asked.list:
            return show_cases(feedback, terminal, as_json=asked.json)
        if not terminal.is_interactive:
            _warn("this asks before it adds anything, so it needs a terminal; or add --list.")
            return 2
        return adopt(feedback, asked.golden, asked.documents or config.documents, terminal)
    except BrokenPipeError:  # whoever reads the list may have seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        _warn("stopped; what was added is kept.")
    except FootnoteError as error:
        _warn(str(error))
    return 1


def show_cases(feedback: Path, terminal: Terminal, *, as_json: bool = False) -> int:
    """Say every case in a line, or all as one JSON object; returns the exit status."""
    adopted = read_adopted(adopted_file(feedback))
    if as_json:
        terminal.say(json.dumps(cases_json(read_cases(feedback)[0], adopted), ensure_ascii=False))
        return 0
    for case in _read(feedback, terminal):
        terminal.say(case_line(case, adopted))
    return 0


def go_by_flags(
    asked: argparse.Namespace, feedback: Path, documents: Path, terminal: Terminal
) -> int:
    """Show, add or put aside the one case that is named; returns the exit status."""
    case = find_case(read_cases(feedback)[0], asked.case)
    place = Place(asked.golden, adopted_file(feedback), read_pages(documents))
    if asked.skip:
        note_adopted(place.adopted, case, PUT_ASIDE)
        return 0
    require_documents(read_golden(asked.golden), place.pages, documents)
    done = add(case, place, read_fields(asked.fields)) if asked.fields else proposal(case, place)
    terminal.say(json.dumps(done, ensure_ascii=False))
    return 1 if asked.fields and done["problems"] else 0


def adopt(feedback: Path, golden: Path, documents: Path, terminal: Terminal) -> int:
    """Go through the cases that are not done with; returns the exit status."""
    adopted = adopted_file(feedback)
    done = read_adopted(adopted)
    cases = [case for case in _read(feedback, terminal) if case.id not in done]
    desk = Desk(terminal, golden, adopted, read_pages(documents))
    require_documents(read_golden(golden), desk.pages, documents)
    added = _go_through(desk, cases)
    counted = "1 question" if added == 1 else f"{added} questions"
    terminal.say(f"\n{counted} added to {golden}.")
    return 0


def _go_through(desk: Desk, cases: Sequence[Case]) -> int:
    """Offer one case after the other until the last or a stop; returns how many were added."""
    choices: list[str] = []
    with suppress(EOFError):
        for number, case in enumerate(cases, 1):
            for line in case_lines(case, f"Case {number} of {len(cases)}"):
                desk.terminal.say(line)
            choices.append(offer(desk, case))
            if choices[-1] == QUIT:
                break
    return choices.count(YES)


def offer(desk: Desk, case: Case) -> str:
    """Propose a golden question until it is added or left; returns what was chosen."""
    draft, lost = propose(case, desk.pages, read_golden(desk.golden).ids)
    while True:
        golden = read_golden(desk.golden)
        row = with_split(row_of(draft), golden)
        wrong = problems_of(row, golden, desk.pages)
        for line in (*row_lines(row), *warnings(lost, wrong)):
            desk.terminal.say(line)
        match desk.terminal.ask(CHOICES).strip().casefold()[:1] or NO:
            case "y" if not wrong:
                _add(desk, case, row)
                return YES
            case "y" | "e":
                draft = edit(desk.terminal, draft, desk.pages, golden.ids)
            case "s":
                note_adopted(desk.adopted, case, PUT_ASIDE)
                return "s"
            case "n" | "q" as choice:
                return choice


def _add(desk: Desk, case: Case, row: Row) -> None:
    try:
        append(desk.golden, row)
    except QuestionSetError:
        desk.terminal.say(line_of(row))  # so that the work is not lost
        raise
    desk.terminal.say(f"Added {row['id']}.")
    note_adopted(desk.adopted, case, row["id"])


def _read(feedback: Path, terminal: Terminal) -> list[Case]:
    cases, skipped = read_cases(feedback)
    if skipped:
        terminal.say(f"Lines of {feedback} that cannot be read and are left out: {skipped}.")
    return cases


def _warn(text: str) -> None:
    print(f"eval.adopt: {text}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.adopt",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--feedback", type=Path, help="default: feedback.jsonl in RAG_DATA")
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, help="default: RAG_DOCUMENTS, seeds")
    parser.add_argument("--list", action="store_true", help="print the cases and ask nothing")
    parser.add_argument("--json", action="store_true", help="with --list: as one JSON object")
    parser.add_argument("--case", default="", metavar="ID", help="one case, without a terminal")
    parser.add_argument("--fields", type=Path, help="with --case: add it with these; - is stdin")
    parser.add_argument("--skip", action="store_true", help="with --case: put it aside for good")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], environment(Path.cwd()), this_terminal()))

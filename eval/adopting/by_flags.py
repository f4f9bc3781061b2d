"""Cases gone through without a terminal, one command for each step: what the page calls.

Everything is one JSON object: the cases; one case with the fields of its proposal; what became of
the fields that were sent back.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.adopting.cases import Case, note_adopted
from eval.adopting.drafts import CHOICES, propose, row_of
from eval.adopting.fields import completed, fields_of
from eval.adopting.golden_file import Row, append, problems_of, read_golden, with_split
from eval.golden_rules import ABSENCES, Pages
from eval.questions import QuestionSetError
from rag.rendering import one_line

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Place:
    """The golden set, the documents it is about, and where it is noted what is done with."""

    golden: Path
    adopted: Path
    pages: Pages


def cases_json(cases: Sequence[Case], adopted: Mapping[str, str]) -> Row:
    """Every case; ``golden`` is the question it became, "" when put aside, None when open."""
    return {"cases": [_case_json(case, adopted) for case in cases]}


def proposal(case: Case, place: Place) -> Row:
    """The fields of what a case would become, and what keeps it from being added as it is."""
    golden = read_golden(place.golden)
    draft, lost = propose(case, place.pages, golden.ids)
    wrong = problems_of(with_split(row_of(draft), golden), golden, place.pages)
    known = {"answerable": sorted(CHOICES), "not_found": sorted(CHOICES | ABSENCES)}
    return {"fields": fields_of(draft), "lost": lost, "problems": wrong, "tags": known}


def add(case: Case, place: Place, fields: Mapping[str, Any]) -> Row:
    """Add the completed question to the set; nothing is written while there are problems."""
    golden = read_golden(place.golden)
    proposed, _ = propose(case, place.pages, golden.ids)
    draft, unfound = completed(proposed, fields, place.pages, golden.ids)
    row = with_split(row_of(draft), golden)
    wrong = [*unfound, *problems_of(row, golden, place.pages)]
    if not wrong:
        append(place.golden, row)
        note_adopted(place.adopted, case, row["id"])
    return {"added": "" if wrong else row["id"], "problems": wrong}


def find_case(cases: Sequence[Case], name: str) -> Case:
    """The case of this name; raises QuestionSetError."""
    for case in cases:
        if case.id == name:
            return case
    raise QuestionSetError(f"There is no case {name} in the feedback; --list --json names them.")


def read_fields(path: Path) -> Mapping[str, Any]:
    """An object of JSON from a file, or from stdin for ``-``; raises QuestionSetError."""
    try:
        text = sys.stdin.read() if path == STDIN else path.read_text(encoding="utf-8")
        fields = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise QuestionSetError("The fields cannot be read as JSON; send one object.") from error
    if not isinstance(fields, dict):
        raise QuestionSetError("The fields are no object of JSON; send one object.")
    return fields


def _case_json(case: Case, adopted: Mapping[str, str]) -> Row:
    return {
        "case": case.id,
        "time": case.asked.time.isoformat(timespec="minutes"),
        "is_bad": case.is_bad,
        "question": one_line(case.asked.question),
        "answer": one_line(str(case.answer["text"])),
        "reason": one_line(case.reason),
        "wrong": {str(number): one_line(why) for number, why in sorted(case.wrong.items())},
        "golden": adopted.get(case.id),
    }

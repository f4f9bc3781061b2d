"""The cases of a feedback file: one answer each, with all that its reader said of it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import FeedbackError
from rag.feedback import Feedback, Opinion, append_line, read_feedback, standing

PUT_ASIDE = ""  # in place of the id of a golden question


@dataclass(frozen=True, slots=True)
class Case:
    """An answer and what was said of it; ``wrong`` has a reason by the number of a citation.

    ``opinion`` is on the answer as a whole, None where only citations were complained about.
    """

    asked: Feedback
    opinion: Opinion | None
    reason: str
    wrong: Mapping[int, str]

    @property
    def id(self) -> str:
        """The name that all opinions on this answer carry."""
        return self.asked.case

    @property
    def is_bad(self) -> bool:
        """Whether the reader found anything wrong."""
        return self.opinion is not Opinion.GOOD or bool(self.wrong)

    @property
    def answer(self) -> Mapping[str, Any]:
        """The answer, in the form of ``rag ask --json``."""
        return self.asked.answer


def read_cases(path: Path) -> tuple[list[Case], int]:
    """The cases of a feedback file, the bad ones first, and how many lines were left out.

    Raises FeedbackError when the file cannot be read.
    """
    kept = read_feedback(path)
    return cases_of(standing(kept.feedback)), kept.skipped


def cases_of(feedback: Iterable[Feedback]) -> list[Case]:
    """Put together what was said of each answer; the bad cases first, else in their order."""
    by_case: dict[str, list[Feedback]] = {}
    for one in feedback:
        by_case.setdefault(one.case, []).append(one)
    return sorted(map(_case, by_case.values()), key=lambda case: not case.is_bad)


def adopted_file(feedback: Path) -> Path:
    """Where it is noted which cases of a feedback file are done with."""
    return feedback.with_name(f"{feedback.stem}.adopted.jsonl")


def read_adopted(path: Path) -> dict[str, str]:
    """The golden question of every case that is done with; what is no such line is left out.

    Raises FeedbackError when the file is there and cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n") if path.exists() else []
    except OSError as error:
        raise FeedbackError(f"{path} cannot be read ({error.strerror}).") from error
    rows = filter(None, map(_adopted, lines))
    return dict(rows)


def note_adopted(path: Path, case: Case, golden: str) -> None:
    """Note that a case is not to be offered again; raises FeedbackError when that fails."""
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    append_line(path, {"case": case.id, "golden": golden, "time": now})


def _case(said: list[Feedback]) -> Case:
    whole = next((one for one in said if one.citation is None), None)
    return Case(
        asked=whole or said[0],
        opinion=whole.opinion if whole else None,
        reason=whole.reason if whole else "",
        wrong={one.citation: one.reason for one in said if one.citation is not None},
    )


def _adopted(line: bytes) -> tuple[str, str] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match row:
        case {"case": str(case), "golden": str(golden)}:
            return case, golden
    return None

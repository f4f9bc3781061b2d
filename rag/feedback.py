"""What readers think of answers: a file of JSON lines in the data folder, sent nowhere.

    an answer, an opinion → Feedback → a line → Feedback* → those that stand

A reader may change an opinion: the later line about the same answer, or about the same citation
of it, wins.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rag.errors import FeedbackError
from rag.types import Message, Outcome, Verdict

FILE_NAME = "feedback.jsonl"

# What is read of a line besides the line itself; other parts may stand there too.
_MESSAGE = {"role": str, "content": str}
_ANSWER = {"text": str, "outcome": str, "missing": str, "citations": list, "marks": list}
_MARK = {"offset": int, "citation": int}
_CITATION = {
    "number": int,
    "document": str,
    "start": int,
    "end": int,
    "text": str,
    "verdict": str,
    "reason": str,
}


class Opinion(StrEnum):
    """What a reader says of an answer, or that what was said is taken back."""

    GOOD = "good"
    BAD = "bad"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One opinion, with all that is needed to ask the question again.

    ``case`` names the answer and is the same in every opinion on it. ``citation`` is the number
    of the citation that the opinion is about; None means the answer as a whole. ``answer`` is
    what ``rag.rendering.json_form.to_json`` makes of it.
    """

    case: str
    time: dt.datetime
    question: str
    standalone_question: str
    history: tuple[Message, ...]
    opinion: Opinion
    reason: str
    citation: int | None
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a feedback file holds, in its order, and how many of its lines could not be read."""

    feedback: tuple[Feedback, ...]
    skipped: int


def feedback_file(data: Path) -> Path:
    """Where the feedback of a data folder is kept."""
    return data / FILE_NAME


def keep(path: Path, feedback: Feedback) -> None:
    """Append an opinion to a feedback file; raises FeedbackError when it cannot be."""
    said = [{"role": one.role, "content": one.content} for one in feedback.history]
    append_line(
        path,
        {
            "case": feedback.case,
            "time": feedback.time.isoformat(timespec="seconds"),
            "question": feedback.question,
            "standalone_question": feedback.standalone_question,
            "history": said,
            "opinion": feedback.opinion.value,
            "reason": feedback.reason,
            "citation": feedback.citation,
            "answer": feedback.answer,
        },
    )


def append_line(path: Path, row: Mapping[str, Any]) -> None:
    """Append one line of JSON and see it to the disk; raises FeedbackError when that fails.

    The line is one write at the end of the file, so lines of several writers do not mix; a line
    that was cut off before it is ended first.
    """
    line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            _write(file, line if _ends_a_line(file) else b"\n" + line)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise FeedbackError(
            f"{path} cannot be written ({error.strerror}), so this was not kept; "
            "make room there or make it writable, and say it again."
        ) from error


def read_feedback(path: Path) -> Kept:
    """Read a feedback file; raises FeedbackError when there is none that can be read.

    A line that is torn or that something else wrote is left out and counted.
    """
    try:
        with path.open("rb") as file:
            read = [feedback_of(line) for line in file if line.strip()]
    except FileNotFoundError as error:
        raise FeedbackError(
            f"There is no feedback in {path} yet; it comes from the chat: "
            "the thumbs below an answer."
        ) from error
    except OSError as error:
        raise FeedbackError(f"{path} cannot be read ({error.strerror}).") from error
    found = tuple(one for one in read if one is not None)
    return Kept(found, len(read) - len(found))


def feedback_of(line: bytes) -> Feedback | None:
    """What one line says; None for a line that ``keep`` did not write, or not to its end."""
    try:
        return _feedback(json.loads(line))
    except (ValueError, RecursionError):  # no JSON, no time, no opinion
        return None


def standing(feedback: Iterable[Feedback]) -> list[Feedback]:
    """The last word on every answer and on every citation, in the order of the first."""
    last = {(one.case, one.citation): one for one in feedback}
    return [one for one in last.values() if one.opinion is not Opinion.WITHDRAWN]


def _feedback(row: Any) -> Feedback | None:
    match row:
        case {
            "case": str(case),
            "time": str(time),
            "question": str(question),
            "standalone_question": str(standalone),
            "history": list(history),
            "opinion": str(opinion),
            "reason": str(reason),
            "citation": None | int() as citation,
            "answer": dict(answer),
        } if _is_answer(answer) and all(_has(one, _MESSAGE) for one in history):
            return Feedback(
                case=case,
                time=dt.datetime.fromisoformat(time),
                question=question,
                standalone_question=standalone,
                history=tuple(Message(one["role"], one["content"]) for one in history),
                opinion=Opinion(opinion),
                reason=reason,
                citation=citation,
                answer=answer,
            )
    return None


def _is_answer(row: Mapping[str, Any]) -> bool:
    return (
        _has(row, _ANSWER)
        and row["outcome"] in list(Outcome)
        and all(
            _has(one, _CITATION) and one["verdict"] in list(Verdict) for one in row["citations"]
        )
        and all(_has(one, _MARK) for one in row["marks"])
    )


def _has(row: Any, parts: Mapping[str, type]) -> bool:
    """Whether this is an object of JSON that has these parts, each of its type."""
    return isinstance(row, dict) and all(isinstance(row.get(it), parts[it]) for it in parts)


def _write(file: int, line: bytes) -> None:
    """Write all of it; a disk that fills up takes a part first and refuses the rest."""
    while line:
        line = line[os.write(file, line) :]


def _ends_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size == 0 or os.pread(file, 1, size - 1) == b"\n"

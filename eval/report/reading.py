"""A run folder read into nouns; the files are described in ``eval/README.md``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.questions import Question, QuestionSetError, Span, question_of
from rag.errors import FootnoteError

Row = Mapping[str, Any]


class RunError(FootnoteError):
    """A run folder that no report can be made of; the message names the file."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A sentence that was found, and its score."""

    span: Span
    score: float


@dataclass(frozen=True)
class Result:
    """What one question came to; ``answer`` is empty where there is none.

    ``answerability`` is the probability by which ``rag.answerability`` decides, if it is known;
    ``judged`` what a language model said of the answer, empty where none did.
    """

    question: Question
    repeat: int
    error: str
    evidence: tuple[Retrieved, ...]
    answer: Row
    messages: tuple[Row, ...]
    reply: str
    tokens: Row
    seconds: Mapping[str, float]
    scores: Mapping[str, float | None]
    answerability: float | None
    judged: Row

    @cached_property
    def name(self) -> str:
        """The question's id, with ``~2`` for the second time that it was asked."""
        return self.question.id + (f"~{self.repeat + 1}" if self.repeat else "")

    @cached_property
    def got(self) -> str:
        """How the answer ended; empty without one."""
        return str(self.answer.get("outcome", ""))

    @cached_property
    def is_right(self) -> bool | None:
        """Whether the outcome is right and no fact is missing; None where there is no answer."""
        outcome, facts = self.scores.get("outcome_right"), self.scores.get("fact_recall")
        if self.error or outcome is None:
            return None
        return outcome == 1 and facts in (None, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: what was set, what came of every question, and the figures."""

    config: Row
    summary: Row
    results: Sequence[Result]

    @property
    def mode(self) -> str:
        """How it was answered: model, quotes or retrieval; empty where the run does not say."""
        return str((self.config.get("settings") or {}).get("mode") or "")


def read_run(folder: Path) -> Run:
    """Read a run folder; raises RunError, naming the file and the line."""
    rows = {(row.get("id"), row.get("repeat")): (row, at) for row, at in _rows(folder)}
    results = [_result(row, at) for row, at in rows.values()]  # a later row stands for an earlier
    return Run(
        config=_object(_text(folder / "config.json"), folder / "config.json"),
        summary=_object(_text(folder / "summary.json"), folder / "summary.json"),
        results=results,
    )


def _rows(folder: Path) -> Iterator[tuple[Row, str]]:
    path = folder / "results.jsonl"
    for number, line in enumerate(_text(path).split("\n"), 1):  # U+2028 ends no line of JSON
        if line.strip():
            place = f"{path}, line {number}"
            yield _object(line, place), place


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path} cannot be read; name a folder that python -m eval.run has finished."
        ) from error


def _object(text: str, place: Path | str) -> Row:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"{place} is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise RunError(f"{place} is no JSON object.")
    return row


def _result(row: Row, place: str) -> Result:
    try:
        question = {**row["question"], "id": row["id"]}
        return Result(
            question=question_of(question, place),
            repeat=int(row.get("repeat") or 0),
            error=str(row.get("error") or "It ended in an error.") if _failed(row) else "",
            evidence=tuple(map(_retrieved, row.get("evidence") or ())),
            answer=row.get("answer") or {},
            messages=tuple(row.get("messages") or ()),
            reply=str(row.get("reply") or ""),
            tokens=row.get("tokens") or {},
            seconds=row.get("seconds") or {},
            scores=row.get("scores") or {},
            answerability=row.get("answerability"),
            judged=row.get("judged") or {},
        )
    except QuestionSetError as error:
        raise RunError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{place} is no result of eval.run: {error!r}.") from error


def _failed(row: Row) -> bool:
    return row.get("status") == "error" or bool(row.get("error"))


def _retrieved(row: Row) -> Retrieved:
    span = Span(str(row["document"]), int(row["start"]), int(row["end"]), str(row["text"]))
    return Retrieved(span, float(row.get("score") or 0.0))

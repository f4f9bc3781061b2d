"""Question sets in the golden form: JSON lines, each with its evidence as sentences or spans.

``eval/README.md`` shows the form. Whatever a line lacks is taken as empty, so the public sets
and a set of one's own are read alike.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.question_shape import complaint_of
from rag.errors import FootnoteError
from rag.types import Message


class QuestionSetError(FootnoteError):
    """A question set that cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document, in code points of its canonical text; -1 where it is not known."""

    document: str
    start: int = -1
    end: int = -1
    text: str = ""

    @property
    def is_placed(self) -> bool:
        """Whether the offsets are known."""
        return self.start >= 0


# What must be cited for one thing that the answer says: any one of these spans will do.
Need = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, whether the documents answer it, with what words, and where.

    ``answers``: wordings of the complete answer. ``facts``: what it must contain, each as a
    list of aliases. ``needs``: the evidence; ``alternatives``: other complete sets of it;
    ``documents``: where the answer stands, if the set names whole documents. ``outcome`` is
    ``answered``, ``partly`` (and then ``missing`` says what the documents lack) or
    ``not_found``. ``day`` is the day on which the question is asked, if that matters.
    """

    id: str
    text: str
    answerable: bool
    needs: tuple[Need, ...] = ()
    alternatives: tuple[tuple[Need, ...], ...] = ()
    answers: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    outcome: str = "answered"
    missing: str = ""
    history: tuple[Message, ...] = ()
    day: date | None = None
    documents: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    split: str = ""

    @property
    def evidence(self) -> tuple[Span, ...]:
        """The first choice for every need, where its offsets are known."""
        return tuple(need[0] for need in self.needs if need[0].is_placed)


def read_questions(path: Path) -> list[Question]:
    """Read a question set; raises QuestionSetError, naming the line, before anything is run."""
    questions = [question_of(row, place) for row, place in read_rows(path)]
    if not questions:
        raise QuestionSetError(f"{path} holds no question.")
    names: set[str] = set()
    for question in questions:
        if question.id in names:
            raise QuestionSetError(f"{path} has two questions called {question.id}; rename one.")
        names.add(question.id)
    return questions


def read_rows(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the JSON object of every line that is not empty, and the line's place in words."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionSetError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise QuestionSetError(f"{path} cannot be read as UTF-8 text.") from error
    for number, line in enumerate(text.split("\n"), 1):  # U+2028 ends no line of JSON
        place = f"{path}, line {number}"
        if line.strip():
            yield _object(line, place), place


def question_of(row: Mapping[str, Any], place: str) -> Question:
    """Read one question; ``place`` is where it stands, for the error."""
    if complaint := complaint_of(row):
        raise QuestionSetError(f"{place} {complaint}; see eval/README.md.")
    try:
        return Question(
            id=str(row["id"]),
            text=str(row["question"]),
            answerable=bool(row["answerable"]),
            needs=_needs(row.get("evidence") or ()),
            alternatives=tuple(_needs(other) for other in row.get("alternatives") or ()),
            answers=tuple(row.get("answers") or ()),
            facts=tuple(tuple(aliases) for aliases in row.get("facts") or ()),
            outcome=row.get("outcome") or ("answered" if row["answerable"] else "not_found"),
            missing=row.get("missing", ""),
            history=tuple(Message(it["role"], it["content"]) for it in row.get("history") or ()),
            day=date.fromisoformat(row["date"]) if row.get("date") else None,
            documents=tuple(row.get("documents") or filter(None, [row.get("document")])),
            tags=frozenset(row.get("tags") or ()),
            split=row.get("split", ""),
        )
    except ValueError as error:  # a date that is none
        raise QuestionSetError(f"{place} is not in the golden form: {error}.") from error


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(f"{place} is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise QuestionSetError(f"{place} is no JSON object; see eval/README.md.")
    return row


def _needs(items: Any) -> tuple[Need, ...]:
    return tuple((_span(item), *map(_span, item.get("or", ()))) for item in items)


def _span(item: Mapping[str, Any]) -> Span:
    start, end = item.get("start", -1), item.get("end", -1)
    return Span(item["document"], int(start), int(end), item.get("text", ""))

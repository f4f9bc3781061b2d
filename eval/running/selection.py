"""Which questions are asked, and how often."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics.outcomes import is_failed
from eval.questions import Question, QuestionSetError, read_questions, read_rows
from eval.running.folder import RESULTS


@dataclass(frozen=True, slots=True)
class Case:
    """A question to ask, its line of the set as it stands there, and for the how manieth time."""

    question: Question
    row: Mapping[str, Any]
    repeat: int = 0

    @property
    def key(self) -> tuple[str, int]:
        """What no other case of a run has."""
        return self.question.id, self.repeat


@dataclass(frozen=True, slots=True)
class Selection:
    """Which questions of a set are asked: all conditions hold, of several tags one is enough."""

    tags: tuple[str, ...] = ()
    split: str = ""
    failing: Path | None = None
    limit: int | None = None
    repeat: int = 1


def read_cases(golden: Path, selection: Selection) -> list[Case]:
    """Read a set and choose from it; raises QuestionSetError, also when nothing is left."""
    questions = read_questions(golden)
    known = frozenset(tag for question in questions for tag in question.tags)
    unknown = [tag for tag in selection.tags if tag not in known]
    if unknown:
        raise QuestionSetError(
            f"No question in {golden} has the tag {unknown[0]!r}; its tags are: "
            f"{', '.join(sorted(known)) or 'none'}."
        )
    rows = [row for row, _ in read_rows(golden)]
    names = failed_questions(selection.failing) if selection.failing else None
    chosen = [
        Case(question, row)
        for question, row in zip(questions, rows, strict=True)
        if _is_wanted(question, selection, names)
    ][: selection.limit]
    if not chosen:
        raise QuestionSetError(
            f"None of the {len(questions)} questions in {golden} is left by "
            "--tag, --split and --failing."
        )
    return [Case(it.question, it.row, n) for n in range(selection.repeat) for it in chosen]


def _is_wanted(question: Question, selection: Selection, names: Collection[str] | None) -> bool:
    return (
        (not selection.tags or not question.tags.isdisjoint(selection.tags))
        and selection.split in ("", question.split)
        and (names is None or question.id in names)
    )


def failed_questions(run: Path) -> set[str]:
    """The questions that failed in another run, as its junit.xml says; errors are none of them."""
    if not (run / RESULTS).is_file():
        raise QuestionSetError(f"{run} is no run folder: it holds no {RESULTS}.")
    rows = (row for row, _ in read_rows(run / RESULTS))
    return {row["id"] for row in rows if row["status"] == "ok" and is_failed(row["scores"])}


def require_documents(cases: Sequence[Case], names: Collection[str], folder: Path) -> None:
    """Raise QuestionSetError when a question speaks of a document that is not there."""
    known = frozenset(names)
    for question in (case.question for case in cases if case.repeat == 0):
        unknown = sorted(_documents_of(question) - known)
        if unknown:
            raise QuestionSetError(
                f"The question {question.id} speaks of {unknown[0]}, which is not among the "
                f"{len(known)} documents of {folder}; check --documents."
            )


def _documents_of(question: Question) -> set[str]:
    needs = [*question.needs, *(need for other in question.alternatives for need in other)]
    return {*question.documents, *(span.document for need in needs for span in need)}


def misplaced(cases: Sequence[Case], texts: Mapping[str, str]) -> list[str]:
    """The questions of which a span of evidence is not what its document holds there."""
    return [
        case.question.id
        for case in cases
        if case.repeat == 0
        and any(
            span.is_placed
            and span.text
            and texts[span.document][span.start : span.end] != span.text
            for need in case.question.needs
            for span in need
        )
    ]

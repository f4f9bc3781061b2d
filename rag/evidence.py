"""The evidence for one question: its best sentences, no document crowding out the others."""

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import numpy as np

from rag.errors import QuestionError, StoreError
from rag.libraries import Library
from rag.retrieval import Scored, check_question, check_scope, choose, score_sentences
from rag.scope import ANY_EVIDENCE, Search
from rag.signals import WEIGHTS
from rag.snapshot import Snapshot
from rag.types import Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a question found: the chosen evidence, best first, and all that was weighed."""

    question: str
    scored: Scored
    evidence: list[Evidence]


def find_evidence(
    library: Library,
    snapshot: Snapshot,
    question: str,
    search: Search = ANY_EVIDENCE,
) -> Found:
    """Return the evidence for a question, looked for as ``search`` says; none in an empty set."""
    if not len(snapshot.bounds):
        no_signals = np.zeros((0, len(WEIGHTS)), np.float32)
        return Found(question, Scored(np.zeros(0, np.int64), no_signals[:, 0], no_signals), [])
    vector = library.embedding.embed([question])[0]
    try:
        nearest = library.nearest()
        scored = score_sentences(snapshot, question, vector, nearest, search)
    except StoreError:  # closed or broken this very moment: every passage is compared instead
        scored = score_sentences(snapshot, question, vector, None, search)
    return Found(question, scored, choose(snapshot, scored, search.characters, search.share))


def retrieve_rows(library: Library, question: str, search: Search) -> list[dict[str, object]]:
    """Return the evidence for a question as JSON shows it, best first.

    Raises QuestionError when there is nothing to search for.
    """
    snapshot = library.snapshot()
    check_scope(snapshot, search.scope)
    found = find_evidence(library, snapshot, check_question(question), search)
    return [
        {
            "document": one.sentence.document_id,
            "start": one.sentence.start,
            "end": one.sentence.end,
            "text": one.sentence.text,
            "score": round(one.score, 4),
        }
        for one in found.evidence
    ]


def retrieve_many(library: Library, questions: Path, out: Path, search: Search) -> int:
    """Answer a file of questions (JSON lines with ``id`` and ``question``) into another one.

    A line may have a ``date``: the day on which its question is asked. A question without a word
    to search for finds nothing. Returns how many there were. Raises QuestionError, naming the
    line, for one that is none; then nothing is written.
    """
    check_scope(library.snapshot(), search.scope)
    asked = [
        _asked(line, f"{questions}, line {number}")
        for number, line in enumerate(_lines(questions), start=1)
        if line.strip()
    ]
    with _writable(out) as file:
        for name, question, day in asked:
            on_that_day = replace(search, asked=day or search.asked)
            row = {"id": name, "evidence": _rows_if_any(library, question, on_that_day)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(asked)


def _rows_if_any(library: Library, question: str, search: Search) -> list[dict[str, object]]:
    try:
        return retrieve_rows(library, question, search)
    except QuestionError:
        return []


def _writable(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", errors="replace")
    except OSError as error:
        raise QuestionError(
            f"{path} cannot be written ({error.strerror}); name another file with --out."
        ) from error


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")  # U+2028 ends no line of JSON
    except OSError as error:
        raise QuestionError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path} is no file of questions; save it as UTF-8.") from error


def _asked(line: str, where: str) -> tuple[str, str, dt.date | None]:
    try:
        row = json.loads(line)
        name, question = row["id"], row["question"]
        day = dt.date.fromisoformat(row["date"]) if row.get("date") else None
    except (ValueError, KeyError, TypeError, RecursionError):
        name = question = day = None
    if not isinstance(name, str | int) or not isinstance(question, str):
        raise QuestionError(
            f'{where} is no question; it looks like {{"id": "q1", "question": "…"}}.'
        )
    return str(name), question, day

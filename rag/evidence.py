"""The evidence for one question: its best sentences, no document crowding out the others."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import QuestionError
from rag.library import Library
from rag.retrieval import DEFAULT_CHARACTERS, Scored, check_question, choose, score_sentences
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
    characters: int = DEFAULT_CHARACTERS,
    share: float = 1.0,
) -> Found:
    """Return the evidence for a question within a budget of characters; none in an empty set.

    ``share`` is the part of the budget that one document may have before others are asked.
    """
    if not len(snapshot.bounds):
        nothing = np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros((0, 4), np.float32)
        return Found(question, Scored(*nothing), [])
    vector = library.embedding.embed([question])[0]
    scored = score_sentences(snapshot, question, vector, library.nearest())
    return Found(question, scored, choose(snapshot, scored, characters, share))


def retrieve_rows(library: Library, question: str, characters: int) -> list[dict[str, object]]:
    """Return the evidence for a question as JSON shows it, best first.

    Raises QuestionError when there is nothing to search for.
    """
    snapshot = library.snapshot()
    found = find_evidence(library, snapshot, check_question(question), characters)
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


def retrieve_many(library: Library, questions: Path, out: Path, characters: int) -> int:
    """Answer a file of questions (JSON lines with ``id`` and ``question``) into another one.

    Returns how many there were. Raises QuestionError, naming the line, for one that is unfit.
    """
    lines = [line for line in _lines(questions) if line.strip()]
    with out.open("w", encoding="utf-8") as file:
        for number, line in enumerate(lines, start=1):
            name, question = _id_and_question(line, f"{questions}, line {number}")
            row = {"id": name, "evidence": retrieve_rows(library, question, characters)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(lines)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read as a file of questions: {error}.") from error


def _id_and_question(line: str, where: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        return str(row["id"]), str(row["question"])
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionError(
            f'{where} is no question; it looks like {{"id": "q1", "question": "…"}}.'
        ) from error

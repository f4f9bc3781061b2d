"""Question sets in the golden form: JSON lines with evidence given as exact spans."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document, in code points of its canonical text."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question, whether the documents answer it, and where."""

    id: str
    text: str
    answerable: bool
    evidence: tuple[Span, ...]


def read_questions(path: Path) -> list[Question]:
    """Read a question set; evidence without offsets is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")  # U+2028 ends no line of JSON
    return [_question(line) for line in lines if line.strip()]


def _question(line: str) -> Question:
    row = json.loads(line)
    spans = tuple(
        Span(span["document"], span["start"], span["end"])
        for span in row["evidence"]
        if "start" in span
    )
    return Question(row["id"], row["question"], row["answerable"], spans)

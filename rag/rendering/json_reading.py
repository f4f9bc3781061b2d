"""An answer read back from the JSON that was made of it, whole: the way back of ``json_form``."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rag.types import (
    Act,
    Answer,
    Citation,
    Disagreement,
    DisagreementKind,
    Kind,
    Mark,
    Mode,
    Outcome,
    Rejected,
    Repair,
    Statement,
    Verdict,
)

Row = Mapping[str, Any]


def answer_of_json(row: Row) -> Answer:
    """The answer that ``to_json`` made this of.

    Raises KeyError, TypeError or ValueError for what it did not make.
    """
    return Answer(
        question=row["question"],
        standalone_question=row["standalone_question"],
        outcome=Outcome(row["outcome"]),
        mode=Mode(row["mode"]),
        text=row["text"],
        statements=tuple(map(_statement, row["statements"])),
        marks=tuple(Mark(one["offset"], one["citation"]) for one in row["marks"]),
        citations=tuple(map(citation_of_json, row["citations"])),
        nearest=tuple(map(citation_of_json, row["nearest"])),
        uncited=tuple(map(citation_of_json, row["uncited"])),
        rejected=tuple(Rejected(one["marker"], one["reason"]) for one in row["rejected"]),
        repairs=tuple(map(_repair, row["repairs"])),
        disagreements=tuple(map(_disagreement, row["disagreements"])),
        missing=row["missing"],
        incomplete=row["incomplete"],
        timings=dict(row["timings"]),
        model=row["model"],
    )


def citation_of_json(row: Row) -> Citation:
    """The citation that ``citation_json`` made this of; a side of a disagreement has no number."""
    return Citation(
        number=row.get("number", 0),
        document=row["document"],
        title=row["title"],
        date=day_of(row["date"]),
        sentence_ids=tuple(row["sentence_ids"]),
        start=row["start"],
        end=row["end"],
        text=row["text"],
        verdict=Verdict(row.get("verdict", Verdict.NOT_CHECKED)),
        reason=row.get("reason", ""),
        pages=tuple(row.get("pages", ())),
    )


def day_of(text: str | None) -> dt.date | None:
    """The day that ISO words name, or None."""
    return dt.date.fromisoformat(text) if text else None


def _statement(row: Row) -> Statement:
    return Statement(
        text=row["text"],
        kind=Kind(row["kind"]),
        start=row["start"],
        end=row["end"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        citations=tuple(row["citations"]),
    )


def _repair(row: Row) -> Repair:
    return Repair(
        act=Act(row["act"]),
        statement=row["statement"],
        removed=tuple(map(citation_of_json, row["removed"])),
        added=tuple(row["added"]),
        reason=row["reason"],
    )


def _disagreement(row: Row) -> Disagreement:
    sides = tuple(map(citation_of_json, row["sides"]))
    return Disagreement(DisagreementKind(row["kind"]), row["reason"], sides)

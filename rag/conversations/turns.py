"""What is kept of a conversation: the nouns, and a turn as bytes and back."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.rendering import iso
from rag.rendering.json_form import to_json
from rag.rendering.json_reading import answer_of_json, day_of
from rag.scope import EVERYWHERE, Scope
from rag.types import Answer, Sentence, Source


def now() -> dt.datetime:
    """This moment, in universal time."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in the list of those kept, without its turns."""

    id: str
    title: str
    created: dt.datetime
    changed: dt.datetime


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and all that is needed to show its answer exactly as it was.

    Neither ``finished`` nor ``stopped`` nor with an ``error``, it was begun and is being answered,
    or whoever answered it is gone. ``asked`` is when; ``scope`` is what it was asked of.
    """

    id: str
    question: str
    answer: Answer
    sources: tuple[Source, ...] = ()
    finished: bool = True
    stopped: bool = False
    error: str = ""
    asked: dt.datetime = field(default_factory=now)
    scope: Scope = EVERYWHERE


def turn_json(turn: KeptTurn) -> dict[str, object]:
    """A turn as JSON shows it: only what ``json.dumps`` takes."""
    return {
        "id": turn.id,
        "question": turn.question,
        "asked": turn.asked.isoformat(),
        "scope": _scope_json(turn.scope),
        "finished": turn.finished,
        "stopped": turn.stopped,
        "error": turn.error,
        "answer": to_json(turn.answer),
        "sources": [_source_json(source) for source in turn.sources],
    }


def to_bytes(turn: KeptTurn) -> bytes:
    """A turn to be kept; ``of_bytes`` gives it back, half characters and all."""
    return json.dumps(turn_json(turn), ensure_ascii=False).encode("utf-8", "surrogatepass")


def of_bytes(data: bytes) -> KeptTurn:
    """The turn that ``to_bytes`` made this of; raises KeyError, TypeError or ValueError."""
    row = json.loads(data.decode("utf-8", "surrogatepass"))
    return KeptTurn(
        id=row["id"],
        question=row["question"],
        answer=answer_of_json(row["answer"]),
        sources=tuple(map(_source, row["sources"])),
        finished=row["finished"],
        stopped=row["stopped"],
        error=row["error"],
        asked=dt.datetime.fromisoformat(row["asked"]),
        scope=_scope(row["scope"]),
    )


def _scope_json(scope: Scope) -> dict[str, object]:
    return {
        "documents": list(scope.documents),
        "folders": list(scope.folders),
        "tags": list(scope.tags),
        "since": iso(scope.since),
        "until": iso(scope.until),
    }


def _scope(row: Mapping[str, Any]) -> Scope:
    return Scope(
        documents=tuple(row["documents"]),
        folders=tuple(row["folders"]),
        tags=tuple(row["tags"]),
        since=day_of(row["since"]),
        until=day_of(row["until"]),
    )


def _source_json(source: Source) -> dict[str, object]:
    return {
        "letter": source.letter,
        "document": source.document_id,
        "title": source.title,
        "date": iso(source.date),
        "sentences": [
            {
                "number": one.number,
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "pages": list(one.pages),
            }
            for one in source.sentences
        ],
    }


def _source(row: Mapping[str, Any]) -> Source:
    name = row["document"]
    return Source(
        letter=row["letter"],
        document_id=name,
        title=row["title"],
        date=day_of(row["date"]),
        sentences=tuple(
            Sentence(
                name, one["number"], one["start"], one["end"], one["text"], tuple(one["pages"])
            )
            for one in row["sentences"]
        ),
    )

"""Saved answers as files: written whole or not at all, and read back however they come."""

import datetime as dt
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import SavedError
from rag.rendering.export import read_document
from rag.rendering.json_form import text_hash
from rag.types import SavedAnswer, SavedCitation

MOST_BYTES = 5_000_000  # a hundred times what an answer with everything about it takes
MOST_CITATIONS = 1_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # as some shells redirect what is printed


def write_saved(path: Path, text: str) -> None:
    """Write a file, in place of one that is there; raises SavedError and leaves that one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text.encode("utf-8", "replace"))
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise SavedError(
            f"{path} cannot be written ({error.strerror}); name another file with --save."
        ) from error


def read_saved(path: Path) -> SavedAnswer:
    """Read a saved answer, in Markdown or JSON whatever its name; raises SavedError."""
    text = _text(path)
    is_json = text.lstrip().startswith("{")
    answer = read_json(text) if is_json else read_document(text)
    if answer is None:
        raise SavedError(_none(path))
    if len(answer.citations) > MOST_CITATIONS:
        raise SavedError(
            f"{path} has {len(answer.citations):,} citations, and a saved answer may have "
            f"{MOST_CITATIONS:,}; check it in several pieces."
        )
    return answer


def read_json(text: str) -> SavedAnswer | None:
    """Read the object of ``rag ask --json`` or ``rag check --json``; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match found:
        case {"statements": list(), "citations": list(citations)}:
            question = found.get("question", "")
            rows = enumerate(citations, start=1)
            return SavedAnswer(
                _clean(question) if isinstance(question, str) else "",
                tuple(_citation(row, place) for place, row in rows),
            )
    return None


def _citation(row: Any, place: int) -> SavedCitation:
    """One entry of the list; without text when something in it is not what it should be."""
    match row:
        case {
            "number": int(number),
            "document": str(document),
            "title": str(title),
            "date": None | str() as date,
            "start": int(start),
            "end": int(end),
            "text": str(text),
        } if 0 <= start <= end:
            noted = row.get("hash", text_hash(text))  # before there were hashes, none was noted
            return SavedCitation(
                number=number,
                document=_clean(document),
                title=_clean(title),
                date=_day(date),
                start=start,
                end=end,
                text=_clean(text),
                hash=noted if isinstance(noted, str) else "",
            )
    return SavedCitation(place)


def _day(date: str | None) -> dt.date | None:
    """The day, which is only shown: one that is none does no harm."""
    try:
        return dt.date.fromisoformat(date) if date else None
    except ValueError:
        return None


def _clean(text: str) -> str:
    """The text without halves of characters, which JSON can write and nobody can print."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(path: Path) -> str:
    data = _bytes(path)
    if len(data) > MOST_BYTES:
        raise SavedError(f"{path} is larger than {MOST_BYTES:,} bytes; no saved answer is.")
    try:
        return data.decode("utf-16" if data.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SavedError(_none(path)) from error


def _bytes(path: Path) -> bytes:
    """As many bytes as may be read, and one more where there are more."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SavedError(
            f"{path} cannot be read ({error.strerror}); name a file that rag ask --save wrote."
        ) from error


def _none(path: Path) -> str:
    return f"{path} is no saved answer; name a file that rag ask --save wrote."

"""A golden set as a file: what is in it, and a row more, written whole or not at all."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.golden import give_splits
from eval.golden_rules import Pages, problems
from eval.questions import QuestionSetError, question_of, read_rows
from rag.rendering import one_line

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """The rows of a golden set as they were read; none for a file that is not there yet."""

    path: Path
    rows: tuple[Row, ...]

    @property
    def ids(self) -> list[str]:
        """The names of its questions."""
        return [str(row.get("id")) for row in self.rows]


def read_golden(path: Path) -> GoldenFile:
    """Read a set; raises QuestionSetError, naming the line, for one that is damaged."""
    if not path.exists() and path.parent.is_dir():
        return GoldenFile(path, ())
    placed = list(read_rows(path))
    for row, place in placed:
        question_of(row, place)
    return GoldenFile(path, tuple(row for row, _ in placed))


def require_documents(golden: GoldenFile, pages: Pages, folder: Path) -> None:
    """Raise QuestionSetError for a set that asks about other documents than these."""
    if not pages:
        raise QuestionSetError(f"There are no documents in {folder}; check --documents.")
    named = {item["document"] for row in golden.rows for item in row.get("evidence") or ()}
    if named and not named & set(pages):
        raise QuestionSetError(
            f"{golden.path} asks about other documents than those in {folder} "
            f"({min(named)}, for one); name the set of these documents with --golden."
        )


def with_split(row: Row, golden: GoldenFile) -> dict[str, Any]:
    """The row with its split, by the rule of ``python -m eval.golden --place``."""
    new = {**row}
    if new["tags"]:
        give_splits([*({**one} for one in golden.rows if one.get("split")), new])
    return new


def problems_of(row: Row, golden: GoldenFile, pages: Pages) -> list[str]:
    """Why a row cannot be added, in words: the rules of a question, and what the set has."""
    found = problems(question_of(row, "the new question"), pages)
    if row["id"] in golden.ids:
        found.append(f"the set has a question called {row['id']} already")
    same = [one for one in golden.rows if _asked(one) == _asked(row)]
    if same:
        found.append(f"the set asks this already, as {same[0].get('id')}")
    return found


def line_of(row: Row) -> str:
    """The row as a line of JSON; halves of characters, which nobody can read, are replaced."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def append(path: Path, row: Row) -> None:
    """Add a row at the end of a set; raises QuestionSetError and leaves the set as it was.

    What is there stays byte for byte. The new file is complete before it takes the old one's place.
    """
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        before = path.read_bytes() if path.exists() else b""
        gap = b"\n" if before and not before.endswith(b"\n") else b""
        with fresh.open("wb") as file:
            file.write(before + gap + line_of(row).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    except OSError as error:
        raise QuestionSetError(
            f"{path} cannot be written ({error.strerror}); it is as it was."
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink()


def _asked(row: Row) -> tuple[str, Sequence[str]]:
    """What makes a question the same: its words, and what was asked before it."""
    before = [str(one.get("content")) for one in row.get("history") or ()]
    return _plain(str(row.get("question"))), [_plain(one) for one in before]


def _plain(text: str) -> str:
    return one_line(text).casefold().rstrip(" ?!.")

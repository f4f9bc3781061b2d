"""The run folder: begun or gone on with, its results appended line by line.

A line is written and flushed as soon as its question is done, so a process that is killed loses
what was running and no more; a line that it cut is dropped when the run goes on.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import FootnoteError

CONFIG, RESULTS, SUMMARY, JUNIT = "config.json", "results.jsonl", "summary.json", "junit.xml"
FREE = ("started", "finished", "command", "settings.at_once", "misplaced")
"""What may differ when a run goes on: it changes no answer."""

Row = dict[str, Any]


class RunFolderError(FootnoteError):
    """A run folder that cannot be used; the message says what to do."""


class Results:
    """The open ``results.jsonl``; ``append`` from any thread."""

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        self.rows = rows
        self._folder = folder
        self._lock = threading.Lock()
        with _named(folder):
            self._file = (folder / RESULTS).open("ab")

    def append(self, row: Row) -> None:
        """Keep a row; raises RunFolderError when it cannot be written."""
        line = json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"
        with self._lock, _named(self._folder):
            self._file.write(line)
            self._file.flush()
            self.rows.append(row)

    def close(self) -> None:
        """Close the file; what was appended has been written."""
        with _named(self._folder):
            self._file.close()


@contextmanager
def results_of(folder: Path, config: Row, *, retry_errors: bool = False) -> Iterator[Results]:
    """Begin a run, or go on with one that has the same configuration.

    With ``retry_errors`` the rows of questions that met an error are dropped first. Raises
    RunFolderError when the folder cannot be used or holds a run with another configuration.
    """
    rows = _begun(folder, config)
    kept = [row for row in rows if not (retry_errors and row["status"] == "error")]
    write_json(folder, CONFIG, config)
    _rewrite(folder, kept)
    results = Results(folder, kept)
    try:
        yield results
    finally:
        results.close()


def finished_before(folder: Path) -> str:
    """When the run in a folder was finished, if it was; "" where there is none."""
    return str(read_config(folder).get("finished") or "") if (folder / CONFIG).exists() else ""


def check_folder(folder: Path) -> None:
    """Raise RunFolderError for what can never become a run folder; nothing is made yet."""
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; name a folder with --out.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / CONFIG).is_file():
        raise RunFolderError(f"{folder} holds other things than a run; name another with --out.")


def _begun(folder: Path, config: Row) -> list[Row]:
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(
            f"{folder} cannot be written to ({error.strerror}); name another folder with --out."
        ) from error
    if not (folder / CONFIG).exists():
        return []
    before = read_config(folder)
    changed = sorted(_differing(_leaves(before), _leaves(config)))
    if changed:
        raise RunFolderError(
            f"{folder} holds a run with another configuration ({', '.join(changed)}); "
            "name another folder with --out."
        )
    config["started"] = before["started"]
    return read_results(folder)


def read_config(folder: Path) -> Row:
    """Read ``config.json``; raises RunFolderError."""
    try:
        row = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        if isinstance(row, dict) and "started" in row:
            return row
    except (OSError, ValueError):
        pass
    raise RunFolderError(f"{folder / CONFIG} cannot be read; name another folder with --out.")


def read_results(folder: Path) -> list[Row]:
    """Read ``results.jsonl``; a last line that was cut is left out. Raises RunFolderError."""
    path = folder / RESULTS
    with _named(folder):
        lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    rows = []
    for number, line in enumerate(lines[:-1], 1):  # what stands behind the last line end was cut
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            if number == len(lines) - 1:
                break
            raise RunFolderError(f"{path}, line {number} is no JSON; remove that line.") from error
    return rows


def write_json(folder: Path, name: str, row: Mapping[str, Any]) -> None:
    """Write a file of the folder whole or not at all; raises RunFolderError."""
    write_text(folder, name, json.dumps(row, ensure_ascii=False, indent=1) + "\n")


def write_text(folder: Path, name: str, text: str) -> None:
    """Write a file of the folder whole or not at all; raises RunFolderError."""
    fresh = folder / f"{name}.new"
    with _named(folder):
        try:
            fresh.write_text(text, encoding="utf-8", errors="replace")
            os.replace(fresh, folder / name)  # noqa: PTH105 - says that it replaces
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def _rewrite(folder: Path, rows: list[Row]) -> None:
    write_text(folder, RESULTS, "".join(f"{json.dumps(it, ensure_ascii=False)}\n" for it in rows))


def _leaves(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """The values of nested objects by dotted name."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= _leaves(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {name for name in {*one, *other} - {*FREE} if one.get(name) != other.get(name)}


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{folder} cannot be written to ({error.strerror}); what was finished is kept, the "
            "same command goes on from there."
        ) from error

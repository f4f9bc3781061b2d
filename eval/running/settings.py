"""All that decides what a run gives, as ``config.json`` says it; no key is ever in it."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.running.folder import Row
from eval.running.selection import Selection
from rag.answering import FOR_ANSWERS
from rag.config import Config
from rag.fingerprint import fingerprint_of
from rag.ledger.rows import Entry
from rag.libraries import Library
from rag.model.refusals import Call
from rag.prompts import load_prompt

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for on the command line; ``mode`` is model, quotes or retrieval."""

    golden: Path
    documents: Path
    out: Path
    mode: str
    selection: Selection
    at_once: int
    data: Path | None
    cache: Path
    retry_errors: bool
    judge: bool
    command: tuple[str, ...]


def describe(plan: Plan, config: Config, library: Library, model: str, judge: str) -> Row:
    """Return the content of ``config.json`` at the beginning of a run.

    ``model`` and ``judge`` name who answers and who judges the answers, or are empty.
    """
    entries, golden = library.documents(), plan.golden.read_bytes()
    by_model = plan.mode == "model"
    return {
        "started": now(),
        "finished": None,
        "command": list(plan.command),
        "git": git_state(ROOT),
        "golden": {
            "path": str(plan.golden),
            "sha256": sha256(golden).hexdigest(),
            "questions": sum(bool(line.strip()) for line in golden.split(b"\n")),
        },
        "documents": {
            "path": str(plan.documents),
            "count": len(entries),
            "sha256": hash_of_documents(entries),
        },
        "fingerprint": json.loads(fingerprint_of(library.embedding)),
        "settings": {
            "mode": plan.mode,
            "model": model,
            "base_url": Call(config.base_url, "").server if by_model or judge else "",
            "embedding": config.embedding,
            "judge": config.judge and by_model,
            "judged_by": judge,
            "characters": FOR_ANSWERS.characters,
            "limit": plan.selection.limit,
            "tags": list(plan.selection.tags),
            "split": plan.selection.split,
            "failing": str(plan.selection.failing or ""),
            "repeat": plan.selection.repeat,
            "at_once": plan.at_once,
        },
        "prompts": prompt_versions(config.prompts),
        "version": _version(),
    }


def now() -> str:
    """The time in UTC, to the second, in ISO form."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def hash_of_documents(entries: Iterable[Entry]) -> str:
    """A hash that changes with the name or the bytes of any document."""
    lines = sorted(f"{entry.id}\n{entry.hash}\n" for entry in entries)
    return sha256("".join(lines).encode()).hexdigest()


def prompt_versions(folder: Path) -> dict[str, str]:
    """The version of every prompt file."""
    names = sorted(path.stem for path in folder.glob("*.txt"))
    return {name: load_prompt(folder, name).version for name in names}


def git_state(folder: Path) -> Row:
    """The revision of the program, and whether files have changed since; "" where git is not."""
    revision = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no") if revision else ""
    return {"revision": revision, "changed": bool(changes)}


def _git(folder: Path, *words: str) -> str:
    command: Sequence[str] = ("git", "-C", str(folder), *words)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version() -> str:
    try:
        return version("footnote")
    except PackageNotFoundError:
        return ""

"""Run folders as eval.run writes them, small, for the tests of what reads them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
CONFIG: Row = {
    "started": "2026-11-25T20:00:00+00:00",
    "finished": "2026-11-25T20:01:00+00:00",
    "command": ["python", "-m", "eval.run"],
    "git": {"revision": "2f96f86", "changed": False},
    "golden": {"path": "eval/golden.jsonl", "sha256": "a" * 64},
    "documents": {"path": "seeds", "count": 26, "sha256": "b" * 64},
    "fingerprint": {"embedding": "minilm-int8"},
    "settings": {"mode": "quotes", "model": "", "embedding": "minilm", "judge": False},
    "prompts": {"answer": "one"},
    "version": "0.1.0",
}


def result(number: int, scores: Mapping[str, float | None] | None = None, **changes: Any) -> Row:
    """One line of results.jsonl: question ``number``, answered."""
    row: Row = {
        "id": f"q{number}",
        "repeat": 0,
        "question": {
            "id": f"q{number}",
            "question": f"Who baked bread number {number}?",
            "answers": ["Anna Holm"],
            "answerable": True,
            "outcome": "answered",
            "evidence": [{"document": "bakery.md", "text": "Anna Holm bakes.", "start": 0}],
            "tags": ["who"],
        },
        "status": "ok",
        "error": "",
        "answer": {
            "outcome": "answered",
            "text": "Anna Holm bakes.",
            "citations": [{"number": 1, "document": "bakery.md", "text": "Anna Holm bakes."}],
        },
        "scores": {"outcome_right": 1.0, "fact_recall": 1.0} if scores is None else scores,
    }
    return row | changes


def results(metric: str, scores: Iterable[float | None]) -> list[Row]:
    """A line for each score of one metric."""
    return [result(number, {metric: score}) for number, score in enumerate(scores)]


def write_run(folder: Path, rows: Sequence[Row], **config: Any) -> Path:
    """Write a run folder and return it; ``config`` replaces whole sections."""
    folder.mkdir(parents=True, exist_ok=True)
    golden = CONFIG["golden"] | {"questions": len({row["id"] for row in rows})}
    (folder / "config.json").write_text(json.dumps(CONFIG | {"golden": golden} | config))
    (folder / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder

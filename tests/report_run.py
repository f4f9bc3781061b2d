"""Small run folders for the tests of the report: bees, and one question of every kind."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

KEEPS = "Ann Ash keeps bees."
COST = "Her bees cost 40 pounds."
PROMPT = f"=== A · Bees\n[A1] {KEEPS}\n[A2] {COST}\n\nQuestion: who keeps bees?"


def span(text: str, start: int = 0, document: str = "bees.md") -> Row:
    return {"document": document, "start": start, "end": start + len(text), "text": text}


def citation(number: int, sentence: Row, verdict: str = "supported", reason: str = "") -> Row:
    about = {"number": number, "title": "Bees", "date": "2026-01-02", "sentence_ids": []}
    return {**about, **sentence, "hash": "", "verdict": verdict, "reason": reason}


def answer(text: str, citations: Sequence[Row] = (), outcome: str = "answered", **more: Any) -> Row:
    """Return an answer of one claim, its marks at the end of its text."""
    numbers = [row["number"] for row in citations]
    verdict = citations[0]["verdict"] if citations else "unsupported"
    claim = {"text": text, "kind": "claim", "verdict": verdict, "citations": numbers, "reason": ""}
    return {
        "question": "",
        "standalone_question": "",
        "outcome": outcome,
        "missing": "",
        "mode": "model",
        "incomplete": False,
        "statements": [claim] if text else [],
        "citations": list(citations),
        "nearest": [],
        "rejected": [],
        "timings": {},
        "model": "",
        "text": text,
        "marks": [{"offset": len(text), "citation": number} for number in numbers],
        "uncited": [],
        "repairs": [],
        **more,
    }


def result(name: str, question: Mapping[str, Any], said: Row | None, **more: Any) -> Row:
    """Return a line of ``results.jsonl``; the question is answerable if it does not say so."""
    asked = {"id": name, "question": f"{name}?", "answerable": True, "evidence": [], "tags": []}
    return {
        "id": name,
        "repeat": 0,
        "question": {**asked, **question},
        "status": "ok",
        "error": "",
        "evidence": [],
        "answer": said,
        "messages": [],
        "reply": "",
        "tokens": None,
        "seconds": {"retrieval": 0.02, "total": 0.5},
        "scores": {"outcome_right": 1.0, "fact_recall": None},
        **more,
    }


KEEPER = result(
    "keeper",
    {
        "question": "Who keeps bees?",
        "answers": ["Ann Ash"],
        "facts": [["Ann Ash"], ["40 pounds", "£40"]],
        "evidence": [span(KEEPS), span(COST, 20)],
        "tags": ["who"],
    },
    answer("**Ann Ash** keeps bees.", [citation(1, span(KEEPS))]),
    evidence=[{**span(COST, 20), "score": 2.5}, {**span(KEEPS), "score": 1.5}],
    messages=[{"role": "user", "content": PROMPT}],
    reply="**Ann Ash** keeps bees [A1].",
    scores={"outcome_right": 1.0, "fact_recall": 0.5},
)
WASPS = result(
    "wasps",
    {"question": "Who keeps wasps?", "answerable": False, "tags": ["near-miss"]},
    answer("Ann Ash keeps wasps.", [citation(1, span(KEEPS), "unsupported", "It says bees.")]),
    evidence=[{**span(KEEPS), "score": 0.5}],
    scores={"outcome_right": 0.0, "fact_recall": None},
)
FAILED = result("failed", {}, None, status="error", error="The server answered 429.", scores={})
RIGHT = result("right", {}, answer("Yes.", [citation(1, span(KEEPS))]))
RESULTS = [KEEPER, WASPS, FAILED, RIGHT]


def figure(mean: float, low: float, high: float, count: int = 3) -> Row:
    return {"mean": mean, "low": low, "high": high, "count": count}


CONFIG: Row = {
    "started": "2026-11-24T09:00:00+00:00",
    "finished": "2026-11-24T09:01:05+00:00",
    "command": ["python", "-m", "eval.run"],
    "git": {"revision": "0123456789abcdef", "changed": True},
    "golden": {"path": "sets/bees.jsonl", "sha256": "ab", "questions": 4},
    "documents": {"path": "hive", "count": 2, "sha256": "cd"},
    "fingerprint": {"dimension": 384},
    "settings": {"mode": "model", "model": "small-model", "embedding": "minilm", "repeat": 1},
    "prompts": {"answer.user": "0f3c2b1a9d8e"},
    "version": "0.1.0",
}
SUMMARY: Row = {
    "questions": 4,
    "results": 4,
    "errors": 1,
    "metrics": {"outcome_right": figure(0.667, 0.2, 0.95), "my_own": figure(0.5, 0.4, 0.6)},
    "by_tag": {"who": {"outcome_right": figure(1.0, 1.0, 1.0, 1)}},
    "outcomes": {"answered": {"answered": 2}, "not_found": {"answered": 1}},
    "verdicts": {"supported": 2, "unsupported": 1},
    "repairs": {"re-pointed": 2},
    "latency": {},
    "tokens": {"prompt": 1200, "completion": 34},
}


def write_run(
    folder: Path,
    results: Sequence[Row] = RESULTS,
    config: Mapping[str, Any] = CONFIG,
    summary: Mapping[str, Any] = SUMMARY,
) -> Path:
    """Write the three files of a run; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in results)
    (folder / "results.jsonl").write_text(lines, encoding="utf-8")
    return folder


def read_page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")

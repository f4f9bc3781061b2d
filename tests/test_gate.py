"""The gate, shown red: copies of the program are broken on purpose, asked, and compared.

The recorded replies of a language model stand in for one; told nothing of ids, it writes none.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.compare.command import main as compare
from tests.model_server import ModelServer, Part

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
RECORDED = ROOT / "tests" / "recorded" / "golden.jsonl"
GREEN, RED = 0, 1
BROKEN = {
    "a comment": ("rag/answerability.py", "AROUND = 3", "AROUND = 3  # so many", GREEN),
    "the worst sentences first": (
        "rag/retrieval.py",
        "order = np.argsort(-scores, kind",
        "order = np.argsort(scores, kind",
        RED,
    ),
    "no refusal threshold": ("rag/answerability.py", "threshold=0.362", "threshold=0.0", RED),
}
MARKERS = re.compile(r" ?\[[A-Z]+\d+(?:-\d+)?\]")
QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)


def copy_of(folder: Path) -> Path:
    """A copy of the program that can be broken."""
    folder.mkdir()
    for name in ("rag", "eval", "prompts", "seeds", "pyproject.toml"):
        whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        whole(ROOT / name, folder / name)
    return folder


def replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(program: Path, out: Path, *flags: str, settings: Mapping[str, str]) -> Path:
    unset = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "RAG_MODEL")
    own = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "eval.run", "--out", str(out), *flags]
    subprocess.run(
        command, cwd=program, env={**own, "RAG_DOCUMENTS": "seeds", **settings}, check=True
    )
    return out


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_turns_the_gate_red_and_a_comment_does_not(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before, after, status = BROKEN[name]
    program = copy_of(tmp_path / "program")
    replace(program / file, before, after)
    broken = run(program, tmp_path / "run", "--quotes", settings={})
    assert compare([str(ROOT / "eval" / "baseline"), str(broken)]) == status
    assert ("A significant drop" in capsys.readouterr().out) == (status == RED)


def test_a_prompt_without_citations_turns_the_gate_red(tmp_path: Path) -> None:
    records = rows_of(RECORDED)
    replies = {row["id"]: row["replies"][0] for row in records if len(row["replies"]) == 1}
    rows = rows_of(ROOT / "eval" / "golden.jsonl")
    asked = [row for row in rows if row["id"] in replies and not row.get("history")]
    by_question = {row["question"]: replies[row["id"]] for row in asked}
    golden = tmp_path / "recorded.jsonl"
    golden.write_text("".join(f"{json.dumps(row)}\n" for row in asked), encoding="utf-8")

    def model(messages: list[dict[str, str]]) -> list[Part]:
        told = "\n".join(message["content"] for message in messages)
        found = QUESTION.search(messages[-1]["content"])
        assert found
        reply: str = by_question[found[1]]
        return [reply if "carries the id" in told else MARKERS.sub("", reply)]

    program = copy_of(tmp_path / "program")
    flags = ["--golden", str(golden), "--cache", str(tmp_path / "cache"), "--at-once", "1"]
    with ModelServer(model) as server:
        settings = {"OPENAI_BASE_URL": server.url, "RAG_MODEL": "recorded"}
        whole = run(program, tmp_path / "with", *flags, settings=settings)
        system = program / "prompts" / "answer.system.txt"
        text = system.read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if "id" not in line.split() and "[" not in line]
        system.write_text("\n".join(kept), encoding="utf-8")
        without = run(program, tmp_path / "without", *flags, settings=settings)
    # the recorded questions have too few refusals for a verdict on those
    guarded = ["citation_f1", "fact_recall", "outcome_right"]
    assert compare([str(whole), str(without), "--guard", *guarded]) == RED

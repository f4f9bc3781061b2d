"""A run becomes the baseline: what is kept of it, and which runs are refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.accept import main
from eval.compare.command import main as compare
from eval.compare.runs import read_run
from tests.run_folders import Row, result, write_run

ROWS = [result(n, {"fact_recall": n / 30, "token_f1": None}) for n in range(30)]


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    return tmp_path / "baseline"


def accept(run: Path, baseline: Path) -> int:
    return main([str(run), "--baseline", str(baseline)])


def test_a_run_shows_no_difference_from_the_baseline_that_was_made_of_it(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", ROWS)
    assert accept(run, baseline) == 0
    assert compare([str(baseline), str(run)]) == 0
    assert "Verdict: No difference" in capsys.readouterr().out


def test_a_baseline_keeps_answers_and_scores_and_leaves_the_rest(
    tmp_path: Path, baseline: Path
) -> None:
    rows = [row | {"evidence": ["long"] * 1_000, "messages": ["long"] * 1_000} for row in ROWS]
    accept(write_run(tmp_path / "run", rows), baseline)
    text = (baseline / "results.jsonl").read_text()
    kept = read_run(baseline).results["q1"]
    assert "long" not in text
    assert kept.scores == {"fact_recall": round(1 / 30, 6)}
    assert kept.answer["text"] == "Anna Holm bakes."
    assert "command" not in json.loads((baseline / "config.json").read_text())


def test_a_question_that_is_to_be_refused_stays_one(tmp_path: Path, baseline: Path) -> None:
    refused = {"id": "q1", "question": "In which hotel?", "answerable": False}
    rows = [result(1, {"outcome_right": 1.0}, question=refused)]
    accept(write_run(tmp_path / "run", rows), baseline)
    assert read_run(baseline).results["q1"].scores["refusal_recall"] == 1.0


def test_the_comparison_is_printed_first_and_a_drop_is_accepted_all_the_same(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(write_run(tmp_path / "run", [result(n) for n in range(60)]), baseline)
    worse = [result(n, {"fact_recall": 0.0, "outcome_right": 1.0}) for n in range(60)]
    assert accept(write_run(tmp_path / "worse", worse), baseline) == 0
    shown = capsys.readouterr().out
    assert shown.index("A significant drop: fact_recall -100.0") < shown.rindex(
        "is the baseline now"
    )
    assert read_run(baseline).results["q1"].scores["fact_recall"] == 0.0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["baseline", "run", "worse"]


REFUSED: dict[str, tuple[Sequence[Row], dict[str, Any], str]] = {
    "errors": (
        [*ROWS, result(99, {}, status="error", error="No.")],
        {},
        "questions that failed, q99",
    ),
    "stopped": (ROWS, {"finished": None}, "was not finished"),
    "a part": (ROWS, {"golden": {"questions": 334}}, "asked 30 of 334 questions"),
    "repeats": (ROWS, {"settings": {"repeat": 3}}, "repeats its questions"),
}


@pytest.mark.parametrize(("rows", "config", "words"), REFUSED.values(), ids=REFUSED)
def test_a_run_that_is_not_whole_is_refused(  # noqa: PLR0913, PLR0917 - a table and three fixtures
    rows: Sequence[Row],
    config: dict[str, Any],
    words: str,
    tmp_path: Path,
    baseline: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert accept(write_run(tmp_path / "run", rows, **config), baseline) == 2
    assert words in capsys.readouterr().err
    assert not baseline.exists()


def test_what_is_no_run_and_what_cannot_be_written_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accept(tmp_path, tmp_path / "baseline") == 2
    assert "is no run folder" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    run = write_run(tmp_path / "run", ROWS)
    assert accept(run, tmp_path / "file" / "baseline") == 2
    assert "cannot be written" in capsys.readouterr().err

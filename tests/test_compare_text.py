"""A comparison as it is read: scores, what changed, and the questions that flipped."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.compare.changes import changes
from eval.compare.command import main
from eval.compare.runs import read_run
from tests.run_folders import CONFIG, Row, result, results, write_run

Show = Callable[..., str]


@pytest.fixture
def show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Show:
    monkeypatch.setenv("COLUMNS", "90")

    def run(a: Sequence[Row], b: Sequence[Row], *flags: str) -> str:
        main([str(write_run(tmp_path / "a", a)), str(write_run(tmp_path / "b", b)), *flags])
        return capsys.readouterr().out

    return run


def test_a_metric_is_a_line_with_its_difference_and_its_interval(show: Show) -> None:
    a = results("fact_recall", [1.0] * 100)
    b = results("fact_recall", [0.0] * 50 + [1.0] * 50)
    line = next(line for line in show(a, b).splitlines() if line.startswith("▼ fact_recall"))
    assert line.split() == [
        *("▼", "fact_recall", "100", "100.0", "50.0", "-50.0"),
        *("[-60.0,", "-40.0]", "0", "50"),
    ]


def test_no_difference_is_shown_as_a_plain_zero(show: Show) -> None:
    rows = results("fact_recall", [0.3] * 40)
    shown = show(rows, rows)
    assert "0.0     [0.0, 0.0]          0     0" in shown
    assert "Verdict: No difference: every score is the same." in shown


def test_the_rule_is_said_with_the_verdict(show: Show) -> None:
    shown = " ".join(show([result(n) for n in range(30)], [result(n) for n in range(30)]).split())
    assert (
        "fact_recall, outcome_right is worse by more than 1 in a hundred and its 97.5 % interval"
        in shown
    )
    assert "a false alarm in about 3 of 100 comparisons at most" in shown


FLIPPED = result(
    7,
    {"outcome_right": 0.0, "fact_recall": 0.5},
    answer={"outcome": "not_found", "text": "", "citations": []},
)


def test_a_flipped_question_is_shown_with_both_answers_side_by_side(show: Show) -> None:
    rows = [result(n) for n in range(30)]
    shown = show(rows, [*rows[:7], FLIPPED, *rows[8:]])
    assert "Questions that flipped: 1 for the worse, 0 for the better" in shown
    assert "− q7   outcome_right 1 → 0, fact_recall 1 → 0.5" in shown
    assert "asked   Who baked bread number 7?" in shown
    assert "wanted  answered: Anna Holm" in shown
    assert "A  answered: Anna Holm bakes." in shown
    assert "│ B  not_found" in shown
    assert "[1] bakery.md: Anna Holm bakes." in shown


def test_the_flips_that_lost_most_come_first_and_the_others_are_counted(show: Show) -> None:
    rows = [result(n) for n in range(30)]
    b = [row | {"scores": {"outcome_right": 1.0, "fact_recall": 0.0}} for row in rows[:5]]
    shown = show(rows, [*b, *rows[5:7], FLIPPED, *rows[8:]], "--flips", "2")
    assert "− q7" in shown
    assert "− q0" in shown
    assert "− q1" not in shown
    assert "4 more are shown with --flips 6" in shown


def test_only_the_metrics_that_were_asked_for_are_shown(show: Show) -> None:
    rows = [result(n) for n in range(30)]
    shown = show(rows, [*rows[:7], FLIPPED, *rows[8:]], "--metric", "fact_recall")
    assert "outcome_right 1" not in shown
    assert "fact_recall 1 → 0.5" in shown


def test_one_metric_that_decides_is_not_one_of_several(show: Show) -> None:
    rows = results("fact_recall", [1.0] * 30)
    assert "A drop is when fact_recall is worse" in show(rows, rows)


def test_metrics_of_one_side_are_named(show: Show) -> None:
    a = [result(n, {"fact_recall": 1.0, "token_f1": 0.5}) for n in range(30)]
    assert "Only in A, not compared: token_f1" in show(a, results("fact_recall", [1.0] * 30))


def test_questions_that_are_left_out_are_counted_and_named(show: Show) -> None:
    rows = [result(n) for n in range(40)]
    shown = show(rows, rows[8:])
    assert "32 questions are compared" in shown
    assert "8 only in A: q0, q1, q2, q3, q4 and 3 more" in shown


def test_words_of_a_model_do_not_steer_the_terminal(show: Show) -> None:
    rows = [result(n) for n in range(30)]
    answer = {"outcome": "answered", "text": "\x1b[2Jgone \ud800", "citations": [7, {}]}
    shown = show(rows, [*rows[:7], FLIPPED | {"answer": answer}, *rows[8:]])
    assert "\x1b" not in shown
    shown.encode()


@pytest.mark.parametrize("columns", ["20", "72", "100", "300"])
def test_no_line_is_wider_than_the_terminal(
    columns: str, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    long = {"outcome": "answered", "text": "a word " * 300, "citations": [{"document": "x" * 90}]}
    rows = [result(n) for n in range(30)]
    shown = show(rows, [*rows[:7], FLIPPED | {"answer": long}, *rows[8:]])
    table = 80  # the table of metrics
    assert max(map(len, shown.splitlines()[3:])) <= max(min(int(columns), 100), table)


CHANGED: dict[str, tuple[Mapping[str, Any], str]] = {
    "model": (
        {"settings": {**CONFIG["settings"], "model": "large"}},
        "The model is large in B, none in A.",
    ),
    "judge": (
        {"settings": {**CONFIG["settings"], "judge": True}},
        "The judge is on in B, off in A.",
    ),
    "prompt": ({"prompts": {"answer": "two"}}, "The prompt “answer” is two in B, one in A."),
    "fingerprint": (
        {"fingerprint": {"embedding": "other"}},
        "The fingerprint's embedding is other",
    ),
    "revision": (
        {"git": {"revision": "abc", "changed": True}},
        "The revision is abc in B, 2f96f86 in A.",
    ),
    "not committed": (
        {"git": {"revision": "abc", "changed": True}},
        "B ran with changes that were not",
    ),
    "golden": (
        {"golden": {"path": "g", "sha256": "c" * 64, "questions": 1}},
        "The golden set is another",
    ),
    "documents": (
        {"documents": {"path": "mine", "sha256": "c" * 64, "count": 27}},
        "The document set is another one (seeds → mine, 26 → 27 documents, bbbbbbbbbbbb → ccc",
    ),
    "unfinished": ({"finished": None}, "B was stopped before it had asked every question."),
    "version": ({"version": "0.2.0"}, "The version is 0.2.0 in B, 0.1.0 in A."),
}


@pytest.mark.parametrize(("change", "words"), CHANGED.values(), ids=CHANGED)
def test_a_change_in_the_configuration_is_a_sentence(
    change: Mapping[str, Any], words: str, tmp_path: Path
) -> None:
    a = read_run(write_run(tmp_path / "a", [result(1)]))
    b = read_run(write_run(tmp_path / "b", [result(1)], **change))
    assert words in " ".join(changes(a, b))


def test_the_same_configuration_and_the_same_folder_are_said(show: Show, tmp_path: Path) -> None:
    a = read_run(write_run(tmp_path / "a", [result(1)]))
    assert changes(a, a) == ["A and B are the same folder."]
    assert changes(a, read_run(write_run(tmp_path / "b", [result(1)]))) == []
    assert "Nothing in the configuration is different." in show([result(1)], [result(1)])


def test_repeats_that_are_missing_are_said(tmp_path: Path) -> None:
    rows = [result(n, repeat=repeat) for n in range(3) for repeat in range(2)]
    a = read_run(write_run(tmp_path / "a", rows[:-1]))
    assert "A has 2 answers to a question, but fewer to 1 of them." in changes(a, a)

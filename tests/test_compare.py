"""Two runs compared: what is paired, the verdict, and the exit status that follows from it."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.compare.command import main
from eval.compare.pairs import Comparison, compare_runs
from eval.compare.runs import read_run
from eval.compare.verdict import judge
from tests.run_folders import Row, result, results, write_run

Compare = Callable[[Sequence[Row], Sequence[Row]], Comparison]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    def run(a: Sequence[Row], b: Sequence[Row]) -> Comparison:
        one, other = write_run(tmp_path / "a", a), write_run(tmp_path / "b", b)
        return compare_runs(read_run(one), read_run(other))

    return run


def fallen(losses: int, wins: int = 0, count: int = 300) -> list[float]:
    """Scores in B where all but the ``wins`` last questions had 1 in A."""
    return [0.0] * losses + [1.0] * (count - losses - wins) + [1.0] * wins


def before(wins: int = 0, count: int = 300) -> list[float]:
    return [1.0] * (count - wins) + [0.0] * wins


VERDICTS: dict[str, tuple[list[float], list[float], str, int]] = {
    "the same": (before(), before(), "no difference", 0),
    "two questions lost": (before(), fallen(2), "no drop", 0),
    "a flicker both ways": (before(8), fallen(9, 8), "no drop", 0),
    "many lost": (before(), fallen(12), "drop", 1),
    "many lost, few won": (before(4), fallen(24, 4), "drop", 1),
    "many won": (before(30), fallen(0, 30), "better", 0),
    "nineteen questions": (before(count=19), fallen(19, count=19), "too few", 2),
    "a sure drop within the margin": ([1.0] * 300, [0.995] * 300, "no drop", 0),
    "a sure drop beyond the margin": ([1.0] * 300, [0.98] * 300, "drop", 1),
}


@pytest.mark.parametrize(("a", "b", "name", "status"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_decides_the_exit_status(
    a: list[float], b: list[float], name: str, status: int, tmp_path: Path
) -> None:
    one = write_run(tmp_path / "a", results("fact_recall", a))
    other = write_run(tmp_path / "b", results("fact_recall", b))
    verdict = judge(compare_runs(read_run(one), read_run(other)))
    assert (verdict.name, verdict.status) == (name, status)
    assert main([str(one), str(other)]) == status


def test_a_metric_that_is_not_guarded_drops_without_a_verdict(compare: Compare) -> None:
    a = [result(n, {"fact_recall": 1.0, "token_f1": 1.0}) for n in range(100)]
    b = [result(n, {"fact_recall": 1.0, "token_f1": 0.0}) for n in range(100)]
    assert judge(compare(a, b)).name == "no drop"


def test_another_metric_can_be_guarded(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a", results("token_f1", [1.0] * 100))
    b = write_run(tmp_path / "b", results("token_f1", [0.0] * 100))
    assert main([str(a), str(b), "--guard", "token_f1"]) == 1


@pytest.mark.parametrize(("first", "status"), [(0.0, 0), (1.0, 1)], ids=["falls", "rises"])
def test_where_lower_is_better_a_rise_is_the_drop(
    first: float, status: int, tmp_path: Path
) -> None:
    a = write_run(tmp_path / "a", results("uncited_rate", [1 - first] * 100))
    b = write_run(tmp_path / "b", results("uncited_rate", [first] * 100))
    assert main([str(a), str(b), "--guard", "uncited_rate"]) == status


def test_lost_refusals_are_a_drop_even_when_more_questions_end_rightly(compare: Compare) -> None:
    wanted = {"question": "In which hotel?", "answerable": False, "outcome": "not_found"}
    rows = [result(n, {"outcome_right": 0.0}) for n in range(200)]
    refused = [result(n, {"outcome_right": 1.0}, question=wanted) for n in range(200, 240)]
    answered = [row | {"scores": {"outcome_right": 1.0}} for row in rows]
    lost = [row | {"scores": {"outcome_right": 0.0}} for row in refused]
    comparison = compare([*rows, *refused], [*answered, *lost])
    assert comparison.metrics["outcome_right"].paired.difference > 0.5
    assert judge(comparison).name == "drop"
    assert "refusal_recall -100.0 in a hundred" in judge(comparison).words


def test_repeats_are_averaged_before_anything_else(compare: Compare) -> None:
    a = [
        result(n, {"fact_recall": score}, repeat=repeat)
        for n in range(20)
        for repeat, score in enumerate([1.0, 0.0, 0.5])
    ]
    comparison = compare(a, results("fact_recall", [0.5] * 20))
    assert comparison.metrics["fact_recall"].paired.same == 20


def test_a_repeat_that_failed_is_left_out_of_the_mean(compare: Compare) -> None:
    failed = [
        result(n, {}, repeat=1, status="error", error="No reply.", answer=None) for n in range(20)
    ]
    a = results("fact_recall", [1.0] * 20)
    assert judge(compare([*a, *failed], a)).name == "no difference"


def test_of_two_lines_for_one_question_the_later_one_counts(compare: Compare) -> None:
    failed = [result(n, {}, status="error", error="No reply.") for n in range(20)]
    a = results("fact_recall", [1.0] * 20)
    assert judge(compare(a, [*failed, *a])).name == "no difference"


def test_questions_are_left_out_by_why(compare: Compare) -> None:
    rows = [result(n) for n in range(30)]
    other = rows[3]["question"] | {"evidence": []}
    b: list[Row] = [*rows[1:30], result(99)]
    b[2] = rows[3] | {"question": other}
    b[3] = rows[4] | {"status": "error", "error": "No reply.", "answer": None, "scores": {}}
    comparison = compare(rows, b)
    left = comparison.left
    assert (left.only_a, left.only_b) == (("q0",), ("q99",))
    assert (left.changed, left.failed_b) == (("q3",), ("q4",))
    assert len(comparison.pairs) == 27


def test_a_tag_or_split_that_changed_leaves_a_question_comparable(compare: Compare) -> None:
    rows = [result(n) for n in range(30)]
    tagged = [row | {"question": row["question"] | {"tags": ["hard"]}} for row in rows]
    assert judge(compare(rows, tagged)).name == "no difference"


NOT_JUDGED: dict[str, tuple[dict[str, Any], str]] = {
    "failures": ({"status": "error", "error": "No reply.", "scores": {}}, "10 questions failed"),
    "scores that went": ({"scores": {"fact_recall": None}}, "10 questions that A scores by"),
}


@pytest.mark.parametrize(("change", "words"), NOT_JUDGED.values(), ids=NOT_JUDGED)
def test_a_run_that_lost_more_than_a_twentieth_is_not_judged(
    change: dict[str, Any], words: str, compare: Compare
) -> None:
    a = results("fact_recall", [1.0] * 100)
    few = [row | change if n < 5 else row for n, row in enumerate(a)]
    many = [row | change if n < 10 else row for n, row in enumerate(a)]
    assert judge(compare(a, few)).status == 0
    assert (judge(compare(a, many)).name, judge(compare(a, many)).status) == ("not judged", 2)
    assert words in judge(compare(a, many)).words


def test_a_guarded_metric_that_only_the_first_run_has_is_not_judged(compare: Compare) -> None:
    a = [result(n, {"fact_recall": 1.0, "outcome_right": 1.0}) for n in range(50)]
    verdict = judge(compare(a, results("fact_recall", [1.0] * 50)))
    assert (verdict.status, "outcome_right decides, and only A has it" in verdict.words) == (
        2,
        True,
    )


def test_a_retrieval_run_is_judged_by_what_it_has_if_that_is_asked_for(tmp_path: Path) -> None:
    both = {"sentence_ndcg@10": 1.0, "fact_recall": 1.0}
    a = write_run(tmp_path / "a", [result(n, both) for n in range(50)])
    b = write_run(
        tmp_path / "b", results("sentence_ndcg@10", [1.0] * 50), settings={"mode": "retrieval"}
    )
    assert main([str(a), str(b)]) == 2
    assert main([str(a), str(b), "--guard", "sentence_ndcg@10"]) == 0


def test_a_run_that_answers_is_not_judged_by_one_that_only_retrieved(tmp_path: Path) -> None:
    both = {"sentence_ndcg@10": 1.0, "fact_recall": 1.0}
    found = results("sentence_ndcg@10", [1.0] * 50)
    a = write_run(tmp_path / "a", found, settings={"mode": "retrieval"})
    b = write_run(tmp_path / "b", [result(n, both) for n in range(50)])
    assert main([str(a), str(b)]) == 2
    assert main([str(a), str(b), "--guard", "sentence_ndcg@10"]) == 0


def test_a_measure_that_is_new_since_the_first_run_takes_no_verdict_away(compare: Compare) -> None:
    b = [result(n, {"sentence_ndcg@10": 1.0, "fact_recall": 1.0}) for n in range(50)]
    assert judge(compare(results("fact_recall", [1.0] * 50), b)).status == 0


def test_evidence_that_was_misplaced_in_a_run_is_passed_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = results("fact_recall", [1.0] * 30)
    a = write_run(tmp_path / "a", rows)
    b = write_run(tmp_path / "b", rows, misplaced=["q3", "q7"])
    assert main([str(a), str(b)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "B scores too low where evidence does not stand where the set says: on 2" in shown


def test_a_run_that_was_stopped_is_not_judged(tmp_path: Path) -> None:
    scored = results("fact_recall", [1.0] * 50)
    a, b = write_run(tmp_path / "a", scored), write_run(tmp_path / "b", scored)
    config = json.loads((b / "config.json").read_text(encoding="utf-8"))
    (b / "config.json").write_text(json.dumps({**config, "finished": None}), encoding="utf-8")
    assert main([str(a), str(b), "--guard", "fact_recall"]) == 2


def test_runs_without_a_guarded_metric_are_not_judged(compare: Compare) -> None:
    a = results("token_f1", [1.0] * 50)
    assert "name one with --guard" in judge(compare(a, a)).words


def test_as_json_everything_is_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = write_run(tmp_path / "a", results("fact_recall", before()))
    b = write_run(tmp_path / "b", results("fact_recall", fallen(12)))
    assert main([str(a), str(b), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    metric = found["metrics"]["fact_recall"]
    assert (metric["a"], metric["b"], metric["worse"]) == (1.0, 0.96, 12)
    assert found["verdict"]["status"] == 1
    assert len(found["flips"]) == 12
    assert found["flips"][0]["a"]["text"] == "Anna Holm bakes."


def test_thousands_of_questions_are_compared_in_seconds(tmp_path: Path) -> None:
    names = [f"metric_{number}" for number in range(5)] + ["fact_recall"]
    rows = [result(n, dict.fromkeys(names, n * 7 % 11 / 10)) for n in range(2_000)]
    folder = write_run(tmp_path / "a", rows)
    began = time.perf_counter()
    assert main([str(folder), str(folder)]) == 0
    assert time.perf_counter() - began < 20

"""What the report works out by itself: right and wrong, the refusal curve, times."""

from pathlib import Path

import pytest

from eval.report.data import status_of, troubles_of, verdicts_of
from eval.report.gold import facts_met, footnotes_of, is_gold, needs_met
from eval.report.latency_charts import Axis, percentile_95
from eval.report.reading import read_run
from eval.report.refusal_chart import Refusals, refusals_of
from eval.report.setting import in_full
from eval.report.tag_charts import tag_charts
from eval.report.words import duration, headlines_of, interval, percent
from tests.report_page import one, page_of, read, words_of
from tests.report_run import (
    CONFIG,
    FAILED,
    KEEPER,
    RIGHT,
    SUMMARY,
    WASPS,
    Row,
    answer,
    figure,
    result,
    write_run,
)


@pytest.mark.parametrize(
    ("scores", "status"),
    [
        ({"outcome_right": 1.0, "fact_recall": 1.0}, "right"),
        ({"outcome_right": 1.0, "fact_recall": None}, "right"),
        ({"outcome_right": 1.0, "fact_recall": 0.5}, "wrong"),
        ({"outcome_right": 0.0, "fact_recall": 1.0}, "wrong"),
        ({"sentence_mrr": 1.0}, "not judged"),
    ],
)
def test_a_question_is_right_if_its_outcome_is_and_no_fact_is_missing(
    tmp_path: Path, scores: Row, status: str
) -> None:
    assert status_of(one(tmp_path, {**RIGHT, "scores": scores})) == status


def test_an_error_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    assert status_of(one(tmp_path, FAILED)) == "error"


def test_what_went_wrong_on_the_way_can_be_filtered_for(tmp_path: Path) -> None:
    assert troubles_of(one(tmp_path, KEEPER)) == ["not-cited", "fact-missing"]


def test_a_refusal_makes_no_claims(tmp_path: Path) -> None:
    refused = result("r", {}, answer("Bees are unknown.", outcome="not_found"))
    assert verdicts_of(one(tmp_path, refused)) == []


def test_needs_are_found_at_their_rank_and_cited_by_their_footnotes(tmp_path: Path) -> None:
    keeper = one(tmp_path, KEEPER)
    met = needs_met(keeper, keeper.question.needs)
    assert [(need.rank, need.footnotes) for need in met] == [(2, (1,)), (1, ())]
    assert [fact.is_said for fact in facts_met(keeper)] == [True, False]
    assert all(is_gold(found.span, keeper) for found in keeper.evidence)
    assert [footnotes_of(found.span, keeper) for found in keeper.evidence] == [(), (1,)]


def refusal(score: float, *, unanswerable: bool, refused: bool, known: bool = True) -> Row:
    said = answer("", outcome="not_found" if refused else "answered")
    evidence = [{"document": "d", "start": 0, "end": 1, "text": "x", "score": score}]
    name = f"{score}{unanswerable}"
    row = result(name, {"answerable": not unanswerable}, said, evidence=evidence)
    return {**row, "answerability": score} if known else row


def four(*, known: bool) -> list[Row]:
    return [
        refusal(0.1, unanswerable=True, refused=True, known=known),
        refusal(0.2, unanswerable=False, refused=True, known=known),
        refusal(0.5, unanswerable=True, refused=False, known=known),
        refusal(0.9, unanswerable=False, refused=False, known=known),
    ]


def test_the_refusal_curve_has_a_point_for_every_threshold(tmp_path: Path) -> None:
    refusals = refusals_of(read(tmp_path, *four(known=True)))
    assert isinstance(refusals, Refusals)
    assert refusals.curve == ((0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1))
    assert refusals.run == (0.5, 0.5)
    assert refusals.shipped == (0.5, 0.5)


def test_equal_scores_are_refused_together(tmp_path: Path) -> None:
    rows = [*four(known=True), refusal(0.1, unanswerable=False, refused=True)]
    refusals = refusals_of(read(tmp_path, *rows))
    assert isinstance(refusals, Refusals)
    assert refusals.curve[1] == (1 / 3, 1 / 2)


def test_without_probabilities_the_best_evidence_score_is_taken(tmp_path: Path) -> None:
    refusals = refusals_of(read(tmp_path, *four(known=False)))
    assert isinstance(refusals, Refusals)
    assert refusals.score == "best evidence score"
    assert refusals.shipped is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([FAILED], "The run has no answers, so no outcomes, no verdicts and no refusal curve."),
        ([KEEPER, RIGHT], "every question of this run is answerable"),
        ([WASPS], "every question of this run is unanswerable"),
        (
            [{**KEEPER, "evidence": []}, {**WASPS, "evidence": []}],
            "the results carry no score that tells the questions apart",
        ),
    ],
    ids=["errors", "answerable", "unanswerable", "no-scores"],
)
def test_a_curve_that_cannot_be_drawn_says_why(
    tmp_path: Path, rows: list[Row], reason: str
) -> None:
    assert reason in words_of(page_of(tmp_path, *rows))


def test_times_fall_into_bars_of_an_eighth_of_a_power_of_ten() -> None:
    axis = Axis.of([0.001, 0.09])
    assert (axis.low, axis.high) == (-3, -1)
    bars = axis.bins([0.0, 0.001, 0.0099, 0.01, 0.1, 5.0])
    assert {place: count for place, count in enumerate(bars) if count} == {0: 2, 7: 1, 8: 1, 15: 2}


def test_the_95th_percentile_lies_between_its_neighbours() -> None:
    assert percentile_95([float(n) for n in range(1, 101)]) == pytest.approx(95.05)
    assert percentile_95([3.0]) == 3.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 ms"), (0.00003, "0.03 ms"), (0.0214, "21 ms"), (1.26, "1.3 s"), (125, "2 min 5 s")],
)
def test_a_time_has_two_digits_that_count(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_halves_are_rounded_up() -> None:
    assert percent(0.785, 0) == "79 %"
    assert interval({"low": 0.125, "high": 0.785}, 0) == "13 to 79"


def test_of_quotations_that_support_themselves_nothing_is_made_a_headline() -> None:
    names = ["outcome_right", "supported_rate"]
    assert headlines_of(names, "quotes") == ["outcome_right"]
    assert headlines_of(names, "model") == names


def test_refusal_precision_is_not_drawn_by_tag(tmp_path: Path) -> None:
    metrics = {"outcome_right": figure(0.5, 0.4, 0.6), "refusal_precision": figure(0.5, 0.4, 0.6)}
    run = read_run(write_run(tmp_path, summary={**SUMMARY, "metrics": metrics}))
    drawn = tag_charts(run)
    assert "Outcome right" in drawn
    assert "Refusals that are right" not in drawn


def test_settings_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    settings: Row = {"mode": "quotes", "model": "", "limit": None, "tags": [], "judge": False}
    shown = in_full(read_run(write_run(tmp_path, config={**CONFIG, "settings": settings})))
    assert "<dt>judge</dt><dd>no</dd>" in shown
    assert not [name for name in ("model", "limit", "tags") if f"<dt>{name}</dt>" in shown]


def test_what_is_no_number_is_a_dash() -> None:
    assert percent(None) == percent(float("nan")) == "–"
    assert interval({"low": 0.1}) == ""

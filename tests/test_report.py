"""The report of an evaluation run: what it says of the run and of every question."""

from pathlib import Path

import pytest

from tests.report_page import Elements, page_of, words_of
from tests.report_run import (
    CONFIG,
    COST,
    KEEPER,
    KEEPS,
    SUMMARY,
    WASPS,
    Row,
    figure,
)

ALL = "all questions"


def test_what_was_run_is_told_in_words(tmp_path: Path) -> None:
    words = words_of(page_of(tmp_path))
    assert "4 questions of sets/bees.jsonl asked of the 2 documents in hive" in words
    assert "on 24 November 2026" in words
    assert "Answers were written by small-model." in words
    assert "It took 1 min 5 s, 1,200 tokens were read and 34 written." in words
    assert "Footnote 0.1.0 at revision 0123456789, with changes that are not committed." in words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mode": "quotes"}, "quoted word for word; no language model took part"),
        ({"mode": "retrieval"}, "Nothing was answered: only what is retrieved was measured."),
        ({"mode": "model", "model": "m", "judge": True}, "its claims were judged by it as well"),
        ({"tags": ["who"], "limit": 5}, "(only those tagged who; at most 5)"),
        ({"split": "dev", "failing": "runs/1"}, "(the dev split; what failed in runs/1)"),
        ({"repeat": 3}, "(each 3 times)"),
    ],
    ids=["quotes", "retrieval", "judge", "chosen", "parts", "repeated"],
)
def test_the_settings_change_the_words(tmp_path: Path, settings: Row, words: str) -> None:
    config = {**CONFIG, "settings": {**CONFIG["settings"], **settings}}
    assert words in words_of(page_of(tmp_path, config=config))


def test_a_headline_figure_has_its_interval(tmp_path: Path) -> None:
    assert "67 % Outcome right 20 to 95 · 3 questions" in words_of(page_of(tmp_path))


def test_a_metric_that_is_not_known_keeps_its_name(tmp_path: Path) -> None:
    words = words_of(page_of(tmp_path))
    assert "Others my own my_own 50.0 % 40.0 to 60.0" in words


def test_a_note_on_a_figure_stands_beside_it(tmp_path: Path) -> None:
    metrics = {"outcome_right": {**figure(0.5, 0.4, 0.6), "note": "The judge errs in 12 %."}}
    summary = {**SUMMARY, "metrics": metrics}
    assert "The judge errs in 12 %." in words_of(page_of(tmp_path, summary=summary))


def test_a_chart_has_a_row_for_every_tag_with_a_figure(tmp_path: Path) -> None:
    charts = [
        name for tag, it in Elements(page_of(tmp_path)).found if (name := it.get("aria-label"))
    ]
    (chart,) = [name for name in charts if name.startswith("Outcome right, by tag.")]
    assert f"{ALL}: 66.7 % (20.0 to 95.0), 3 questions; who: 100.0 %" in chart
    assert "near-miss" not in chart


def test_errors_are_counted_apart(tmp_path: Path) -> None:
    words = words_of(page_of(tmp_path))
    assert "1 result ended in an error, not in an answer; it counts in no figure." in words
    assert "The server answered 429." in words


def test_an_opened_question_shows_what_is_missing(tmp_path: Path) -> None:
    words = words_of(page_of(tmp_path, KEEPER))
    assert "✓ said Ann Ash ✗ not said 40 pounds / £40" in words
    assert f"✓ retrieved, number 2 ✓ cited, footnote 1 {KEEPS}" in words
    assert f"✓ retrieved, number 1 ✗ not cited {COST}" in words


def test_an_answer_has_its_footnotes_with_verdict_and_reason(tmp_path: Path) -> None:
    page = page_of(tmp_path, WASPS)
    assert "<strong>" not in page
    assert "1 ✗" in words_of(page)
    assert f"✗ unsupported {KEEPS} Bees, 2026-01-02 (bees.md) It says bees." in words_of(page)


def test_a_run_of_retrieval_only_has_no_columns_for_answers(tmp_path: Path) -> None:
    row = {**KEEPER, "answer": None, "scores": {"sentence_mrr": 0.5}}
    found = Elements(page_of(tmp_path, row, summary={"metrics": {}})).found
    names = [it["data-name"] for tag, it in found if tag == "td" and "data-name" in it]
    assert names == ["Question", "Found", "Time"]

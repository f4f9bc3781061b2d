"""The report of an evaluation run: what it says, and that nothing in it can run but itself."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.report import RunError, write_report
from eval.report.__main__ import main
from eval.report.data import data_json, status_of, troubles_of, verdicts_of
from eval.report.gold import facts_met, footnotes_of, is_gold, needs_met
from eval.report.latency_charts import Axis, percentile_95
from eval.report.reading import Result, read_run
from eval.report.refusal_chart import Refusals, refusals_of
from eval.report.words import duration, interval, percent
from tests.report_hostile import hostile_config, hostile_results, hostile_summary
from tests.report_run import (
    CONFIG,
    COST,
    FAILED,
    KEEPER,
    KEEPS,
    PROMPT,
    RIGHT,
    SUMMARY,
    WASPS,
    Row,
    answer,
    figure,
    read_page,
    result,
    write_run,
)

TAGS = re.compile(r"<[^>]*>")
ALL = "all questions"


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(folder: Path, *results: Row, **files: Row) -> str:
    write_report(write_run(folder / "run", results or (KEEPER, WASPS, FAILED, RIGHT), **files))
    return read_page(folder / "run")


def words_of(page: str) -> str:
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(TAGS.sub(" ", shown)).split())


def read(folder: Path, *rows: Row) -> list[Result]:
    return list(read_run(write_run(folder / "run", rows)).results)


def one(folder: Path, row: Row) -> Result:
    return read(folder, row)[0]


# What it says


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


# Right and wrong


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


# The refusal curve


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


# Numbers


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


def test_what_is_no_number_is_a_dash() -> None:
    assert percent(None) == percent(float("nan")) == "–"
    assert interval({"low": 0.1}) == ""


# The files


def test_a_later_row_of_a_question_stands_for_the_earlier_one(tmp_path: Path) -> None:
    (only,) = read(tmp_path, {**KEEPER, "status": "error", "error": "x"}, KEEPER)
    assert only.error == ""


def test_a_repeat_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert [it.name for it in read(tmp_path, RIGHT, {**RIGHT, "repeat": 1})] == ["right", "right~2"]


def test_texts_that_many_questions_share_stand_once(tmp_path: Path) -> None:
    other = {**KEEPER, "id": "other"}
    data = json.loads(data_json(read(tmp_path, KEEPER, other)))
    assert data["texts"].count(KEEPS) == 1
    (_, pieces), *_ = data["questions"][1]["messages"]
    assert "".join(data["texts"][piece] for piece in pieces) == PROMPT


@pytest.mark.parametrize("name", ["config.json", "results.jsonl", "summary.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_run(tmp_path) / name).unlink()
    with pytest.raises(RunError, match=re.escape(name)):
        write_report(tmp_path)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", '{"id": "a", "question": {"question": "?"}}'],
    ids=["no-json", "no-object", "empty", "no-question"],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str) -> None:
    path = write_run(tmp_path) / "results.jsonl"
    path.write_text(f"{json.dumps(RIGHT)}\n{line}\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"results\.jsonl, line 2"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_the_command_prints_where_the_report_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(write_run(tmp_path))]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "report.html")


def test_the_command_fails_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert "name a folder that python -m eval.run has finished" in capsys.readouterr().err


# Safety


def test_the_policy_names_the_hashes_of_the_style_and_the_script(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    for name, text in (("style", style), ("script", script)):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_hostile_texts_become_no_elements_and_no_attributes(tmp_path: Path) -> None:
    page = page_of(tmp_path, *hostile_results(), config=hostile_config(), summary=hostile_summary())
    found = Elements(page).found
    assert [tag for tag, _ in found].count("script") == 2
    assert not {"img", "iframe", "object", "embed", "link", "base"} & {tag for tag, _ in found}
    names = {name for _, attributes in found for name in attributes}
    assert not any(name.startswith("on") or name in ("src", "style", "srcdoc") for name in names)
    assert all((it.get("href") or "#").startswith("#") for _, it in found)
    assert [tag for tag, _ in found].count("template") == 2


def test_data_comes_back_as_it_was(tmp_path: Path) -> None:
    page = page_of(tmp_path, *hostile_results())
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    names = [it["name"] for it in json.loads(data)["questions"]]
    assert names == [row["id"].replace("\ud800", "?") for row in hostile_results()]

"""Scores of retrieved spans, worked out by hand on a text of a hundred characters."""

from pathlib import Path

import pytest

from eval.questions import Question, Span, read_questions
from eval.span_scores import SpanScores, mean_scores, score_spans


def spans(*bounds: tuple[int, int], document: str = "a") -> list[Span]:
    return [Span(document, start, end) for start, end in bounds]


CASES = [
    pytest.param([(10, 20)], [(10, 20)], (1, 1, 1), id="exactly"),
    pytest.param([(10, 20)], [(15, 25)], (1 / 2, 1 / 2, 1 / 3), id="half and half"),
    pytest.param([(10, 20)], [(0, 40)], (1, 1 / 4, 1 / 4), id="four times too much"),
    pytest.param([(10, 20)], [(12, 14)], (1 / 5, 1, 1 / 5), id="a fifth of it"),
    pytest.param([(10, 20)], [(20, 30)], (0, 0, 0), id="beside it"),
    pytest.param([(0, 10), (50, 60)], [(5, 55)], (1 / 2, 1 / 5, 10 / 60), id="between two"),
    pytest.param([(0, 10), (5, 15)], [(0, 15), (0, 15)], (1, 1, 1), id="counted once"),
    pytest.param([(10, 20)], [], (0, 0, 0), id="nothing retrieved"),
    pytest.param([], [(10, 20)], (0, 0, 0), id="nothing wanted"),
    pytest.param([], [], (0, 0, 0), id="nothing at all"),
]
Bounds = list[tuple[int, int]]


@pytest.mark.parametrize(("wanted", "got", "scores"), CASES)
def test_scores_count_characters(
    wanted: Bounds, got: Bounds, scores: tuple[float, float, float]
) -> None:
    assert score_spans(spans(*wanted), spans(*got)) == SpanScores(*scores)


def test_the_same_offsets_in_another_document_are_other_characters() -> None:
    found = score_spans(spans((0, 10)), spans((0, 10), document="b"))
    assert found == SpanScores(0, 0, 0)


def test_means_are_over_questions() -> None:
    rows = [SpanScores(1.0, 0.5, 0.5), SpanScores(0.0, 0.1, 0.3)]
    found = mean_scores(rows)
    assert (found.recall, found.precision, found.iou) == pytest.approx((0.5, 0.3, 0.4))


def test_a_question_set_is_read_with_its_spans(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"id": "q1", "question": "Who\u2028came?", "answerable": true, "evidence": '
        '[{"document": "a.txt", "start": 3, "end": 9, "text": "a goat"}, {"document": "b.txt", '
        '"text": "no offsets"}]}\n\n'
        '{"id": "q2", "question": "Why?", "answerable": false, "evidence": []}\n',
        encoding="utf-8",
    )
    first, second = read_questions(path)
    assert (first.text, first.evidence) == ("Who\u2028came?", (Span("a.txt", 3, 9, "a goat"),))
    assert second == Question("q2", "Why?", answerable=False, outcome="not_found")

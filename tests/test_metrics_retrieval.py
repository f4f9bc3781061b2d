"""Measures of what was found, worked out by hand on ranks and on a few spans."""

import math

import pytest

from eval.metrics.retrieval import (
    document_ranks,
    hit_at,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    score_retrieval,
    sentence_ranks,
)
from eval.questions import Question, Span

NEVER = math.inf
A1, A2, A3 = Span("a", 0, 10), Span("a", 10, 20), Span("a", 20, 30)
B1 = Span("b", 0, 10)
FOUND = [A3, B1, A1]


@pytest.mark.parametrize(
    ("ranks", "hit", "recall", "mrr", "ndcg"),
    [
        pytest.param([1], 1, 1, 1, 1, id="first"),
        pytest.param([2], 1, 1, 1 / 2, 1 / math.log2(3), id="second"),
        pytest.param([4], 0, 0, 1 / 4, 0, id="too deep"),
        pytest.param([NEVER], 0, 0, 0, 0, id="never"),
        pytest.param([1, 2], 1, 1, 1, 1, id="two needs, as good as can be"),
        pytest.param([1, 3], 1, 1, 1, 1.5 / (1 + 1 / math.log2(3)), id="two needs, a gap"),
        pytest.param([3, NEVER], 1, 1 / 2, 1 / 3, 0.5 / (1 + 1 / math.log2(3)), id="one of two"),
        pytest.param([1, 1], 1, 1, 1, 1, id="both at once are not more than all"),
        pytest.param([1, 2, 3, 4], 1, 3 / 4, 1, 1, id="more needs than places"),
    ],
)
def test_measures_of_ranks_three_deep(
    ranks: list[float], hit: float, recall: float, mrr: float, ndcg: float
) -> None:
    found = hit_at(ranks, 3), recall_at(ranks, 3), reciprocal_rank(ranks), ndcg_at(ranks, 3)
    assert found == pytest.approx((hit, recall, mrr, ndcg))


def test_a_need_is_met_where_one_of_its_spans_is_first_found() -> None:
    assert sentence_ranks(FOUND, [(A1, B1), (A2,), (A3,)]) == [2, NEVER, 1]
    assert document_ranks(["b", "a"], [{"a", "c"}, {"c"}]) == [2, NEVER]


def test_half_of_the_shorter_stretch_meets_a_span() -> None:
    assert sentence_ranks([Span("a", 5, 15)], [(A1,)]) == [1]
    assert sentence_ranks([Span("a", 6, 16)], [(A1,)]) == [NEVER]


def test_a_question_is_scored_on_sentences_documents_and_characters() -> None:
    question = Question("q", "?", answerable=True, needs=((A1,), (B1, A2)))
    scores = score_retrieval(question, FOUND)
    assert scores == pytest.approx(
        {
            "sentence_hit@1": 0,
            "sentence_hit@5": 1,
            "sentence_hit@10": 1,
            "sentence_recall@10": 1,
            "sentence_mrr": 1 / 2,
            "sentence_ndcg@10": (1 / math.log2(3) + 1 / 2) / (1 + 1 / math.log2(3)),
            "document_hit@1": 1,  # a, then b; a meets both needs
            "document_hit@5": 1,
            "document_recall@5": 1,
            "document_mrr": 1,
            "document_ndcg@5": 1,
            "character_recall": 1,
            "character_precision": 20 / 30,
            "character_iou": 20 / 30,
        }
    )


def test_of_several_complete_sets_the_best_one_counts() -> None:
    question = Question("q", "?", answerable=True, needs=((A2,),), alternatives=(((A3,),),))
    scores = score_retrieval(question, FOUND)
    assert (scores["sentence_mrr"], scores["character_recall"]) == (1, 1)


def test_nothing_found_scores_nothing() -> None:
    question = Question("q", "?", answerable=True, needs=((A1,),))
    assert set(score_retrieval(question, []).values()) == {0}


def test_a_set_that_names_documents_only_is_scored_on_documents() -> None:
    question = Question("q", "?", answerable=True, documents=("b", "c"))
    scores = score_retrieval(question, FOUND)
    assert (scores["document_mrr"], scores["document_recall@5"]) == (1 / 2, 1 / 2)
    assert scores["sentence_mrr"] is scores["character_recall"] is None


def test_an_unanswerable_question_has_nothing_to_find() -> None:
    question = Question("q", "?", answerable=False, documents=("b",))
    assert set(score_retrieval(question, FOUND).values()) == {None}

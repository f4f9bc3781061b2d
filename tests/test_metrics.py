"""Every measure of an answer, worked out by hand."""

import math
from dataclasses import replace

import pytest

from eval.metrics.answers import exact_match, fact_recall, normalised, score_answer, token_f1
from eval.metrics.citations import (
    Claim,
    alce_precision,
    alce_recall,
    claim_scores,
    score_citations,
    validity,
)
from eval.metrics.costs import latency, total_tokens
from eval.metrics.intervals import mean_interval
from eval.metrics.outcomes import (
    confusion,
    is_failed,
    outcome_right,
    refusal_precision,
    refusal_recall,
)
from eval.questions import Question, Span

QUESTION = Question(
    "q",
    "Where did the talks end?",
    answerable=True,
    answers=("in Cairo", "Cairo, Egypt"),
    facts=(("Cairo",), ("25 August", "Sunday")),
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The U.S. and  a Dog!", "us and dog"),
        ("An apple; the\nend", "apple end"),
        ("“Cairo”", "“cairo”"),  # SQuAD takes out ASCII punctuation only
        ("Theatre", "theatre"),
    ],
)
def test_texts_are_normalised_as_squad_does(text: str, plain: str) -> None:
    assert normalised(text) == plain


@pytest.mark.parametrize(
    ("alias", "text", "is_said"),
    [
        ("August 20", "He left on 18 August 2024.", False),
        ("August 20", "He left on August 20.", True),
        ("13", "It is 130 km long.", False),
        ("kilomet", "about 14 kilometres", True),
        ("meter", "a kilometer", False),
        ("“no”", "She said “no” twice.", True),
        ("14", "14.5 km", False),
        ("140", "1,140 people", False),
        ("14,", "14,500 people", False),
        ("14", "14, as some say", True),
        ("00", "at 17:00", False),
        ("2", "2½ hours", False),
        ("2½", "for 2½ hours", True),
        ("km", "14km", True),
        ("August 20", "on August 20th", True),
        ("art", "the start", False),
    ],
)
def test_an_alias_is_no_piece_of_a_number_and_begins_a_word(
    alias: str, text: str, is_said: bool
) -> None:
    assert fact_recall(text, [[alias]]) == is_said


def test_precision_and_recall_are_those_of_the_one_set_that_fits_best() -> None:
    first, second = Span("a.md", 0, 10, "First."), Span("a.md", 10, 20, "Second.")
    other = Span("b.md", 0, 10, "Other.")
    question = replace(QUESTION, needs=((first,), (second,)), alternatives=(((other,),),))
    # against the first set 1 of 2 cited is right and 1 of 2 needs is met: F1 1/2;
    # against the other 1 of 2 and 1 of 1: F1 2/3
    scores = score_citations([first, other], question)
    assert scores
    assert (scores.precision, scores.recall) == (0.5, 1.0)
    assert scores.f1 == pytest.approx(2 / 3)


A, B, C, D, E = (Span("d", 10 * n, 10 * n + 10) for n in range(5))


@pytest.mark.parametrize(
    ("cited", "precision", "recall"),
    [
        # against A B: 1 of 3, 1 of 2, F1 .4; against C: 1 of 3, 1 of 1, F1 .5
        pytest.param((A, C, E), 1 / 3, 1, id="the smaller set fits better"),
        # against A B: 2 of 3, 2 of 2, F1 .8; against C: 1 of 3, 1 of 1, F1 .5
        pytest.param((A, B, C), 2 / 3, 1, id="what belongs to another set is surplus"),
        pytest.param((A,), 1, 1 / 2, id="half of the first"),
        pytest.param((C,), 1, 1, id="all of the second"),
        pytest.param((D, E), 0, 0, id="none of either"),
        pytest.param((), 0, 0, id="nothing"),
    ],
)
def test_citations_are_scored_by_one_set_of_evidence(
    cited: tuple[Span, ...], precision: float, recall: float
) -> None:
    question = replace(QUESTION, needs=((A,), (B,)), alternatives=(((C,),),))
    scores = score_citations(cited, question)
    assert scores
    assert (scores.precision, scores.recall) == pytest.approx((precision, recall))


def test_an_exact_match_ignores_case_articles_and_punctuation() -> None:
    assert exact_match("In the Cairo.", QUESTION.answers) == 1
    assert exact_match("In Cairo, on Sunday.", QUESTION.answers) == 0


def test_token_f1_takes_the_answer_that_fits_best() -> None:
    # "in Cairo": 2 of 5 words said, 2 of 2 wanted; "Cairo, Egypt": 1 of 5, 1 of 2
    assert token_f1("They ended in Cairo Sunday", QUESTION.answers) == pytest.approx(4 / 7)


def test_a_word_said_once_counts_once() -> None:
    assert token_f1("Cairo", ["Cairo Cairo Cairo"]) == pytest.approx(2 / 4)


def test_nothing_said_has_no_word_right() -> None:
    assert token_f1("", QUESTION.answers) == 0
    assert token_f1("The.", ["a"]) == 1  # of both nothing is left


def test_a_fact_is_there_when_one_alias_is() -> None:
    assert fact_recall("It ended in CAIRO on sunday.", QUESTION.facts) == 1
    assert fact_recall("It ended in Cairo.", QUESTION.facts) == 0.5


def test_typography_hides_no_fact() -> None:
    assert fact_recall("about 14\u00a0km – it’s", [["14 km"], ["- it's"]]) == 1
    assert fact_recall("14 km", [["14,"]]) == 0


def test_the_words_of_an_unanswerable_question_are_not_scored() -> None:
    refused = Question("q", "Who sang?", answerable=False, answers=("nobody",))
    assert set(score_answer(refused, "Nobody.").values()) == {None}


def entails(claim: Claim, numbers: object) -> bool:
    """The claim's text names what supports it: ``1 2`` means 1 alone does, and so does 2."""
    assert isinstance(numbers, (tuple, list))
    return any(all(int(n) in numbers for n in way) for way in claim.text.split())


BOTH = Claim("12", "supported", (1, 2))  # only together
EITHER = Claim("1 2", "supported", (1, 2))
FIRST = Claim("1", "supported", (1, 2))  # the second is surplus
FAILED = Claim("9", "unsupported", (1, 2))
BARE = Claim("1", "unsupported", ())


@pytest.mark.parametrize(
    ("claims", "rejected", "recall", "precision"),
    [
        pytest.param([BOTH], 0, 1, 1, id="each is needed"),
        pytest.param([EITHER], 0, 1, 1, id="each would do"),
        pytest.param([FIRST], 0, 1, 1 / 2, id="one is surplus"),
        pytest.param([FAILED], 0, 0, 0, id="a failed claim needs none of its citations"),
        pytest.param([BARE], 0, 0, 0, id="nothing is cited"),
        pytest.param([FIRST, BARE, BOTH, FAILED], 0, 2 / 4, 3 / 6, id="over all claims"),
        pytest.param([BOTH], 2, 1, 2 / 4, id="markers out of range are not needed"),
    ],
)
def test_alce(claims: list[Claim], rejected: int, recall: float, precision: float) -> None:
    assert alce_recall(claims, entails) == pytest.approx(recall)
    assert alce_precision(claims, rejected, entails) == pytest.approx(precision)


def test_rates_are_over_claims_and_nothing_claimed_has_none() -> None:
    scores = claim_scores([BOTH, FAILED, BARE, BARE], 0, entails)
    assert (scores["supported_rate"], scores["uncited_rate"]) == (0.25, 0.5)
    assert set(claim_scores([], 3, entails).values()) == {None}


def test_a_citation_is_valid_when_its_document_holds_its_text_there() -> None:
    texts = {"a": "The ferry leaves."}
    good, shifted = Span("a", 4, 9, "ferry"), Span("a", 5, 10, "ferry")
    assert validity([good, shifted, Span("b", 0, 3, "The"), Span("a", 0, 0, "")], texts) == 0.25
    assert validity([], texts) is None


@pytest.mark.parametrize(
    ("wanted", "got", "graded", "right"),
    [
        ("answered", "answered", True, 1),
        ("answered", "partly", True, 0),
        ("answered", "partly", False, 1),
        ("answered", "not_found", False, 0),
        ("not_found", "partly", False, 0),
        ("not_found", "not_found", True, 1),
    ],
)
def test_how_it_ended(wanted: str, got: str, graded: bool, right: float) -> None:
    assert outcome_right(wanted, got, is_graded=graded) == right


def test_refusals_are_counted_among_the_refused_and_among_those_that_had_to_be() -> None:
    ends = [("not_found", "not_found"), ("not_found", "answered"), ("answered", "not_found")]
    assert [refusal_precision(*one) for one in ends] == [1, None, 0]
    assert [refusal_recall(*one) for one in ends] == [1, 0, None]
    assert confusion([*ends, ends[0]]) == {
        "answered": {"not_found": 1},
        "not_found": {"not_found": 2, "answered": 1},
    }


@pytest.mark.parametrize(
    ("scores", "failed"),
    [
        ({"outcome_right": 1.0, "fact_recall": 1.0}, False),
        ({"outcome_right": 1.0, "fact_recall": None}, False),
        ({"outcome_right": 1.0, "fact_recall": 0.5}, True),
        ({"outcome_right": 0.0, "fact_recall": None}, True),
        ({"outcome_right": None}, False),
    ],
)
def test_a_question_fails_by_its_end_or_a_fact_that_is_missing(
    scores: dict[str, float | None], failed: bool
) -> None:
    assert is_failed(scores) is failed


def test_latency_is_by_step_over_the_rows_that_have_it() -> None:
    rows = [{"total": 1.0}, {"total": 2.0, "model": 5.0}, {"total": 3.0}]
    assert latency(rows) == {
        "total": {"median": 2.0, "p95": pytest.approx(2.9)},
        "model": {"median": 5.0, "p95": 5.0},
    }


def test_tokens_are_summed_where_they_are_known() -> None:
    rows = [{"prompt": 10, "completion": 2}, None, {"prompt": 5, "completion": 1}]
    assert total_tokens(rows) == {"prompt": 15, "completion": 3}


def test_an_interval_is_where_the_normal_one_is() -> None:
    values = [1.0] * 30 + [0.0] * 70
    mean, low, high = mean_interval(values)
    width = 1.96 * math.sqrt(0.3 * 0.7 / 100)
    assert (mean, low, high) == pytest.approx((0.3, 0.3 - width, 0.3 + width), abs=0.011)


def test_an_interval_is_the_same_every_time_and_of_no_width_where_nothing_differs() -> None:
    assert mean_interval([0.1, 0.9, 0.4]) == mean_interval([0.1, 0.9, 0.4])
    assert mean_interval([0.7, 0.7]) == (0.7, 0.7, 0.7)
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])

"""Documents near the day that a question is about speak for themselves by their date."""

from datetime import date

import pytest

from rag.timeliness import ABOUT_NOW, ABOUT_THEN, UNSAID, Timing

ASKED = date(2026, 3, 6)
LAST_WEEK, LAST_YEAR = date(2026, 3, 1), date(2025, 3, 1)


@pytest.mark.parametrize(
    "question",
    [
        "What did the minister announce this week?",
        "Who leads the talks now?",
        "What is the latest on the strike?",
        "Which city was hit by a storm last night?",
    ],
)
def test_a_question_about_now_prefers_what_is_recent(question: str) -> None:
    timing = Timing(question, ASKED)
    assert timing.worth(LAST_WEEK) > 0.5 * ABOUT_NOW
    assert timing.worth(LAST_YEAR) == pytest.approx(0.0, abs=1e-6)


def test_a_question_that_says_nothing_of_time_leans_a_little_towards_now() -> None:
    timing = Timing("Who leads the talks?", ASKED)
    assert 0.0 < timing.worth(LAST_WEEK) <= UNSAID
    assert timing.worth(ASKED) == UNSAID


THEN = {
    "a day": ("What was said on 20 August 2024?", date(2024, 8, 20)),
    "a day without a year": ("As of 20 August, who led the talks?", date(2024, 8, 20)),
    "a day of January, seen from December": ("Who spoke on 2 January?", date(2023, 12, 31)),
    "a month": ("What happened in August 2024?", date(2024, 8, 29)),
    "a year": ("Who won in 2019?", date(2019, 5, 1)),
    "now and a date": ("What is the latest as of 20 August 2024?", date(2024, 8, 20)),
}


@pytest.mark.parametrize(("question", "day"), THEN.values(), ids=THEN)
def test_a_question_about_then_prefers_that_time_and_never_now(question: str, day: date) -> None:
    timing = Timing(question, ASKED)
    assert timing.worth(day) > 0.8 * ABOUT_THEN
    assert timing.worth(ASKED) < 0.05 * ABOUT_THEN


def test_a_document_without_a_date_gets_nothing() -> None:
    assert Timing("What happened this week?", ASKED).worth(None) == 0.0


def test_time_plays_no_part_when_neither_the_question_nor_the_asker_says_a_day() -> None:
    timing = Timing("Who leads the talks now?", None)
    assert not timing.matters
    assert timing.worth(ASKED) == 0.0


def test_a_day_that_does_not_exist_is_no_error() -> None:
    assert Timing("What happened on 31 February 2024?", ASKED).worth(date(2024, 2, 28)) > 0.0

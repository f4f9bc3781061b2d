"""Days that are counted from today get their dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.relative_dates import with_dates

MONDAY = dt.date(2024, 8, 26)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Who spoke yesterday?", "Who spoke on 25 August 2024?"),
        ("What happened today?", "What happened on 26 August 2024?"),
        ("Who leaves tomorrow?", "Who leaves on 27 August 2024?"),
        ("And the day before yesterday?", "And on 24 August 2024?"),
        ("Who led yesterday's talks?", "Who led the 25 August 2024 talks?"),
        ("What was said three days ago?", "What was said on 23 August 2024?"),
        ("What was said 2 weeks ago?", "What was said on 12 August 2024?"),
        ("Who came last Friday?", "Who came on 23 August 2024?"),
        ("Who came last Monday?", "Who came on 19 August 2024?"),
        ("Who met last week?", "Who met in the week of 19 to 25 August 2024?"),
        ("Who meets this week?", "Who meets in the week of 26 August to 1 September 2024?"),
        ("How many died last month?", "How many died in July 2024?"),
        ("How many died last year?", "How many died in 2023?"),
        ("What opens next year?", "What opens in 2025?"),
    ],
)
def test_a_counted_day_becomes_a_date(said: str, meant: str) -> None:
    assert with_dates(said, MONDAY) == meant


@pytest.mark.parametrize(
    "said",
    [
        "Who came on Friday?",
        "What was said recently?",
        "Is todayish a word?",
        "The last weekend of May",
        "Who met on 14 August 2024?",
    ],
)
def test_what_has_no_one_meaning_stays(said: str) -> None:
    assert with_dates(said, MONDAY) == said


def test_the_month_before_january_is_in_the_year_before() -> None:
    assert with_dates("last month", dt.date(2025, 1, 31)) == "in December 2024"


@given(st.text(), st.dates(min_value=dt.date(1000, 1, 1), max_value=dt.date(2999, 12, 31)))
def test_any_text_on_any_day_comes_through(text: str, day: dt.date) -> None:
    assert with_dates(with_dates(text, day), day) == with_dates(text, day)

"""Two documents of different days: what has changed in between is no disagreement."""

import datetime as dt

import pytest

from rag.disagreement.accounts import Account
from rag.disagreement.differences import Difference, difference
from tests.test_disagreement import AUGUST, DIFFERENT, NEAR

JULY = dt.date(2024, 7, 25)


def on_days(one: str, other: str, days: tuple[dt.date, dt.date]) -> object:
    accounts = Account(one, "a.md", date=days[0]), Account(other, "b.md", date=days[1])
    return difference(*accounts, NEAR)


LATER = {
    "news of another strike": (
        "An Israeli strike on a school in Gaza killed 12 people, medics said.",
        "Medics in Gaza said that 15 people were killed when a school was hit in a strike.",
    ),
    "what has come about since": (
        "A deal has been reached in Cairo.",
        "A deal has not been reached in Cairo.",
    ),
}


@pytest.mark.parametrize(("one", "other"), LATER.values(), ids=LATER)
def test_a_month_later_it_may_be(one: str, other: str) -> None:
    assert on_days(one, other, (AUGUST, AUGUST))
    assert on_days(one, other, (JULY, AUGUST)) is None


def test_what_is_so_for_long_may_be_told_weeks_apart_and_months_apart_it_has_changed() -> None:
    one, other, _ = DIFFERENT["a decimal"]
    assert on_days(one, other, (JULY, AUGUST))
    assert on_days(one, other, (JULY, dt.date(2024, 12, 1))) is None


def test_a_count_that_goes_on_may_be_told_weeks_apart() -> None:
    one, other, _ = DIFFERENT["deaths told as a toll and as people killed"]
    found = on_days(one, other, (JULY, AUGUST))
    assert isinstance(found, Difference)
    assert found.running


def test_a_count_of_two_days_is_told_with_them() -> None:
    one, other = (
        f"The UN said on {day} that orders since spring had covered {share} per cent of Gaza."
        for day, share in (("9 August", 75), ("19 August", 86))
    )
    found = on_days(one, other, (AUGUST, AUGUST))
    assert isinstance(found, Difference)
    assert found.days == ("9 August", "19 August")


def test_every_report_tells_of_its_own_day() -> None:
    one, other = (
        f"Hagari spoke about the hostages in Tel Aviv on {day}."
        for day in ("10 August", "26 August")
    )
    assert on_days(one, other, (dt.date(2024, 8, 10), AUGUST)) is None
    assert on_days(one, other, (AUGUST, AUGUST))


def test_days_that_are_months_apart_are_of_two_events_unless_only_the_year_differs() -> None:
    day = "The UN vaccinated the children of Gaza on {}."
    for other, found in (
        ("20 September 2024", True),
        ("1 December 2024", False),
        ("1 September 2023", True),
    ):
        pair = day.format("1 September 2024"), day.format(other)
        assert bool(on_days(*pair, (AUGUST, AUGUST))) is found

"""Numbers, dates, names, quotations and denials are read the way people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking.names import missing_names, read_names
from rag.checking.numbers import read_numbers
from rag.checking.polarity import flipped, opposed, read_polarity
from rag.checking.reading import coverage, read
from rag.checking.wording import contains, fold, plain, quotations, quoted_parts, words
from rag.dates import read_dates, read_weekdays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,057 trucks", ["1057"]),
        ("1 057 trucks", ["1057"]),
        ("2024 100 trucks", ["2024", "100"]),
        ("1.5 million", ["1500000"]),
        ("1.000.000 people", ["1000000"]),
        ("1,00,000 rupees", ["100000"]),
        ("$2.5bn and 40k", ["2500000000", "40000"]),
        ("twenty-five", ["25"]),
        ("one hundred and twenty-three thousand", ["123000"]),
        ("two hundred thousand and five", ["200005"]),
        ("a dozen, two dozen", ["12", "24"]),
        ("half a million", ["500000"]),
        ("the third round, the 21st", ["3", "21"]),
        ("the twenty-first century", ["21"]),
        ("between five and ten", ["5", "10"]),
        ("10–15 km", ["10", "15"]),
        ("１２ trucks", ["12"]),
        ("thousands of people, several hundred men", []),
        ("a third of it, two-thirds", ["2"]),
        ("an F-16, COVID-19 and 5G", []),
    ],
    ids=str,
)
def test_numbers_have_values(text: str, expected: list[str]) -> None:
    assert [n.value for n in read_numbers(plain(text))] == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "unit", "bound"),
    [
        ("more than 40 %", "%", ">"),
        ("at least forty per cent", "%", "≥"),
        ("up to US$ 300", "$", "≤"),
        ("nearly 300 dollars", "$", "<"),
        ("about six weeks", "week", "~"),
        ("a six-week truce", "week", ""),
        ("14-kilometre strip", "km", ""),
        ("the 26th round", "ordinal", ""),
        ("76 trucks", "", ""),
    ],
    ids=str,
)
def test_numbers_have_units_and_bounds(text: str, unit: str, bound: str) -> None:
    (number,) = read_numbers(plain(text))
    assert (number.unit, number.bound) == (unit, bound)


@given(st.integers(0, 10**12))
def test_separators_do_not_change_a_number(value: int) -> None:
    for written in (f"{value}", f"{value:,}", f"{value:,}".replace(",", "\u202f")):
        assert [n.value for n in read_numbers(plain(f"It was {written}."))] == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 26 August 2024", ["26 August 2024"]),
        ("August 26th, 2024", ["26 August 2024"]),
        ("2024-08-26", ["26 August 2024"]),
        ("the 26th of August", ["26 August"]),
        ("Aug. 26", ["26 August"]),
        ("in August 2024", ["August 2024"]),
        ("15–16 August", ["15 August", "16 August"]),
        ("in May they may march", ["May"]),
        ("2024-13-45, 31 times", []),
    ],
    ids=str,
)
def test_dates_are_read_as_far_as_they_go(text: str, expected: list[str]) -> None:
    assert [str(day) for day in read_dates(plain(text))[0]] == expected


def test_a_date_leaves_no_numbers_behind() -> None:
    assert read_numbers(read_dates("On 26 August 2024, 76 trucks came.")[1])[0].text == "76"


def test_a_date_knows_its_weekday() -> None:
    (day,) = read_dates("26 August 2024")[0]
    assert day.weekday == "monday"
    assert read_weekdays("late on Monday") == {"monday"}


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("the US team", "American officials"),
        ("the United States", "a U.S. team"),
        ("Egyptian mediators", "Egypt mediated"),
        ("the Lebanese army", "in Lebanon"),
        ("the WHO", "the World Health Organization"),
        ("the World Health Organization", "the WHO"),
        ("by CIA Director William Burns", "CIA chief Burns"),
        ("by President Biden", "Joe Biden"),
        ("with Erdoğan", "Recep Tayyip Erdogan"),
        ("in Israel’s view", "Israel said"),
        ("the F-16 jets", "F16s and an F16"),
        ("Negotiators met", "they met"),
        ("However, they met", "they met"),
        ("Monday in August", "then"),
    ],
    ids=str,
)
def test_a_name_is_known_in_another_form(claim: str, source: str) -> None:
    assert missing_names(read_names(plain(claim)), read_names(plain(source))) == []


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("in Doha", "in Cairo", ["Doha"]),
        ("Qatar hosted", "Egypt hosted", ["Qatar"]),
        ("the US team", "the UK team", ["US"]),
        ("by Robert Burns", "by William Burns", ["Robert Burns"]),
        ("with Austria", "with Australia", ["Austria"]),
        ("an F-35", "an F-16", ["F-35"]),
        ("between Hamas and Fatah", "Hamas alone", ["Fatah"]),
    ],
    ids=str,
)
def test_a_name_that_is_not_there_is_missing(claim: str, source: str, missing: list[str]) -> None:
    assert missing_names(read_names(claim), read_names(source)) == missing


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("they did not agree", "they agreed"),
        ("they agreed", "they have never agreed"),
        ("no deal was reached", "a deal was reached"),
        ("both sides accepted it", "neither side accepted it"),
        ("it refused to attend", "it attended"),
        ("they can't leave", "they can leave"),
    ],
    ids=str,
)
def test_a_denial_flips_what_the_source_says(claim: str, source: str) -> None:
    assert flipped(read_polarity(fold(claim)), read_polarity(fold(source)))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("they did not agree", "they have not agreed"),
        ("the talks ended without a deal", "no deal was reached in the talks"),
        ("Egypt hosted the talks", "Egypt hosted the talks, which did not bring peace"),
        ("they came", "they came, but not only they"),
        ("it did not fail", "it did not fail"),
    ],
    ids=str,
)
def test_the_same_denial_flips_nothing(claim: str, source: str) -> None:
    assert not flipped(read_polarity(fold(claim)), read_polarity(fold(source)))


@pytest.mark.parametrize(
    ("claim", "source", "expected"),
    [
        ("prices rose", "prices fell", ("rose", "fell")),
        ("after the vote", "before the vote", ("after", "before")),
        ("it took weeks", "it took days", ("weeks", "days")),
        ("prices rose", "prices increased", None),
        ("prices rose", "prices rose and fell", None),
        ("prices grew", "prices rose and fell", None),
    ],
    ids=str,
)
def test_opposite_words_are_found(
    claim: str, source: str, expected: tuple[str, str] | None
) -> None:
    assert opposed(read_polarity(fold(claim)), read_polarity(fold(source))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "no more war" twice.', ["no more war"]),
        ("He said “no more war” twice.", ["no more war"]),
        ("Er sagte „nie wieder“ dazu.", ["nie wieder"]),
        ("Il a dit « plus jamais » hier.", [" plus jamais "]),
        ("He said 'it's no more war' twice.", ["it's no more war"]),
        ("他说「不再有战争」。", ["不再有战争"]),
        ("the hostages' families and the soldiers' homes", []),
    ],
    ids=str,
)
def test_quotations_are_found_in_every_style(text: str, expected: list[str]) -> None:
    assert quotations(text) == expected


@pytest.mark.parametrize(
    ("quotation", "source", "stands"),
    [
        ("no more war", "“No more\nwar!” he said", True),
        ("we want [...] peace", "we want, above all, peace", True),
        ("[the talks] have ended", "They have ended", True),
        ("no war", "no more war", False),
        ("more war", "no more warning", False),
        ("不再有战争", "他说不再有战争了", True),
    ],
    ids=str,
)
def test_a_quotation_is_contiguous(quotation: str, source: str, *, stands: bool) -> None:
    parts = quoted_parts(quotation)
    assert all(contains(words(fold(source)), part) for part in parts) is stands


def test_spellings_that_mean_the_same_fold_into_one() -> None:
    assert fold("Ｔhe “cease‑fire”") == fold('the "cease-fire"')


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("cease-fire talks", "ceasefire talks"),
        ("ceasefire talks", "cease fire talks"),
        ("negotiators negotiated", "negotiator negotiating"),
        ("he took it", "he takes it"),
        ("so it was", "anything"),
    ],
    ids=str,
)
def test_all_words_are_covered(claim: str, source: str) -> None:
    assert coverage(read(claim), read(source)) == 1.0


def test_coverage_is_the_share_of_words_that_are_there() -> None:
    assert coverage(read("Egypt hosted talks today"), read("Egypt held talks")) == pytest.approx(
        2 / 3
    )


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_read_and_compared(claim: str, source: str) -> None:
    assert 0 <= coverage(read(claim), read(source)) <= 1

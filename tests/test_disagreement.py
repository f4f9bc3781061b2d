"""Two documents do not say the same: found where it is so, and nowhere else.

The sentences are in the style of the briefings in ``seeds/``.
"""

import datetime as dt

import pytest

from rag.disagreement.accounts import LONGEST, Account
from rag.disagreement.differences import (
    OF_DATES,
    OF_NUMBERS,
    OF_POLARITY,
    Likeness,
    difference,
)
from rag.types import DisagreementKind

NEAR = 0.9  # the cosine of two accounts of one thing
AUGUST = dt.date(2024, 8, 26)
NUMBER, DATE, POLARITY = DisagreementKind.NUMBER, DisagreementKind.DATE, DisagreementKind.POLARITY


def differs(one: str, other: str, cosine: float = NEAR) -> tuple[DisagreementKind, str, str] | None:
    found = difference(
        Account(one, "a.md", date=AUGUST), Account(other, "b.md", date=AUGUST), cosine
    )
    mirrored = difference(
        Account(other, "b.md", date=AUGUST), Account(one, "a.md", date=AUGUST), cosine
    )
    assert bool(found) == bool(mirrored)
    return (found.kind, *found.said) if found else None


DIFFERENT = {
    "a length": (
        "The Philadelphi corridor is about 14 km long.",
        "The Philadelphi corridor, which runs along the border with Egypt, is 13 kilometres long.",
        (NUMBER, "about 14 km", "13 kilometres"),
    ),
    "a decimal": (
        "The corridor measures 14.5 km from the sea to Kerem Shalom.",
        "From the sea to Kerem Shalom the corridor measures 13 km.",
        (NUMBER, "14.5 km", "13 km"),
    ),
    "two counts of one thing by two tellers": (
        "Hezbollah said that it had fired more than 320 Katyusha rockets at Israel.",
        "Israel counted about 230 rockets and around 20 drones.",
        (NUMBER, "more than 320", "about 230"),
    ),
    "deaths told as a toll and as people killed": (
        "The health ministry in Gaza said that 40,139 Palestinians had been killed since October.",
        "Gaza's health ministry put the death toll at 40,405.",
        (NUMBER, "40,139", "40,405"),
    ),
    "a number in words": (
        "Five trucks brought cooling equipment for the vaccine.",
        "Eight trucks came in with cooling equipment for the vaccine.",
        (NUMBER, "Five", "Eight"),
    ),
    "a share": (
        "By the count of the UN, 86 per cent of Gaza was under evacuation orders.",
        "By the count of Israel, 78 per cent of Gaza was under evacuation orders.",
        (NUMBER, "86 per cent", "78 per cent"),
    ),
    "a sum of money": (
        "The Treasury offered $5 million for information about Shukr.",
        "For information about Shukr the Treasury offered $7 million.",
        (NUMBER, "$5 million", "$7 million"),
    ),
    "a day": (
        "Qatar's prime minister met Abbas Araghchi in Tehran on Monday, 26 August.",
        "On 27 August Qatar's prime minister met Abbas Araghchi in Tehran.",
        (DATE, "26 August", "27 August"),
    ),
    "a denial": (
        "The Glilot base near Tel Aviv was hit, Hezbollah said.",
        "Israel said that the Glilot base had not been hit.",
        (POLARITY, "“hit”", "“hit”"),
    ),
    "opposite words": (
        "Aid to the north of Gaza rose in August, the UN said.",
        "The UN said that in August aid to the north of Gaza fell.",
        (POLARITY, "“rose”", "“fell”"),
    ),
}


@pytest.mark.parametrize(("one", "other", "found"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_accounts_of_one_thing_differ_in(one: str, other: str, found: object) -> None:
    assert differs(one, other) == found


SAME = {
    "the number in another unit": (
        "The Philadelphi corridor is 14 km long.",
        "The Philadelphi corridor is 14,000 metres long.",
    ),
    "the number in words": (
        "The Philadelphi corridor is 14 km long.",
        "The Philadelphi corridor is fourteen kilometres long.",
    ),
    "a rounded number": (
        "The Philadelphi corridor is about 14 km long.",
        "The Philadelphi corridor is 14.5 km long.",
    ),
    "thousands rounded": (
        "Some 40,000 Palestinians have been killed in Gaza, its health ministry says.",
        "Gaza's health ministry says that 40,405 Palestinians have been killed.",
    ),
    "a bound that fits": (
        "Hezbollah fired more than 320 rockets at Israel.",
        "Hezbollah fired about 340 rockets at Israel.",
    ),
    "at least": (
        "At least 15 people were killed in the strike on two schools in Gaza.",
        "The strike on two schools in Gaza killed 18 people.",
    ),
    "a range that holds the other": (
        "Between 10 and 15 people were hurt in the strike on Haret Hreik.",
        "In the strike on Haret Hreik 12 people were hurt.",
    ),
    "a number that both give": (
        "Hezbollah spoke of more than 320 rockets, Israel of about 230 rockets.",
        "Israel counted about 230 rockets of Hezbollah.",
    ),
    "a part of the whole": (
        "Of the hostages, 60 of them are alive, the military said.",
        "The military said that 105 hostages are held.",
    ),
    "children and all people": (
        "The rocket killed 12 children in Majdal Shams.",
        "The rocket killed 14 people in Majdal Shams.",
    ),
    "the dead and the wounded": (
        "In the strike on Beirut 30 people were killed.",
        "In the strike on Beirut 74 people were wounded.",
    ),
    "another place": (
        "In Rafah 19 wells were out of use, the mayor said.",
        "In Khan Younis 14 wells were out of use, the mayor said.",
    ),
    "another town of one country": (
        "The museum of Norway in Oslo has 120 paintings.",
        "The museum of Norway in Bergen has 150 paintings.",
    ),
    "the rest and all": (
        "On 21 August the remaining 40 hostages of Nir Oz were freed.",
        "On 21 August 60 hostages of Nir Oz were freed.",
    ),
    "Palestinians killed and Palestinians wounded": (
        "In the strike on Rafah 30 Palestinians were killed.",
        "In the strike on Rafah 74 Palestinians were wounded.",
    ),
    "another month": (
        "In June 169 trucks entered Gaza.",
        "In July 120 trucks entered Gaza.",
    ),
    "another weekday": (
        "On Monday 12 rockets hit Kiryat Shmona.",
        "On Thursday 15 rockets hit Kiryat Shmona.",
    ),
    "another stretch of time": (
        "Gaza needs 600 trucks a day.",
        "Gaza needs 900 trucks a week.",
    ),
    "a wish and a fact": (
        "WHO asked for a pause of seven days in the fighting in Gaza.",
        "The pause in the fighting in Gaza lasted three days.",
    ),
    "numbers too far apart to count the same": (
        "Three aid trucks were seen in Rafah.",
        "In Rafah 600 aid trucks were seen.",
    ),
    "other things counted": (
        "Israel counted around 20 drones over the north.",
        "Israel counted around 40 tanks in the north.",
    ),
    "a name with a number": (
        "The Council adopted Resolution 2735 on the ceasefire.",
        "The Council adopted Resolution 2728 on the ceasefire.",
    ),
    "a year": (
        "Israel took the Golan Heights from Syria, the report of 2018 says.",
        "Israel took the Golan Heights from Syria, the report of 2019 says.",
    ),
    "a time of day": (
        "The ceremony in Cairo starts at 4 p.m. on the river.",
        "The ceremony in Cairo starts at 7 p.m. on the river.",
    ),
    "a time in two parts": (
        "Netanyahu spoke for 2 hours and 28 minutes in Jerusalem.",
        "Netanyahu spoke for 2 hours and 14 minutes in Jerusalem.",
    ),
    "the longest and the second longest": (
        "The second longest closure of Ben Gurion Airport lasted 29 hours.",
        "The longest closure of Ben Gurion Airport lasted 35 hours.",
    ),
    "another year": (
        "In 2018 the centre in Vermont treated 652 birds.",
        "In 2019 the centre in Vermont treated 705 birds.",
    ),
    "the others and all": (
        "Egypt named two other crossings for the aid.",
        "Egypt named three crossings for the aid.",
    ),
    "he and another he": (
        "He is survived by four children.",
        "He is survived by two children.",
    ),
    "a question": (
        "Who has seen all 91 films of the festival in Cairo?",
        "Who has seen all 92 films of the festival in Cairo?",
    ),
    "a list to come": (
        "Here are 12 films of the festival in Cairo:",
        "Here are 20 films of the festival in Cairo:",
    ),
    "a row of a table": (
        "| Trucks into Gaza | 169 a day |",
        "| Trucks into Gaza | 120 a day |",
    ),
    "to go without and to run out": (
        "People in Gaza will go without flour in August.",
        "People in Gaza will have flour that runs out in August.",
    ),
    "every figure": (
        "At the games in Beijing 14 medals are won by skaters in 12 events.",
        "At the games in Beijing six medals are won by skaters in five events.",
    ),
    "the first and the second": (
        "The first phase of the plan frees hostages.",
        "The third phase of the plan frees hostages.",
    ),
    "two days of two events": (
        "Blinken arrived in Tel Aviv on 18 August.",
        "Blinken met Isaac Herzog in Tel Aviv on 19 August.",
    ),
    "a day and its year": (
        "The Council adopted the resolution on 10 June 2024.",
        "The Council adopted the resolution on 10 June.",
    ),
    "a denial of something else": (
        "Hamas did not attend the talks in Doha.",
        "He attended the talks in Doha.",
    ),
    "two denials": (
        "Neither Israel nor Hamas accepted the compromises, the sources said.",
        "The compromises were not accepted by Israel or Hamas, the sources said.",
    ),
    "a fear and its denial": (
        "Hamas would smuggle weapons through the corridor, Israel says.",
        "Hamas cannot smuggle weapons through the corridor, Israel says.",
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_it_is_no_disagreement_when_they_differ_in(one: str, other: str) -> None:
    assert differs(one, other) is None


@pytest.mark.parametrize(
    ("name", "least"),
    [("a length", OF_NUMBERS), ("a day", OF_DATES), ("a denial", OF_POLARITY)],
)
def test_sentences_whose_vectors_are_apart_are_about_two_things(name: str, least: Likeness) -> None:
    one, other, _ = DIFFERENT[name]
    assert differs(one, other, least.cosine)
    assert differs(one, other, least.cosine - 0.01) is None


def test_a_sentence_as_long_as_a_paragraph_is_not_compared() -> None:
    one, other, _ = DIFFERENT["a length"]
    assert (
        differs(one, f"{other[:-1]}, {'and so on, ' * (LONGEST // 11)}as far as it goes.") is None
    )


@pytest.mark.parametrize(("title", "found"), [("Aid for Gaza", True), ("Aid for Sudan", False)])
def test_a_sentence_without_a_name_is_about_what_its_title_names(title: str, found: bool) -> None:
    one, other, _ = DIFFERENT["a number in words"]
    accounts = Account(one, "a.md", "Aid for Gaza"), Account(other, "b.md", title)
    assert bool(difference(*accounts, NEAR)) is found


def test_one_author_who_names_no_two_tellers_speaks_of_two_things() -> None:
    one, other, _ = DIFFERENT["a length"]
    assert difference(Account(one, "a.md"), Account(other, "a.md"), NEAR) is None
    one, other, _ = DIFFERENT["two counts of one thing by two tellers"]
    assert difference(Account(one, "a.md"), Account(other, "a.md"), NEAR)

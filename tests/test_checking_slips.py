"""Slips that language models make with a sentence that they have right before them.

Each kind of slip is caught, and the nearest claim that does follow is left alone. The sentences
are ours; they tell of a harbour town and its council.
"""

import pytest

from rag.checking import check
from rag.checking.clauses import read_clauses
from rag.checking.offices import read_offices
from rag.checking.wording import plain, quotations
from rag.types import Verdict

HOLM = "The mayor of Bergen, Karl Holm, praised the new ferry."
BRIDGE = "A plan for the bridge was approved in 1894, and work on the bridge began in 1900."
CREW = "Five people were hurt, three of them sailors and two of them cooks."
PAIR = "The council founded two firms: Nordlys as a builder of ships, and Havn as a seller of fish."
BERG = "Anna Berg has been the head of the museum since 2018."
LUND = "Erik Lund runs the harbour."
WAIT = "Each child gets two doses, and four weeks pass between the first and the second."
PIER = "Two reports differ: one says that the pier was hit by a ferry, and another blames the ice."
SLIPS = [
    pytest.param(
        "Five people were hurt, two sailors and three cooks.",
        [CREW],
        "The claim has 2 and 3 in each other's place.",
        id="two numbers in each other's place",
    ),
    pytest.param(
        "Five people were hurt, two of them sailors.",
        [CREW],
        "The source counts three of these, not two.",
        id="the number of something else",
    ),
    pytest.param(
        "There were about 30 boats and exactly 20 buoys.",
        ["There were about 30 boats and around 20 buoys."],
        "The source does not give 20 as exact.",
        id="a rough number made exact",
    ),
    pytest.param(
        "Holm said that the ferry was the final crossing.",
        ["Holm said that the ferry was possibly the final crossing."],
        "The source says “possibly” of this.",
        id="a doubt left out of a report",
    ),
    pytest.param(
        "Berg of Reuters said that the town boats had gone, Holm says.",
        ["Holm said that the town boats had gone, Berg of Reuters says."],
        "Berg",
        id="two speakers in each other's place",
    ),
    pytest.param(
        "Anna Berg, the harbour pilot, took the ferry to Kiel.",
        ["Karl Holm, the harbour pilot, took the ferry to Kiel.", "Anna Berg stayed in Oslo."],
        "The source says Karl Holm, not Anna Berg.",
        id="a name of the next sentence",
    ),
    pytest.param(
        "No town gets two boats.",
        ["Two boats are meant for each of them."],
        "The cited sentence does not say “no”.",
        id="none made up",
    ),
    pytest.param(
        "Each child gets two doses, and two weeks pass between the first and the second.",
        [WAIT],
        "The source says four weeks, not two weeks.",
        id="a second is no two",
    ),
    pytest.param(
        "Work on the bridge began in 1894.",
        [BRIDGE],
        "The source says 1900 of this, not 1894.",
        id="the year of another event",
    ),
    pytest.param(
        "At that time Oslo served as the Danish seat of trade.",
        ["Oslo was named first in 1313, when Ribe served as the Danish seat of trade."],
        "The source says this of Ribe, not of Oslo.",
        id="the name of another clause",
    ),
    pytest.param(
        "The council founded Nordlys as a seller of fish and Havn as a builder of ships.",
        [PAIR],
        "The source says this of Nordlys, not of Havn.",
        id="two firms in each other's place",
    ),
    pytest.param(
        "Erik Lund has been the head of the harbour since 2018.",
        [BERG, LUND],
        "The source says 2018 of Anna Berg.",
        id="the year of one given to another",
    ),
    pytest.param(
        "Karl Holm spoke in Bergen, where he told Reuters that the ferry was not safe.",
        ["In Bergen, Karl Holm spoke.", "Anna Berg told Reuters that the ferry was not safe."],
        "The source says this of Anna Berg, not of Karl Holm.",
        id="the words of one given to another",
    ),
    pytest.param(
        "Norway's foreign minister, Karl Holm, praised the ferry.",
        ["The prime minister of Norway, Karl Holm, praised the ferry."],
        "The source calls Holm prime minister, not foreign minister.",
        id="another office",
    ),
    pytest.param(
        "Mayor Anna Berg praised the new ferry that Karl Holm had bought.",
        ["Anna Berg praised the new ferry that the mayor, Karl Holm, had bought."],
        "The source has Holm as Mayor.",
        id="the office of another",
    ),
    pytest.param(
        "The stripes stand for the five harbours.",
        ["She appears to have intended the stripes to stand for the five harbours."],
        "The source says “appears to have” of this.",
        id="a supposition made a fact",
    ),
    pytest.param(
        "The lamp has a lens that Lund designed in 1882.",
        ["The lamp has a lens (which Lund claimed to have designed in 1882)."],
        "The source says “claimed to have” of this.",
        id="a boast made a fact",
    ),
    pytest.param(
        "The ferry resumed its service on Thursday.",
        ["The ferry is due to resume its service on Thursday."],
        "The source does not say that this was done: “is due to”.",
        id="a plan told as done",
    ),
    pytest.param(
        "The pier was exactly a kilometre from the church.",
        ["About a kilometre lay between the pier and the church."],
        "The claim says “exactly” and the source “About”.",
        id="about made exactly",
    ),
    pytest.param(
        "The old pier was hit by a ferry.",
        ["The pier is old.", PIER],
        "The source says this as the words of another: “one”.",
        id="one side of two",
    ),
    pytest.param(
        "The town bought the pier because of its view.",
        ["The town bought the pier, which has a view."],
        "The cited sentence does not give a reason.",
        id="a reason made up",
    ),
    pytest.param(
        "Heavy ships sank faster than light ones.",
        ["The ships sank at a speed that had nothing to do with their weight."],
        "The cited sentence does not make this comparison.",
        id="a comparison made up",
    ),
    pytest.param(
        "The old pier is longer than the new pier.",
        ["The new pier is longer than the old pier."],
        "The claim has the two sides of the comparison the other way round.",
        id="a comparison turned round",
    ),
    pytest.param(
        "Karl Holm built the first lighthouse.",
        ["Karl Holm built a lighthouse that burned oil."],
        "The cited sentence does not say “first”.",
        id="a first made up",
    ),
]
STANDING = [
    pytest.param("Three sailors and two cooks were hurt.", [CREW], id="the right numbers"),
    pytest.param("Work on the bridge began in 1900.", [BRIDGE], id="the year of this event"),
    pytest.param("The plan for the bridge was approved in 1894.", [BRIDGE], id="and of that one"),
    pytest.param("The council founded Havn as a seller of fish.", [PAIR], id="its own clause"),
    pytest.param("Anna Berg has been the museum's head since 2018.", [BERG, LUND], id="her year"),
    pytest.param("Bergen's mayor, Karl Holm, praised the ferry.", [HOLM], id="the same office"),
    pytest.param("Mayor Karl Holm praised the new ferry.", [HOLM], id="the office before the name"),
    pytest.param(
        "She seems to have wanted the stripes to stand for the five harbours.",
        ["She appears to have wanted the stripes to stand for the five harbours."],
        id="a supposition that stays one",
    ),
    pytest.param(
        "The ferry will resume its service on Thursday.",
        ["The ferry is due to resume its service on Thursday."],
        id="a plan that stays one",
    ),
    pytest.param(
        "One report says that a ferry hit the pier.", [PIER], id="one side, told as one side"
    ),
    pytest.param(
        "The pier was closed because of the ice.",
        ["The ice led the town to close the pier."],
        id="a reason in other words",
    ),
    pytest.param(
        "The new pier is longer than the old one.",
        ["The new pier is longer than the old pier."],
        id="the same comparison",
    ),
    pytest.param(
        "The pier is more than 320 metres long.",
        ["The pier measures 325 metres, so it is a long pier."],
        id="than before a number compares nothing",
    ),
]
NO_DENIAL = [
    pytest.param(
        "Steam became the rule on the ferries only in 1890.",
        "It was not until 1890 that steam became the rule on the ferries.",
        id="not until",
    ),
    pytest.param(
        "The pilot ignored the captain's order not to sail.",
        "The captain ordered the pilot not to sail, but the pilot ignored the order and sailed.",
        id="an order not to",
    ),
    pytest.param(
        "They agreed to nothing more than a talk about the pier.",
        "They agreed to no more than a talk about the pier.",
        id="nothing more than",
    ),
    pytest.param(
        "Accounts of the vote in Bergen differ: one gives 24 for it.",
        "The accounts of the vote in Bergen differ, and one gives 24 for it.",
        id="accounts is no name",
    ),
]


@pytest.mark.parametrize(("claim", "cited", "reason"), SLIPS)
def test_a_slip_is_not_called_supported(claim: str, cited: list[str], reason: str) -> None:
    finding = check(claim, cited)
    assert finding.verdict is not Verdict.SUPPORTED
    assert reason in finding.reason


@pytest.mark.parametrize(("claim", "cited"), STANDING)
def test_what_is_right_beside_a_slip_stands(claim: str, cited: list[str]) -> None:
    finding = check(claim, cited)
    assert finding.verdict is Verdict.SUPPORTED, finding.reason


@pytest.mark.parametrize(("claim", "cited"), NO_DENIAL)
def test_some_denials_deny_nothing(claim: str, cited: str) -> None:
    finding = check(claim, [cited])
    assert finding.verdict is Verdict.SUPPORTED, finding.reason


@pytest.mark.parametrize(
    ("claim", "cited", "beside"),
    [
        pytest.param(
            "The six were found on Sunday.",
            "They were found on Sunday.",
            "Six sailors were missing.",
            id="the six",
        ),
        pytest.param(
            "Act 2735 calls for a new pier.",
            "The act calls for a new pier.",
            "The council passed Act 2735.",
            id="a number that belongs to a name",
        ),
        pytest.param(
            "The joint letter of 8 May calls for talks on 15 May 2024.",
            "The joint letter calls for talks on 15 May 2024.",
            "2024-05-09",
            id="the date of the text itself",
        ),
    ],
)
def test_a_reference_is_explained_by_what_stands_beside(
    claim: str, cited: str, beside: str
) -> None:
    assert check(claim, [cited], neighbours=[beside]).verdict is Verdict.SUPPORTED
    assert check(claim, [cited]).verdict is not Verdict.SUPPORTED


def test_a_total_beside_another_total_is_no_reference() -> None:
    cited = "Of the 105 sailors 34 came home."
    finding = check("Of these 97 sailors 34 came home.", [cited], neighbours=["97 sailors left."])
    assert finding.verdict is not Verdict.SUPPORTED


def test_a_number_that_is_asserted_is_not_excused() -> None:
    finding = check("They found six.", ["They found some."], neighbours=["Six were missing."])
    assert finding.verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It 's late , is n't it ?", "It's late, isn't it?"),
        ("the town 's `` old pier '' .", 'the town\'s " old pier".'),
        ("Use `code` here", "Use code here"),
    ],
    ids=str,
)
def test_words_set_apart_come_together(text: str, expected: str) -> None:
    assert plain(text).replace(' "', '"') == expected.replace(' "', '"')


def test_quotations_of_tokenised_text_are_found() -> None:
    assert quotations("He said : `` That 's it ! ''")[0].strip() == "That's it!"


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("Anna Berg sang, and Karl Holm played.", ["Anna Berg", "Karl Holm"]),
        ("In Oslo Anna Berg sang.", [""]),
        ("Norway's mayor spoke in Oslo.", [""]),
        ("Two ships came, which Lund bought.", ["", "Lund"]),
    ],
    ids=str,
)
def test_a_clause_begins_with_its_subject(text: str, subjects: list[str]) -> None:
    assert [clause.spelled for clause in read_clauses(text)] == subjects


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the prime minister of Norway, Anna Berg", [("berg", "prime minister")]),
        ("Anna Berg, Norway's prime minister", [("berg", "prime minister")]),
        ("President Karl Holm and Mayor Berg", [("holm", "President"), ("berg", "Mayor")]),
        ("the ministers met Anna Berg", []),
    ],
    ids=str,
)
def test_offices_are_read_with_their_holders(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(name, office) for name, office, _ in read_offices(text)] == expected


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Oslo is due to host the talks soon.", "The talks are planned soon, with Oslo as host."),
        (
            "An emergency was declared by Defence Minister Berg.",
            "Norway's defence minister, Anna Berg, declared an emergency.",
        ),
        (
            "The paper says that they would give up five of eight posts.",
            "They would give up five posts out of eight, the paper says.",
        ),
        ("Three-day pauses are planned in May.", "Pauses of three days are planned in May."),
        ("Washington backed the plan of May.", "The United States backed the plan of May."),
        (
            "Biden remarked that a deal had never been so close.",
            "US President Joe Biden said that a deal had never been so close.",
        ),
    ],
    ids=["due to", "an office at the end", "out of", "three-day", "capital", "remarked"],
)
def test_the_same_in_other_words_is_no_slip(claim: str, cited: str) -> None:
    assert check(claim, [cited]).verdict is Verdict.SUPPORTED


SENT = "Norway sent Anna Berg, the head of the Coast Guard, and Nils Dahl, the head of the Navy."


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("Anna Berg is the head of the Navy.", Verdict.PARTLY),
        ("Anna Berg is the head of the Coast Guard.", Verdict.SUPPORTED),
        ("Nils Dahl, the head of the Navy, was sent by Norway.", Verdict.SUPPORTED),
    ],
)
def test_who_leads_one_body_does_not_lead_the_other(claim: str, verdict: Verdict) -> None:
    assert check(claim, [SENT]).verdict is verdict


def test_who_leads_what_is_read_before_the_name_too() -> None:
    cited = "They were Coast Guard head Anna Berg and Navy head Nils Dahl."
    assert check("Anna Berg is the head of the Navy.", [cited]).verdict is Verdict.PARTLY
    assert check("Nils Dahl is the head of the Navy.", [cited]).verdict is Verdict.SUPPORTED


def test_no_final_agreement_is_no_agreement() -> None:
    cited = "The round ended in Oslo on Sunday, and an official said there was no final agreement."
    assert check("The round ended with a full agreement.", [cited]).verdict is Verdict.CONTRADICTED
    assert check("The round ended without an agreement.", [cited]).verdict is Verdict.SUPPORTED

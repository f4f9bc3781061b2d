"""A claim is checked against the sentences it cites: what they say, and nothing else, holds it up.

The sentences are ours; they tell of the talks in Cairo in August 2024 as a newspaper would.
"""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.checking import check, check_slice
from rag.types import Citation, Verdict

SOURCE = {
    "hosts": "Egypt, Qatar and the United States mediated the talks in Cairo, which resumed on"
    " Sunday, 25 August 2024.",
    "end": "The talks ended late on Sunday without an agreement, and neither side accepted the"
    " compromises that the mediators had put forward.",
    "burns": "CIA director William Burns and David Barnea, the head of Mossad, took part in the"
    " high-level round, two Egyptian officials said.",
    "hamas": "Hamas sent a delegation led by Khalil al-Hayya to Cairo, but it did not take part"
    " directly in the negotiations.",
    "corridor": "Israel insisted on keeping troops along the Philadelphi corridor, the"
    " 14-kilometre strip between Gaza and Egypt.",
    "toll": "More than 40,400 Palestinians have been killed since the war began, according to the"
    " health ministry in Gaza.",
    "hostages": "Of the 251 people seized on 7 October 2023, 105 are still held in Gaza, among"
    " them 34 who the army says are dead.",
    "polio": "The WHO said on Friday that 1.26 million doses of polio vaccine had reached Gaza for"
    " children under ten.",
    "plan": "The first phase of the plan that Joe Biden outlined on 31 May would last six weeks and"
    " free women, older men and the wounded.",
    "quote": 'Hamas official Osama Hamdan told Al-Aqsa TV: "We will not accept discussions about'
    ' retractions from what we agreed to on July 2."',
    "aid": "Aid deliveries through Kerem Shalom fell by 50 percent between April and July, to an"
    " average of 76 trucks a day.",
    "strike": "Hezbollah fired more than 320 rockets at northern Israel early on Sunday, after"
    " about 100 Israeli jets had struck its launchers in Lebanon.",
    "egypt": "Egypt rejected any Israeli presence at the Rafah crossing and demanded a timetable"
    " for a full withdrawal.",
    "sullivan": "Jake Sullivan, the national security adviser, said in Halifax that the"
    " United States was still working feverishly for a deal.",
}
PLANTED = [
    ("hosts", "Egypt, Qatar and Turkey mediated the talks in Cairo.", "name in a list"),
    ("hosts", "Jordan, Qatar and the United States mediated the talks in Cairo.", "first word"),
    ("hosts", "Egypt, Qatar and the United Kingdom mediated the talks in Cairo.", "like name"),
    ("hosts", "The talks in Doha were mediated by Egypt, Qatar and the United States.", "place"),
    ("hosts", "The talks in Cairo resumed on Sunday, 18 August 2024.", "day of the month"),
    ("hosts", "The talks in Cairo resumed on 25 July 2024.", "month"),
    ("hosts", "The talks in Cairo resumed on 25 August 2023.", "year"),
    ("hosts", "The talks in Cairo resumed on Saturday.", "weekday"),
    ("hosts", "The talks in Cairo did not resume on Sunday, 25 August 2024.", "negation"),
    ("hosts", "The talks in Cairo were suspended on Sunday, 25 August 2024.", "opposite verb"),
    ("end", "The talks ended late on Monday without an agreement.", "weekday of the end"),
    ("end", "Both sides accepted the compromises that the mediators had put forward.", "both"),
    ("end", "Neither side rejected the compromises put forward by the mediators.", "rejected"),
    ("end", SOURCE["end"].replace("without", "not without"), "double negation"),
    ("burns", "CIA director William Burns and Ronen Bar took part in the round.", "person"),
    ("burns", "Robert Burns, the director of the CIA, took part in the round.", "first name"),
    ("burns", "Two Qatari officials said that William Burns took part.", "whose officials"),
    ("burns", "Five Egyptian officials said that William Burns took part.", "how many officials"),
    ("burns", "William Burns did not take part in the high-level round.", "denied"),
    ("burns", "David Barnea, the head of Shin Bet, took part in the high-level round.", "service"),
    ("hamas", "Hamas took part directly in the negotiations in Cairo.", "negation dropped"),
    ("hamas", "The Hamas delegation to Cairo was led by Yahya Sinwar.", "leader"),
    ("hamas", "Fatah sent a delegation led by Khalil al-Hayya to Cairo.", "party"),
    ("corridor", "Israel insisted on keeping troops along the 40-kilometre corridor.", "length"),
    ("corridor", "The Philadelphi corridor is a 14-mile strip between Gaza and Egypt.", "unit"),
    ("corridor", "The Philadelphi corridor runs between Gaza and Jordan.", "country"),
    ("corridor", "Israel insisted on keeping troops along the Netzarim corridor.", "corridor"),
    ("toll", "More than 44,400 Palestinians have been killed since the war began.", "digit"),
    ("toll", "More than 4,400 Palestinians have been killed since the war began.", "magnitude"),
    ("toll", "More than 40,300 Palestinians have been killed since the war began.", "near miss"),
    ("toll", "Fewer than 40,400 Palestinians have been killed since the war began.", "bound"),
    ("toll", "More than 40,400 Israelis have been killed since the war began.", "nationality"),
    ("hostages", "Of the 215 people seized on 7 October 2023, 105 are still held in Gaza.", "swap"),
    ("hostages", "Of the 251 people seized on 7 October 2023, 150 are still held.", "still held"),
    ("hostages", "251 people were seized on 7 October 2022.", "year of the attack"),
    ("hostages", "The army says that 43 of those still held in Gaza are dead.", "dead"),
    ("hostages", "The army says that 34 of those still held in Gaza are alive.", "alive"),
    ("polio", "1.26 billion doses of polio vaccine had reached Gaza, the WHO said.", "scale word"),
    ("polio", "12.6 million doses of polio vaccine had reached Gaza.", "decimal point"),
    ("polio", "UNICEF said that 1.26 million doses of polio vaccine had reached Gaza.", "agency"),
    ("polio", "The WHO said on Thursday that 1.26 million doses had reached Gaza.", "day"),
    ("plan", "The first phase of the plan would last six months.", "weeks to months"),
    ("plan", "The first phase of the plan would last eight weeks.", "number word"),
    (
        "plan",
        "The second phase of the plan that Joe Biden outlined would last six weeks.",
        "ordinal",
    ),
    ("plan", "The last phase of the plan that Joe Biden outlined would last six weeks.", "last"),
    ("plan", "The plan that Donald Trump outlined on 31 May would free women.", "president"),
    ("plan", "Joe Biden outlined the plan on 13 May.", "digits of a date"),
    ("quote", 'Osama Hamdan said: "We will accept discussions about retractions."', "quotation"),
    ("quote", "Hamas will accept discussions about retractions from what it agreed to.", "not"),
    ("quote", "Osama Hamdan told Al Jazeera that Hamas will not accept retractions.", "station"),
    ("aid", "Aid deliveries through Kerem Shalom rose by 50 percent.", "direction"),
    ("aid", "Aid deliveries through Kerem Shalom fell by 15 percent.", "percentage"),
    ("aid", "Aid deliveries through Kerem Shalom fell to an average of 76 percent.", "per cent"),
    ("aid", "Aid deliveries fell to 76 trucks a day between May and July.", "months of a span"),
    ("strike", "Hezbollah fired more than 230 rockets at northern Israel.", "transposed"),
    ("strike", "Hezbollah fired more than 320 rockets at southern Israel.", "compass"),
    (
        "strike",
        "Hezbollah fired the rockets before Israeli jets had struck its launchers.",
        "after",
    ),
    ("strike", "Israeli jets had struck launchers in Syria.", "neighbouring country"),
    ("strike", "Hezbollah fired 320 rockets after about 320 jets had struck.", "one for two"),
    ("egypt", "Egypt accepted an Israeli presence at the Rafah crossing.", "accepted"),
    ("egypt", "Egypt rejected any Israeli presence at the Erez crossing.", "crossing"),
    ("sullivan", "Jake Sullivan said in Ottawa that the US was still working for a deal.", "city"),
    ("sullivan", "Jake Sullivan said that the US was no longer working for a deal.", "no longer"),
]
FAITHFUL = [
    ("hosts", "The mediators were Egypt, Qatar and the US."),
    ("hosts", "Cairo talks restarted on August 25, 2024."),
    ("hosts", "American, Egyptian and Qatari mediators brought the talks back to Cairo."),
    ("end", "There was no agreement when the talks ended on Sunday."),
    ("end", "No deal came out of Sunday's talks; neither side took the mediators' compromises."),
    ("burns", "Among those taking part were CIA chief Burns and the Mossad head David Barnea."),
    ("burns", "Egyptian officials said that Burns and Barnea took part."),
    ("hamas", "A Hamas delegation under Khalil al-Hayya came to Cairo."),
    ("hamas", "Hamas was not directly part of the negotiations."),
    ("corridor", "Israel wants its troops to stay in the Philadelphi corridor."),
    ("corridor", "The Philadelphi corridor is 14 km long and separates Gaza from Egypt."),
    ("toll", "Gaza's health ministry counts over 40,000 Palestinians killed in the war."),
    ("toll", "The number of Palestinians killed since the start of the war is above 40,400."),
    ("hostages", "One hundred and five of the 251 people seized are still in Gaza."),
    ("hostages", "According to the army, thirty-four of the people held in Gaza are dead."),
    ("hostages", "251 people were seized on October 7, 2023."),
    ("polio", "1,260,000 doses of polio vaccine have reached Gaza."),
    ("polio", "The World Health Organization said polio vaccine had arrived in Gaza."),
    ("plan", "President Biden's plan foresees a first phase of 42 days."),
    ("plan", "In the first phase, women, older men and wounded people would be freed."),
    ("quote", "Hamdan said that Hamas “will not accept discussions about retractions”."),
    ("aid", "An average of 76 trucks a day came through Kerem Shalom."),
    ("aid", "Between April and July, aid through Kerem Shalom fell by half, or 50%."),
    ("strike", "More than 300 rockets were fired at northern Israel by Hezbollah on Sunday."),
    ("strike", "Around 100 Israeli jets struck Hezbollah's launchers in Lebanon."),
    ("egypt", "Egypt does not want any Israeli presence at Rafah and asks for full withdrawal."),
    ("egypt", "Cairo's demand is a timetable for a full Israeli withdrawal, Egypt said."),
    ("sullivan", "The US is still working for a deal, national security adviser Sullivan said."),
    ("sullivan", "Washington keeps working feverishly for a deal, according to Jake Sullivan."),
]


@pytest.mark.parametrize(("source", "claim"), [p[:2] for p in PLANTED], ids=[p[2] for p in PLANTED])
def test_a_planted_error_is_not_called_supported(source: str, claim: str) -> None:
    finding = check(claim, [SOURCE[source]])
    assert finding.verdict is not Verdict.SUPPORTED
    assert finding.verdict is not Verdict.NOT_CHECKED


@pytest.mark.parametrize(("source", "claim"), FAITHFUL, ids=[c[:40] for _, c in FAITHFUL])
def test_a_faithful_paraphrase_is_not_called_wrong(source: str, claim: str) -> None:
    finding = check(claim, [SOURCE[source]])
    assert finding.verdict in (Verdict.SUPPORTED, Verdict.PARTLY), finding.reason


@pytest.mark.parametrize(
    ("source", "claim", "verdict", "reason"),
    [
        pytest.param(
            "toll",
            "More than 44,400 Palestinians have been killed since the war began.",
            Verdict.CONTRADICTED,
            "The source says 40,400, not 44,400.",
            id="another number for the same thing",
        ),
        pytest.param(
            "aid",
            "An average of 76 trucks a day brought 900 tonnes of aid.",
            Verdict.PARTLY,
            "The cited sentence does not mention 900 tonnes.",
            id="one number is there, one is not",
        ),
        pytest.param(
            "sullivan",
            "Antony Blinken flew to Doha with 12 aides.",
            Verdict.UNSUPPORTED,
            "The cited sentence does not mention 12. The cited sentence does not mention Antony"
            " Blinken. The cited sentence does not mention Doha.",
            id="nothing is there",
        ),
        pytest.param(
            "quote",
            "Hamdan spoke of “retractions from every promise”.",
            Verdict.UNSUPPORTED,
            "The cited sentence does not contain the words “retractions from every promise”.",
            id="words that were not said",
        ),
        pytest.param(
            "hosts",
            "The talks in Cairo resumed on Saturday.",
            Verdict.CONTRADICTED,
            "The source says Sunday, not Saturday.",
            id="another weekday",
        ),
        pytest.param(
            "aid",
            "Aid deliveries through Kerem Shalom rose by 50 percent.",
            Verdict.CONTRADICTED,
            "The claim says “rose” and the source “fell”.",
            id="the other direction",
        ),
        pytest.param(
            "burns",
            "William Burns did not take part in the high-level round.",
            Verdict.CONTRADICTED,
            "The claim denies “take”, which the source says.",
            id="a denial",
        ),
        pytest.param(
            "polio",
            "Children under ten need clean water, shelter and a doctor.",
            Verdict.PARTLY,
            "The cited sentence does not mention “need”, “clean”, “water”, “shelter”.",
            id="few words are there",
        ),
        pytest.param(
            "corridor",
            "The price of bread doubled before winter.",
            Verdict.UNSUPPORTED,
            "The cited sentence does not say anything like this.",
            id="something else altogether",
        ),
        pytest.param(
            "end",
            "The talks ended without an agreement.",
            Verdict.SUPPORTED,
            "The wording agrees.",
            id="in other words",
        ),
    ],
)
def test_a_reason_names_what_is_wrong(
    source: str, claim: str, verdict: Verdict, reason: str
) -> None:
    finding = check(claim, [SOURCE[source]])
    assert (finding.verdict, finding.reason) == (verdict, reason)


def test_several_sentences_are_taken_together() -> None:
    claim = "Burns took part in the talks that ended on Sunday without an agreement."
    assert check(claim, [SOURCE["end"]]).verdict is Verdict.PARTLY
    assert check(claim, [SOURCE["end"], SOURCE["burns"]]).verdict is Verdict.SUPPORTED


def test_several_sentences_that_lack_something_are_named_as_several() -> None:
    finding = check("The talks ended in Doha.", [SOURCE["end"], SOURCE["burns"]])
    assert finding.reason == "None of the cited sentences mentions Doha."


@pytest.mark.parametrize(
    ("claim", "cited", "neighbour"),
    [
        pytest.param(
            "Jake Sullivan said in Halifax that a deal was near.",
            "He said in Halifax that a deal was near.",
            SOURCE["sullivan"],
            id="a pronoun and the sentence before it",
        ),
        pytest.param(
            "The talks resumed in August 2024.",
            "The talks resumed on 25 August.",
            "Cairo talks (2024-08-26)",
            id="the year of the article",
        ),
        pytest.param(
            "The talks resumed on 25 August 2024.",
            "The talks resumed on Sunday.",
            "Cairo talks (2024-08-26)",
            id="the weekday before the date of the article",
        ),
    ],
)
def test_neighbours_explain_names_and_dates(claim: str, cited: str, neighbour: str) -> None:
    assert check(claim, [cited]).verdict is not Verdict.SUPPORTED
    assert check(claim, [cited], neighbours=[neighbour]).verdict is Verdict.SUPPORTED


def test_a_weekday_with_another_date_is_not_explained_by_neighbours() -> None:
    finding = check(
        "The talks resumed on 18 August 2024.", [SOURCE["hosts"]], None, ["News (2024-08-20)"]
    )
    assert finding.reason == "The source says 25 August 2024, not 18 August 2024."


def test_the_weekday_that_is_named_counts_and_not_that_of_another_date() -> None:
    cited = "The talks that were called on 23 August 2024 resumed on Sunday."
    assert check("The talks resumed on Friday.", [cited]).verdict is Verdict.CONTRADICTED


def test_a_number_beside_the_cited_sentence_is_not_in_it() -> None:
    finding = check(
        "An average of 76 trucks a day came.", ["Trucks came every day."], None, [SOURCE["aid"]]
    )
    assert finding.verdict is Verdict.PARTLY
    assert finding.reason == "76 stands beside the cited sentence, not in it."


def test_list_signs_and_footnote_numbers_are_no_part_of_a_claim() -> None:
    assert check("4. Egypt hosted the talks [12].", ["Egypt hosted talks."]).verdict is (
        Verdict.SUPPORTED
    )


@pytest.mark.parametrize(("claim", "cited"), [("", ["Yes."]), ("Egypt hosted.", []), ("—", ["a"])])
def test_nothing_to_compare_is_not_checked(claim: str, cited: list[str]) -> None:
    assert check(claim, cited).verdict is Verdict.NOT_CHECKED


def test_what_is_too_long_to_be_a_claim_is_not_checked() -> None:
    assert check("Egypt hosted talks. " * 200, ["Egypt hosted talks."]).verdict is (
        Verdict.NOT_CHECKED
    )


def vectors(angle: float) -> NDArray[np.float32]:
    return np.array([[1, 0], [np.cos(angle), np.sin(angle)]], np.float32)


@pytest.mark.parametrize(
    ("angle", "verdict"),
    [
        pytest.param(0.0, Verdict.SUPPORTED, id="the same meaning"),
        pytest.param(1.2, Verdict.PARTLY, id="a meaning not far away"),
        pytest.param(1.6, Verdict.UNSUPPORTED, id="another meaning"),
    ],
)
def test_meaning_decides_where_words_do_not(angle: float, verdict: Verdict) -> None:
    claim, cited = "negotiators left without a result", "talks ended without a result at all"
    assert check(claim, [cited], lambda _: vectors(angle)).verdict is verdict


def test_no_meaning_excuses_a_wrong_number() -> None:
    finding = check("Egypt sent 12 trucks.", ["Egypt sent 21 trucks."], lambda _: vectors(0.0))
    assert finding.verdict is Verdict.CONTRADICTED


CITATION = Citation(1, "a.txt", "A", None, ("a.txt#0",), 4, 9, "talks")


def test_a_slice_that_reproduces_the_text_has_no_objection() -> None:
    assert check_slice("The talks ended.", CITATION) is None


def test_an_empty_slice_is_unsupported() -> None:
    assert check_slice("The talks ended.", replace(CITATION, end=4, text="")) is not None


@pytest.mark.parametrize("text", ["The Talks ended.", " The talks ended.", "", "The"])
def test_a_slice_that_does_not_is_unsupported(text: str) -> None:
    finding = check_slice(text, CITATION)
    assert finding is not None
    assert finding.verdict is Verdict.UNSUPPORTED


def test_a_no_that_answers_the_question_is_no_negation_of_the_claim() -> None:
    source = ["Hamas did not negotiate directly."]
    denied = check("No, Hamas did not take part in the negotiations directly.", source)
    assert denied.verdict is Verdict.SUPPORTED
    assert check("No, Hamas negotiated directly.", source).verdict is Verdict.CONTRADICTED

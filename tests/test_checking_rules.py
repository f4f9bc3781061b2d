"""What a claim may not do with a sentence: go further, change hands, turn round, hide who said it.

The sentences are ours; they tell of a harbour town and its council.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking import check
from rag.checking.names import missing_names, read_names
from rag.checking.polarity import stances
from rag.checking.roles import read_deeds
from rag.checking.speech import read_speech
from rag.checking.wording import fold
from rag.types import Verdict

CONFLICTS = [
    pytest.param(
        "All of the ferries ran on Monday.",
        "Some of the ferries ran on Monday.",
        "The claim says “all” and the source “some”.",
        id="some made all",
    ),
    pytest.param(
        "None of the six ferries ran.",
        "All six ferries ran.",
        "The claim says “none” and the source “all”.",
        id="all made none",
    ),
    pytest.param(
        "Norway praised Denmark for the new ferry.",
        "Denmark praised Norway for the new ferry.",
        "The claim has Norway and Denmark the other way round.",
        id="roles",
    ),
    pytest.param(
        "The council of Bergen voted against the new harbour.",
        "The council of Bergen voted for the new harbour.",
        "The claim says “against” and the source “for”.",
        id="for made against",
    ),
    pytest.param(
        "The pilot has worked there until 2018.",
        "The pilot has worked there since 2018.",
        "The claim says “until” and the source “since”.",
        id="since made until",
    ),
    pytest.param(
        "The harbour opened on Friday, 8 August 2024.",
        "The harbour opened on 8 August 2024.",
        "8 August 2024 is a Thursday, not a Friday.",
        id="a weekday on which the date does not fall",
    ),
]
FURTHER = [
    pytest.param(
        "Only Denmark asked for a new ferry.",
        "Denmark asked for a new ferry.",
        "The cited sentence does not say “only”.",
        id="only",
    ),
    pytest.param(
        "This was certainly the last ferry to Bergen.",
        "This was possibly the last ferry to Bergen.",
        "The claim says “certainly” and the source “possibly”.",
        id="certainly",
    ),
    pytest.param(
        "The ferry had struck a rock near the old pier.",
        "According to one report, the ferry had struck a rock near the old pier.",
        "The source says this as the words of another: “According to one report”.",
        id="according to",
    ),
    pytest.param(
        "The ferry had struck a rock near the old pier.",
        "A harbour official said that the ferry had struck a rock near the old pier.",
        "The source says this as the words of another: “A harbour official”.",
        id="said that",
    ),
    pytest.param(
        "The ferry had struck a rock near the old pier.",
        "The ferry had struck a rock near the old pier, the captain said.",
        "The source says this as the words of another: “the captain”.",
        id="said at the end",
    ),
]
STANDING = [
    pytest.param("Some of the ferries ran.", "All of the ferries ran.", id="all are some"),
    pytest.param("Only two ferries ran.", "Just two ferries ran.", id="only is just"),
    pytest.param(
        "The captain said the ferry had struck a rock near the pier.",
        "A rock near the pier had been struck by the ferry, the captain said.",
        id="the same speaker",
    ),
    pytest.param(
        "Norway was praised by Denmark.", "Denmark praised Norway.", id="the passive says the same"
    ),
    pytest.param("Norway met Denmark.", "Denmark met Norway.", id="who met met each other"),
    pytest.param(
        "Two officials, cited by Reuters, said the ferry ran.",
        "Two officials, Reuters wrote, said the ferry ran.",
        id="one who passes the words on",
    ),
    pytest.param(
        "The harbour opened on Thursday, 8 August 2024.",
        "The harbour opened on 8 August 2024.",
        id="the weekday of the date",
    ),
    pytest.param(
        "Denmark neither confirmed nor denied the sale.",
        "Denmark would not confirm the sale, and it would not deny the sale either.",
        id="neither nor is no double denial",
    ),
    pytest.param(
        "They asked for a plan, and not for further talks.",
        "They asked for a plan in place of further talks.",
        id="in place of",
    ),
    pytest.param(
        "The council did not attend the opening.",
        "The opening went on without the council, which did not attend.",
        id="who does not come is who it goes without",
    ),
]


@pytest.mark.parametrize(("claim", "cited", "reason"), CONFLICTS)
def test_the_other_way_is_contradicted(claim: str, cited: str, reason: str) -> None:
    finding = check(claim, [cited])
    assert finding.verdict is Verdict.CONTRADICTED
    assert reason in finding.reason


@pytest.mark.parametrize(("claim", "cited", "reason"), FURTHER)
def test_what_goes_further_is_carried_in_part(claim: str, cited: str, reason: str) -> None:
    finding = check(claim, [cited])
    assert (finding.verdict, finding.reason) == (Verdict.PARTLY, reason)


@pytest.mark.parametrize(("claim", "cited"), STANDING)
def test_what_follows_from_the_sentence_stands(claim: str, cited: str) -> None:
    finding = check(claim, [cited])
    assert finding.verdict is Verdict.SUPPORTED, finding.reason


@pytest.mark.parametrize(
    ("claim", "cited", "beside", "reason"),
    [
        pytest.param(
            "Anna Berg opened the harbour in Bergen.",
            "Karl Holm opened the harbour in Bergen.",
            "Anna Berg was ill.",
            "The source says Karl Holm, not Anna Berg.",
            id="a name",
        ),
        pytest.param(
            "On 20 August the harbour opened.",
            "On 19 August the harbour opened.",
            "It closed on 20 August.",
            "The source says 19 August, not 20 August.",
            id="a date",
        ),
        pytest.param(
            "Reuters says that the harbour opened early.",
            "One report says that the harbour opened early.",
            "Reuters gives another hour.",
            "The source says this of “One report”, not of Reuters.",
            id="a speaker",
        ),
    ],
)
def test_what_stands_beside_takes_no_other_place(
    claim: str, cited: str, beside: str, reason: str
) -> None:
    finding = check(claim, [cited], neighbours=[beside])
    assert (finding.verdict, finding.reason) == (Verdict.CONTRADICTED, reason)


def test_a_pronoun_leaves_room_for_a_name_from_beside() -> None:
    cited, beside = "She opened the harbour in Bergen.", "Anna Berg came by ship."
    claim = "Anna Berg opened the harbour in Bergen."
    assert check(claim, [cited], neighbours=[beside]).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("Italy's Coast Guard", "Iran's Coast Guard", ["Italy's Coast Guard"]),
        ("with al-Rishq", "with al-Hayya", ["al-Rishq"]),
        ("Ole Falk came", "a bottle of oil", ["Ole Falk"]),
        ("AP wrote", "an apple pie", ["AP"]),
        ("the PM", "the prime minister", []),
        ("Muhammad Ali", "Mohammed Ali", []),
        ("J Holm", "Jens Holm", []),
        ("Anna Holm", "Andrea Holm", []),
        ("Robert Holm", "Ronald Holm", ["Robert Holm"]),
    ],
    ids=str,
)
def test_names_are_told_apart(claim: str, source: str, missing: list[str]) -> None:
    assert missing_names(read_names(claim), read_names(source)) == missing


@pytest.mark.parametrize(
    ("text", "deeds"),
    [
        ("Denmark praised Norway", {("denmark", "prais", "norway")}),
        ("Norway was praised by Denmark", {("denmark", "prais", "norway")}),
        ("Denmark and Norway praised it", set()),
        ("Denmark met Norway", set()),
        ("It was late, said Denmark of Norway", set()),
    ],
    ids=str,
)
def test_deeds_have_two_sides(text: str, deeds: set[tuple[str, str, str]]) -> None:
    assert read_deeds(text) == deeds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they voted for it", {"for"}),
        ("she was against this", {"against"}),
        ("it is opposed to a ferry", {"against"}),
        ("four voted for it and none against", {"for", "against"}),
        ("the fight against fog went on for years", set()),
    ],
    ids=lambda it: it if isinstance(it, str) else str(sorted(it)),
)
def test_stances_are_read_in_phrases(text: str, expected: set[str]) -> None:
    assert stances(text) == expected


@given(st.text(alphabet="Aab ,.'-\n:", max_size=60), st.sampled_from(["said that", "according to"]))
def test_any_text_has_speakers_and_deeds_of_its_own_words(text: str, verb: str) -> None:
    whole = f"{text} {verb} {text}"
    told = set(fold(whole).split())
    for speech in read_speech(whole):
        assert speech.who in whole
    for who, _, whom in read_deeds(whole):
        assert who != whom
        assert told


@given(st.sampled_from(["Anna", "Berg", "Holm"]), st.sampled_from(["Oslo", "Ystad", "Kiel"]))
def test_deeds_turn_with_the_passive(one: str, other: str) -> None:
    assert read_deeds(f"{one} praised {other}") == read_deeds(f"{other} was praised by {one}")


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("The contents have been kept from the public.", "The contents were not made public."),
        ("There were no flights to Oslo in May.", "In May the airline suspended flights to Oslo."),
        (
            "Israel had not destroyed a single launcher, he said.",
            "He said that Israel had destroyed no launchers.",
        ),
        ("They asked for a week-long pause.", "They asked for a pause of seven days."),
    ],
    ids=["kept from", "suspended", "not a single", "week-long"],
)
def test_a_denial_in_other_words_contradicts_nothing(claim: str, cited: str) -> None:
    assert check(claim, [cited]).verdict is not Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("The contents were made public.", "The contents were not made public."),
        ("In May the airline did not resume flights.", "In May the airline resumed flights."),
    ],
)
def test_a_denial_of_the_same_words_contradicts(claim: str, cited: str) -> None:
    assert check(claim, [cited]).verdict is Verdict.CONTRADICTED

"""The two lines with which a model says that it has no answer, or a part of one."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.outcome import LONGEST_LACK, LONGEST_LINE, REST, OutcomeReader, Reading, read_outcome
from rag.types import Outcome

ANSWER = "The talks ended on Sunday [A3]."


def in_pieces(pieces: list[str]) -> tuple[str, Reading]:
    reader = OutcomeReader()
    return "".join(map(reader.feed, pieces)) + reader.close(), reader.reading


DENIALS = {
    "exact": "NOT IN THE DOCUMENTS",
    "full-stop": "NOT IN THE DOCUMENTS.\n",
    "small": "Not in the documents.",
    "bold": "**NOT IN THE DOCUMENTS**",
    "bold-small": "\n\n **Not in the documents.**",
    "quoted": '"NOT IN THE DOCUMENTS"',
    "quotation": "> NOT IN THE DOCUMENTS",
    "heading": "# NOT IN THE DOCUMENTS",
    "code": "`NOT IN THE DOCUMENTS`",
    "singular": "NOT IN THE DOCUMENT.",
    "found": "Not found in the documents.",
}


@pytest.mark.parametrize("name", DENIALS)
def test_a_denial_is_known_however_it_is_dressed(name: str) -> None:
    text, reading = read_outcome(DENIALS[name])
    assert not text.strip()
    assert (reading.outcome, reading.remark.strip('*."`')) == (Outcome.NOT_FOUND, "")


@pytest.mark.parametrize("between", [" ", ". ", "\n", "\n\n", " - "])
def test_what_follows_a_denial_is_kept_and_not_shown(between: str) -> None:
    text, reading = read_outcome(f"NOT IN THE DOCUMENTS{between}It was in 1969. [A1]\nMISSING: x")
    assert text == ""
    assert reading.not_found
    assert reading.remark.endswith("It was in 1969. [A1]\nMISSING: x")


def test_a_denial_after_some_text_means_that_the_rest_is_missing() -> None:
    text, reading = read_outcome(f"{ANSWER}\n\nNOT IN THE DOCUMENTS\n")
    assert text == f"{ANSWER}\n\n"
    assert reading == Reading(missing=REST)
    assert reading.outcome is Outcome.PARTLY


def test_a_denial_after_some_text_may_say_what_is_missing() -> None:
    text, reading = read_outcome(f"{ANSWER}\nNOT IN THE DOCUMENTS: **the budget**\nMore [A1].")
    assert text == f"{ANSWER}\nMore [A1]."
    assert reading == Reading(missing="the budget")


LACKS = {
    "exact": "MISSING: the budget",
    "small": "Missing: the budget",
    "bold-word": "**Missing:** the budget",
    "bold-word-only": "**MISSING**: the budget",
    "bold-line": "**MISSING: the budget**",
    "item": "- MISSING: the budget",
    "full-width": "MISSING：the budget",
    "own-line": "MISSING:\nthe budget\n",
    "list": "MISSING:\n- the budget\n",
    "line-end": "MISSING: the budget\r\n",
}


@pytest.mark.parametrize("name", LACKS)
def test_what_is_missing_is_known_however_it_is_dressed(name: str) -> None:
    text, reading = read_outcome(f"{ANSWER}\n\n{LACKS[name]}")
    assert text == f"{ANSWER}\n\n"
    assert reading == Reading(missing="the budget")


INLINE = {
    "after-sentence": "The talks ended on Sunday [A3]. ",
    "after-marker": "The talks ended on Sunday.[A3] ",
    "after-bold": "**The talks ended.** ",
}


@pytest.mark.parametrize("name", INLINE)
def test_what_is_missing_may_stand_behind_a_sentence(name: str) -> None:
    assert read_outcome(f"{INLINE[name]}MISSING: the date.") == (
        INLINE[name],
        Reading(missing="the date."),
    )


@pytest.mark.parametrize("word", ["nothing", "None.", "n/a", "-", "", "**nothing**", "No"])
def test_when_nothing_is_missing_the_answer_is_whole(word: str) -> None:
    text, reading = read_outcome(f"{ANSWER}\nMISSING: {word}")
    assert (text, reading) == (f"{ANSWER}\n", Reading())
    assert reading.outcome is Outcome.ANSWERED


def test_several_things_may_be_missing() -> None:
    _, reading = read_outcome(f"{ANSWER}\nMISSING:\n- the budget\n- the [A3] date\n\n")
    assert reading.missing == "the budget; the [A3] date"


def test_text_after_the_missing_line_is_text_again() -> None:
    text, reading = read_outcome(f"MISSING: the budget\n{ANSWER}\nMISSING:\n- a\n\nMore [A1].")
    assert text == f"{ANSWER}\nMore [A1]."
    assert reading.missing == "the budget; a"


TEXTS = {
    "in-a-sentence": "It is not in the documents that the talks failed [A1].",
    "at-its-start": "Not in the documents of the court, but in a letter, it says so [A1].",
    "other-word": "Missing persons were counted twice [A2].",
    "a-fact": "- Killed: 3 [A1]\n- Missing: 14 people [A2]",
    "quoted-fact": 'The sign says "MISSING: a dog" [A2].',
    "word-in-capitals": "He went MISSING: nobody knows where [A2].",
    "longer-word": "NOT IN THE DOCUMENTSX",
    "ends-early": "NOT IN THE",
    "no-colon": "MISSING",
    "decoration": "- ** > # ",
    "much-decoration": "-" * 17 + "MISSING: a dog",
    "white-space": "  \n\n \t\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_only_looks_like_one_comes_through(name: str) -> None:
    assert read_outcome(TEXTS[name]) == (TEXTS[name], Reading())


@pytest.mark.parametrize("reply", [*DENIALS.values(), *LACKS.values(), *TEXTS.values()])
def test_every_cut_of_a_reply_gives_the_same(reply: str) -> None:
    for before in ("", f"{ANSWER}\n", f"{ANSWER} "):
        whole = before + reply
        for cut in range(len(whole) + 1):
            assert in_pieces([whole[:cut], whole[cut:]]) == read_outcome(whole)


FRAGMENTS = [
    *["NOT IN THE ", "DOCUMENTS", "Not in the documents", "MISSING", ":", "Missing: ", "missing"],
    *["\n", "\n\n", " ", ". ", "*", "- ", "[A3]", "nothing", "the date", "x" * 390, "ß", "\r\n"],
]


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=14), st.data())
def test_the_result_does_not_depend_on_the_cutting(
    fragments: list[str], data: st.DataObject
) -> None:
    reply = "".join(fragments)
    cuts = data.draw(st.lists(st.integers(0, len(reply)), max_size=6).map(sorted))
    pieces = [reply[start:end] for start, end in pairwise([0, *cuts, len(reply)])]
    assert in_pieces(pieces) == in_pieces(list(reply)) == read_outcome(reply)


@given(st.text(alphabet="abc .\n[]A1*-"))
def test_text_without_the_words_comes_through_unchanged(reply: str) -> None:
    assert read_outcome(reply) == (reply, Reading())


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_no_more_than_a_line_is_held_back(fragments: list[str]) -> None:
    reader = OutcomeReader()
    for character in "".join(fragments):
        reader.feed(character)
        assert len(reader._held) <= LONGEST_LINE


def test_no_sentinel_flashes_on_the_screen() -> None:
    reader = OutcomeReader()
    shown = [reader.feed(character) for character in f"{ANSWER} MISSING: the date"]
    assert "M" not in "".join(shown)


def test_a_line_of_dashes_is_not_held_back() -> None:
    assert OutcomeReader().feed("-" * 17) == "-" * 17


def test_an_endless_missing_line_is_not_kept_whole() -> None:
    _, reading = read_outcome("MISSING: " + "x" * 5000)
    assert 0 < len(reading.missing) <= LONGEST_LACK


HOSTILE = {
    "lines": "\n" * 1_000_000,
    "words": "MISSING " * 100_000,
    "lack": "MISSING:" + "x" * 1_000_000,
    "sentences": ". " * 500_000,
    "spaces": " " * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_megabyte_takes_linear_time(name: str) -> None:
    begun = time.process_time()
    read_outcome(HOSTILE[name])
    reader = OutcomeReader()
    for start in range(0, 200_000, 2):
        reader.feed(HOSTILE[name][start : start + 2])
    assert time.process_time() - begun < 10

"""A reply comes apart into text, marks and citations, however the stream was cut."""

import time
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.outcome import Reading
from rag.reply import ReplyBuilder
from rag.sentences import split_sentences
from rag.types import (
    Citation,
    Document,
    Mark,
    MarkAdded,
    Rejected,
    Sentence,
    Source,
    TextAdded,
)
from tests.small import TALKS

BODY = TALKS.split("---\n", 2)[2]
SENTENCES = tuple(split_sentences(Document("talks.md", "Cairo talks close", BODY)))
# of the document's five sentences the third was not offered: A2 and A3 are no neighbours
SOURCES = (
    Source("A", "talks.md", "Cairo talks close", None, (*SENTENCES[:2], *SENTENCES[3:])),
    Source("B", "other.md", "Other", None, (Sentence("other.md", 0, 0, 5, "Fine."),)),
)


def cite(number: int, run: Sequence[Sentence]) -> Citation:
    start, end = run[0].start, run[-1].end
    names = tuple(sentence.id for sentence in run)
    source = next(one for one in SOURCES if one.document_id == run[0].document_id)
    text = BODY[start:end] if source.letter == "A" else "Fine."
    return Citation(number, source.document_id, source.title, None, names, start, end, text)


def build(pieces: Iterable[str]) -> tuple[ReplyBuilder, list[TextAdded | MarkAdded]]:
    builder = ReplyBuilder(SOURCES, cite)
    events = [event for piece in pieces for event in builder.feed(piece)]
    return builder, [*events, *builder.close()]


Seen = tuple[str, list[Mark], Sequence[Citation], list[Rejected], Reading]


def seen(pieces: Iterable[str]) -> Seen:
    builder, _ = build(pieces)
    return builder.text, builder.marks, builder.citations, builder.rejected, builder.reading


def in_pieces_of(size: int, reply: str) -> list[str]:
    return [reply[start : start + size] for start in range(0, len(reply), size)]


def test_a_marker_goes_with_the_space_before_it() -> None:
    builder, _ = build(["The round closed [A1]. Egypt mediated [A2]."])
    assert builder.text == "The round closed. Egypt mediated."
    assert builder.marks == [Mark(16, 1), Mark(32, 2)]


def test_footnotes_are_numbered_by_first_appearance_and_used_again() -> None:
    builder, _ = build(["Fine [B1]. It closed [A1]. Fine indeed [B1]. Closed [A1]."])
    assert [mark.citation for mark in builder.marks] == [1, 2, 1, 2]
    assert [citation.document for citation in builder.citations] == ["other.md", "talks.md"]
    assert [citation.number for citation in builder.citations] == [1, 2]


def test_neighbours_in_a_range_are_one_citation() -> None:
    builder, _ = build(["It closed with mediators [A1-2]."])
    (citation,) = builder.citations
    assert citation.sentence_ids == ("talks.md#0", "talks.md#1")
    assert citation.text == BODY[SENTENCES[0].start : SENTENCES[1].end]


def test_a_range_over_a_gap_becomes_a_citation_for_each_run() -> None:
    builder, _ = build(["All of it [A1-4]."])
    assert [citation.sentence_ids for citation in builder.citations] == [
        ("talks.md#0", "talks.md#1"),
        ("talks.md#3", "talks.md#4"),
    ]
    assert builder.marks == [Mark(9, 1), Mark(9, 2)]


def test_the_same_mark_twice_in_one_place_is_one() -> None:
    builder, events = build(["It closed [A1][A1, A1] [A1]."])
    assert builder.marks == [Mark(9, 1)]
    assert len([event for event in events if isinstance(event, MarkAdded)]) == 1


REJECTED = [
    pytest.param("[Z9]", "There is no document Z", id="unknown document"),
    pytest.param("[A9]", "sentences 1 to 4 only", id="unknown sentence"),
    pytest.param("[A0]", "numbered from 1", id="number zero"),
    pytest.param("[A3-1]", "backwards", id="backwards"),
    pytest.param("[A1-B1]", "within one document", id="across documents"),
    pytest.param("[A4-5]", "sentences 1 to 4 only", id="half of a range"),
]


@pytest.mark.parametrize(("marker", "reason"), REJECTED)
def test_a_marker_that_names_nothing_is_recorded_and_leaves_no_mark(
    marker: str, reason: str
) -> None:
    builder, _ = build([f"It closed {marker} on Sunday."])
    assert builder.text == "It closed on Sunday."
    assert (builder.marks, builder.citations) == ([], [])
    assert [one.marker for one in builder.rejected] == [marker]
    assert reason in builder.rejected[0].reason


def test_of_a_marker_with_one_bad_id_the_good_one_stands() -> None:
    builder, _ = build(["It closed [A1, Z9]."])
    assert [citation.sentence_ids for citation in builder.citations] == [("talks.md#0",)]
    assert [one.marker for one in builder.rejected] == ["[A1, Z9]"]


SPACED = [
    pytest.param("It [A1] closed.", "It closed.", id="between words"),
    pytest.param("It[A1]closed.", "It closed.", id="with no space at all"),
    pytest.param("It [Z9]closed.", "It closed.", id="a bad one before a word"),
    pytest.param("[A1] It closed.", "It closed.", id="at the very beginning"),
    pytest.param("[Z9]It closed.", "It closed.", id="a bad one at the beginning"),
    pytest.param("It closed.[A1] Fine.", "It closed. Fine.", id="after the full stop"),
    pytest.param("It closed [A1].\n\nFine.", "It closed.\n\nFine.", id="before an empty line"),
    pytest.param("It closed.  \nFine [B1].", "It closed.  \nFine.", id="spaces that break a line"),
    pytest.param("It closed  [A1] [A2] .", "It closed .", id="several spaces"),
    pytest.param(" \n It closed.\n\n ", "It closed.", id="white space around it all"),
]


@pytest.mark.parametrize(("reply", "text"), SPACED)
def test_words_stay_apart_and_nothing_else_changes(reply: str, text: str) -> None:
    assert build([reply])[0].text == text


@pytest.mark.parametrize(
    "reply",
    ["It closed.\n[A1]", "It closed.\n\n[A1]\n[A1]\n", "[A1]", "It closed.\n[A1] \n[A2]\n"],
)
def test_marks_stand_inside_the_text_and_once_in_a_place(reply: str) -> None:
    builder, _ = build([reply])
    assert all(0 <= mark.offset <= len(builder.text) for mark in builder.marks)
    assert len(set(builder.marks)) == len(builder.marks) == len(builder.citations)


PLACES = [
    pytest.param("The round closed [A1]. Egypt mediated [A2].", id="before the full stop"),
    pytest.param("The round closed.[A1] Egypt mediated. [A2]", id="after the full stop"),
    pytest.param("- The round closed [A1]\n- Egypt mediated [A2][B1]\n", id="in a list"),
    pytest.param("It is **closed** [A1–A2], `A[A1]`, [A1](x) and [2019].", id="beside Markdown"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("reply", PLACES)
def test_a_marker_in_pieces_is_the_same_marker(reply: str, size: int) -> None:
    assert seen(in_pieces_of(size, reply)) == seen([reply])


FRAGMENTS = [
    *["[A1]", "[A2-4]", "[B1]", "[Z9]", "【A3】", "[A1, B1]", "[", "A", "1", "]"],
    *["It closed", " on Sunday", ".", " ", "  ", "\n", "\n\n", "- ", "`", "ß", "🙂", "(", "\\"],
    *["NOT IN THE DOCUMENTS", "MISSING: ", "the date"],
]


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=16), st.data())
def test_the_cutting_changes_nothing(fragments: list[str], data: st.DataObject) -> None:
    reply = "".join(fragments)
    cuts = data.draw(st.lists(st.integers(0, len(reply)), max_size=8).map(sorted))
    pieces = [reply[start:end] for start, end in pairwise([0, *cuts, len(reply)])]
    assert seen(pieces) == seen([reply]) == seen(list(reply))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=16))
def test_the_events_make_the_text_and_its_marks(fragments: list[str]) -> None:
    builder, events = build(list("".join(fragments)))
    shown = ""
    marks = []
    for event in events:
        if isinstance(event, TextAdded):
            shown += event.text
        else:
            marks.append((len(shown), event.citation.number))
    assert shown.rstrip() == builder.text
    inside = [(min(offset, len(builder.text)), number) for offset, number in marks]
    assert list(dict.fromkeys(inside)) == [(mark.offset, mark.citation) for mark in builder.marks]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("words", ["NOT IN THE DOCUMENTS", "It closed.\nMISSING: the date"])
def test_the_words_of_the_outcome_never_flash(words: str, size: int) -> None:
    _, events = build(in_pieces_of(size, words))
    shown = "".join(event.text for event in events if isinstance(event, TextAdded))
    assert shown.strip() in ("", "It closed.")


@pytest.mark.parametrize("unit", ["It closed.[A1] ", "a", "a" + " " * 50_000, "[A1][Z9]"])
def test_a_hostile_reply_is_collected_in_linear_time(unit: str) -> None:
    begun = time.process_time()
    build(in_pieces_of(4, unit * (300_000 // len(unit))))
    assert time.process_time() - begun < 15  # about two seconds; minutes if it were quadratic

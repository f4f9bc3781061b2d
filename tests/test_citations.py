"""A reply is text and markers, whatever way the stream was cut."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.citations import (
    HOLD_BACK,
    Marker,
    MarkerParser,
    Reference,
    flaw,
    loose_references,
    neutralise,
    parse,
)

MARKERS = [
    pytest.param("[A3]", [("A", 3, 3)], id="one sentence"),
    pytest.param("[A3-5]", [("A", 3, 5)], id="a range"),
    pytest.param("[A3–A5]", [("A", 3, 5)], id="a range with both letters"),
    pytest.param("[A3 — 5]", [("A", 3, 5)], id="a range with spaces"),
    pytest.param("[A3, B7]", [("A", 3, 3), ("B", 7, 7)], id="comma"),
    pytest.param("[A3; B7]", [("A", 3, 3), ("B", 7, 7)], id="semicolon"),
    pytest.param("[A3 B7]", [("A", 3, 3), ("B", 7, 7)], id="space"),
    pytest.param("[A3, 5]", [("A", 3, 3), ("A", 5, 5)], id="the letter is said once"),
    pytest.param("[A1-2,C4,6-7]", [("A", 1, 2), ("C", 4, 4), ("C", 6, 7)], id="a list of ranges"),
    pytest.param("【A3】", [("A", 3, 3)], id="lenticular brackets"),
    pytest.param("【A3†L1-L3】", [("A", 3, 3)], id="lenticular brackets with a note"),
    pytest.param("［A3］", [("A", 3, 3)], id="full-width brackets"),
    pytest.param("[ A3 ]", [("A", 3, 3)], id="inner spaces"),
    pytest.param("[AB1234]", [("AB", 1234, 1234)], id="two letters, four digits"),
    pytest.param("[A5-3]", [("A", 5, 3)], id="backwards"),
    pytest.param("[A3-B5]", [("A-B", 3, 5)], id="across documents"),
]
PROSE = [
    "[2019]",
    "arr[0]",
    "[text](url)",
    "[^1]",
    "- [ ] task",
    "- [x] task",
    "[a3]",
    "[A]",
    "[ABC3]",
    "[A12345]",
    "[A3B7]",
    "[A3\n]",
    "[A3",
    "A3]",
    "[A3](https://example.org)",
    r"\[A3]",
    "`[A3]`",
    "`row[A3] + 1`",
    "``one ` tick [A3]``",
    "`row[A3]" + " + row" * 20 + "`",
    "`row[A3] + `` + row`",
    "```\nrow[A3]\n```",
    "~~~ python\nrow[A3]\n~~~",
    "````\n```\n[A3]\n````",
    "- ```\n  [A3]\n  ```",
    "> ```\n> [A3]\n> ```",
    "```\nnever closed [A3]",
    "[" + ", ".join(f"A{n}" for n in range(1, 40)) + "]",
]
IN_PLACE = [
    pytest.param("[A3] The talks began.", "[A3]", id="at the start"),
    pytest.param("The talks began [A3].", "[A3]", id="before the full stop"),
    pytest.param("The talks began.[A3]", "[A3]", id="after the full stop, at the end"),
    pytest.param("It was **in Cairo [A3]**.", "[A3]", id="in bold"),
    pytest.param("- Egypt\n- Qatar [A3]\n", "[A3]", id="in a list"),
    pytest.param("| who | where |\n|---|---|\n| Egypt | Cairo [A3] |", "[A3]", id="in a table"),
    pytest.param("the talks[A3].", "[A3]", id="glued to a word"),
    pytest.param("the talks [A3] (in Cairo)", "[A3]", id="before a bracketed remark"),
    pytest.param("the talks 【A3】(in Cairo)", "【A3】", id="no link in lenticular brackets"),
    pytest.param("a lone ` tick, then [A3].", "[A3]", id="after a backtick that never closes"),
    pytest.param("`code` and [A3] and `code`", "[A3]", id="between two code spans"),
    pytest.param("`row[A3]` and [B7] and `code`", "[B7]", id="after a code span with a marker"),
    pytest.param(r"`C:\` [A3] `code`", "[A3]", id="a backslash escapes nothing in code"),
    pytest.param("` [A3] ``", "[A3]", id="a longer run closes nothing"),
    pytest.param("a ` tick\n[A3] `", "[A3]", id="a code span ends with its line"),
    pytest.param("``` in a line [A3] ``", "[A3]", id="runs of another length close nothing"),
    pytest.param("a ` tick [A3]" + " far" * 50 + " `", "[A3]", id="a closing run too far away"),
    pytest.param("```\ncode\n```\n[A3]", "[A3]", id="after a fence"),
    pytest.param(r"a path C:\[B2] \\[A3]", "[A3]", id="after an escaped backslash"),
    pytest.param("[A[A3]", "[A3]", id="after an opening that came to nothing"),
]
PIECES = st.sampled_from(
    [
        *(
            "[A3]",
            "[A3-5]",
            "【B7】",
            "［C1］",
            "[A3](u)",
            "[",
            "]",
            "(",
            "A3",
            "A",
            "3",
            "†",
            ", ",
        ),
        *("`", "``", "```", "~~~", "\n", "\r\n", "\\", " ", "- ", "> ", "1. ", "The talks.", "é🙂"),
    ]
)
REPLIES = st.one_of(
    st.lists(PIECES, max_size=40).map("".join),
    st.text(max_size=60),
    st.text(alphabet="[]`A3,-\n~ (", max_size=300),
)


def cut(reply: str, sizes: list[int]) -> list[str]:
    pieces = []
    for size in sizes:
        pieces.append(reply[:size])
        reply = reply[size:]
    return [*pieces, *reply]


def stream(pieces: list[str]) -> list[str | Marker]:
    """Everything the parser returns, with neighbouring texts joined by hand."""
    parser = MarkerParser()
    parts = [part for piece in pieces for part in parser.feed(piece)] + parser.close()
    joined: list[str | Marker] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def written(parts: list[str | Marker]) -> str:
    return "".join(part.text if isinstance(part, Marker) else part for part in parts)


def markers(reply: str) -> list[str]:
    return [part.text for part in parse(reply) if isinstance(part, Marker)]


@pytest.mark.parametrize(("text", "references"), MARKERS)
def test_a_marker_names_sentences(text: str, references: list[tuple[str, int, int]]) -> None:
    assert parse(text) == [Marker(text, tuple(Reference(*one) for one in references))]


@pytest.mark.parametrize("text", PROSE)
def test_what_is_no_marker_is_left_alone(text: str) -> None:
    assert parse(text) == [text]


@pytest.mark.parametrize(("reply", "marker"), IN_PLACE)
def test_a_marker_is_found_wherever_it_stands(reply: str, marker: str) -> None:
    assert marker in markers(reply)
    assert written(parse(reply)) == reply


def test_markers_that_touch_are_two() -> None:
    assert markers("Both sides came.[A3][B7]") == ["[A3]", "[B7]"]


def test_a_reply_without_text_has_no_parts() -> None:
    assert parse("") == []


@given(REPLIES, st.lists(st.integers(0, 9), max_size=30))
@example("- `", [1, 1, 1])
@example("1. ```\n[A3]", [1, 1, 1, 1])
@example("`[A3]" + "x" * 127 + "``", [])
@example("[A3](u)", [4])
def test_the_result_does_not_depend_on_how_the_reply_was_cut(reply: str, sizes: list[int]) -> None:
    assert stream(cut(reply, sizes)) == parse(reply)
    assert stream(list(reply)) == parse(reply)


@given(REPLIES)
def test_every_character_comes_through(reply: str) -> None:
    assert written(parse(reply)) == reply


@given(REPLIES)
def test_little_is_held_back(reply: str) -> None:
    parser = MarkerParser()
    out = 0
    for taken, character in enumerate(reply, 1):
        out += len(written(parser.feed(character)))
        assert taken - out <= HOLD_BACK


def test_ordinary_text_is_passed_at_once() -> None:
    assert MarkerParser().feed("The talks began") == ["The talks began"]


def test_the_text_before_an_unfinished_marker_is_passed_at_once() -> None:
    assert MarkerParser().feed("The talks began [A") == ["The talks began "]


def test_text_in_code_is_passed_before_the_code_ends() -> None:
    assert MarkerParser().feed("Use `len(talks") == ["Use `len(talks"]


@pytest.mark.parametrize("hostile", ["[", "`", "[A3,", "`[A3]", "【A3†", "[A", "\\", "~", "` `` "])
def test_hostile_input_takes_linear_time(hostile: str) -> None:
    parser = MarkerParser()
    text = (hostile * 100_000)[:100_000]
    started = time.process_time()
    out = sum(len(written(parser.feed(character))) for character in text)
    assert len(text) - out <= HOLD_BACK
    assert len(written(parse(text * 10))) == 1_000_000
    assert time.process_time() - started < 30  # some two seconds; minutes if it were quadratic


@pytest.mark.parametrize(
    ("marker", "reason"),
    [
        ("[A3-B5]", "A range of sentences must stay within one document."),
        ("[A5-3]", "The range runs backwards, from 5 to 3."),
        ("[A0]", "Sentences are numbered from 1."),
        ("[A3-5]", ""),
    ],
)
def test_a_reference_that_cannot_be_meant_says_why(marker: str, reason: str) -> None:
    (part,) = parse(marker)
    assert isinstance(part, Marker)
    assert flaw(part.references[0]) == reason


@pytest.mark.parametrize("text", ["as said [A3].", "【A3†[B7]】", "[[A3]]", "[A3](url)", "`[A3]`"])
def test_source_text_cannot_cite(text: str) -> None:
    neutral = neutralise(text)
    assert neutral != text
    assert markers(neutral.replace("`", "")) == []


@given(REPLIES)
def test_neutral_text_has_no_marker_and_its_old_length(text: str) -> None:
    neutral = neutralise(text)
    assert len(neutral) == len(text)
    assert markers(neutral) == []
    assert neutralise(neutral) == neutral


@given(st.text(alphabet="abc .[]0123\n", max_size=80))
def test_neutralise_leaves_other_text_alone(text: str) -> None:
    assert neutralise(text) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Egypt came (A3).", "Egypt came."),
        ("Egypt came [Document A, sentence 3].", "Egypt came."),
        ("Egypt came (A3) (A4).", "Egypt came."),
        ("The vitamin (B12) helps.", "The vitamin (B12) helps."),
        ("The road (M1) is shut.", "The road (M1) is shut."),
        ("It is on paper (A9).", "It is on paper (A9)."),
        ("It is hepatitis (C).", "It is hepatitis (C)."),
    ],
)
def test_an_id_in_the_wrong_form_is_one_only_where_it_can_be_meant(text: str, rest: str) -> None:
    assert loose_references(text, lambda one: one.letter == "A" and one.first < 5)[0] == rest

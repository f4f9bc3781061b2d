"""The content of a message: every mark where it says, and nothing in it that does anything."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.api.completions import annotations_of
from rag.api.content import Content, content_of, written
from rag.api.sources import below
from rag.rendering.markdown import to_markdown
from rag.types import Act, Answer, Citation, Mark, Mode, Outcome, Repair, Verdict
from tests.small import CAIRO

HOSTILE = st.lists(
    st.sampled_from(
        [
            *"ab \n![]()<>:\\",
            "[1]",
            "[x](http://e.vil/a.png)",
            "<img src=x>",
            "![p]",
            "]: http://e.vil",
        ]
    ),
    max_size=12,
).map("".join)
PIECES = st.lists(st.tuples(HOSTILE, st.booleans()), max_size=6)
VIEWER = MarkdownIt("commonmark", {"html": True})


def told(pieces: Sequence[tuple[str, bool]]) -> tuple[Content, str]:
    """A text in pieces, some of them with a mark behind them."""
    content = Content()
    parts = [
        content.add(text) + (content.mark(number) if is_marked else "")
        for number, (text, is_marked) in enumerate(pieces, start=1)
    ]
    return content, "".join(parts) + content.rest()


def answer_of(text: str, marks: Sequence[Mark], **more: object) -> Answer:
    found = [Citation(n, "a.md", "A", None, (), 0, 1, "x") for n in {m.citation for m in marks}]
    values = {"citations": tuple(found), **more}
    return Answer("q", "q", Outcome.ANSWERED, Mode.MODEL, text, marks=tuple(marks), **values)  # type: ignore[arg-type]


def link(citation: Citation) -> str:
    return f"http://here/{citation.number}"


@given(pieces=PIECES)
def test_every_mark_stands_where_it_says(pieces: list[tuple[str, bool]]) -> None:
    content, text = told(pieces)
    assert [text[it.start : it.end] for it in content.marks] == [
        f"[{number}]" for number, (_, is_marked) in enumerate(pieces, start=1) if is_marked
    ]
    assert content.length == len(text)


@given(pieces=PIECES)
def test_nothing_is_a_link_an_image_or_a_tag(pieces: list[tuple[str, bool]]) -> None:
    _, text = told(pieces)
    shown = VIEWER.render(text)
    assert not re.search(r"<(a|img)[ >]", shown)


@given(text=HOSTILE, cuts=st.lists(st.integers(0, 40), max_size=5))
def test_how_it_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    ends = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [(text[a:b], False) for a, b in pairwise(ends)]
    assert told(pieces)[1] == told([(text, False)])[1]


def test_plain_text_stays_as_it_is() -> None:
    text = "It cost 5 < 6 dollars [sic], said A. Holm (she was there): yes.\n\n- one\n- two"
    assert told([(text, False)])[1] == text


def test_what_looks_like_a_mark_is_none() -> None:
    assert told([("See [3] there", False)])[1] == r"See \[3] there"


@pytest.mark.parametrize("behind", ["(http://e.vil)", ": http://e.vil"])
def test_what_stands_behind_a_mark_makes_no_link_of_it(behind: str) -> None:
    assert told([("So it is", True), (behind, False)])[1] == f"So it is[1]\\{behind}"


@given(text=HOSTILE, offsets=st.lists(st.integers(0, 60), max_size=4))
def test_an_offset_of_the_text_has_its_place(text: str, offsets: list[int]) -> None:
    marks = [Mark(min(at, len(text)), 1) for at in sorted(offsets)]
    content = Content()
    shown = written(content, text, marks)
    assert content.place(len(text)) == len(shown)
    assert content.place(0) <= content.place(len(text) // 2) <= len(shown)


def test_a_citation_that_was_repointed_in_sight_leads_to_the_new_one() -> None:
    content = Content()
    content.add("It rained")
    content.mark(1)
    gone = Citation(1, "b.md", "B", None, (), 0, 1, "x")
    repair = Repair(Act.REPOINTED, 0, (gone,), (2,), "Better.")
    answer = answer_of("It rained", [Mark(9, 2)], repairs=(repair,))
    (note,) = annotations_of(content, answer, link)
    assert note["url_citation"] == {
        "start_index": 9, "end_index": 12, "url": "http://here/2", "title": "A",
    }  # fmt: skip


def test_a_citation_that_was_added_since_stands_between_two_characters() -> None:
    content = Content()
    content.add("It [3] rained")
    content.mark(1)
    content.add(". It snowed.")
    content.rest()
    answer = answer_of("It [3] rained. It snowed.", [Mark(13, 1), Mark(24, 2)])
    notes = [note["url_citation"] for note in annotations_of(content, answer, link)]
    assert notes[1] == {"start_index": 28, "end_index": 28, "url": "http://here/2", "title": "A"}


def test_a_citation_that_was_left_out_since_is_no_annotation() -> None:
    content = Content()
    content.add("It rained")
    content.mark(1)
    assert annotations_of(content, answer_of("It rained", []), link) == []


def test_a_whole_answer_says_what_is_saved_of_it() -> None:
    answer = answer_of("It [3] rained. <b>It</b> snowed.", [Mark(13, 1), Mark(31, 1)])
    content, text = content_of(answer)
    assert to_markdown(answer).startswith(text)
    assert len(content.marks) == 2


def test_the_sources_quote_and_lead_there() -> None:
    answer = answer_of("So it is.", [], citations=(CAIRO,))
    list_ = below(answer, link, listed=True)
    assert list_.startswith("\n\n---\n\nAnswered from your documents.\n\n- [1] ✓ supported: “Three")
    assert "2024-08-26 (2024-08-26-cairo-talks.md) · [open](http://here/1) · Every name" in list_


def test_a_hostile_title_stays_a_title() -> None:
    hostile = Citation(
        1, "a](http://e.vil).md", "![x](http://e.vil) <img src=x>", None, (), 0, 1,
        "[3] <script>", Verdict.PARTLY, "[a](b)",
    )  # fmt: skip
    shown = VIEWER.render(below(answer_of("So.", [], citations=(hostile,)), link, listed=True))
    assert re.findall(r'<a href="([^"]*)"', shown) == ["http://here/1"]
    assert "<img" not in shown
    assert "<script" not in shown

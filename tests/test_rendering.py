"""What terminal, export and programs see of an answer."""

import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.rendering import notes, outcome_words, with_marks
from rag.rendering.json_form import text_hash, to_json
from rag.rendering.markdown import Streamed, footnotes, inert, literal, to_markdown
from rag.types import (
    Answer,
    Disagreement,
    DisagreementKind,
    Kind,
    Mark,
    Mode,
    Outcome,
    Rejected,
    Statement,
    Verdict,
)
from tests.small import CAIRO

UNDATED = replace(CAIRO, number=2, date=None, verdict=Verdict.UNSUPPORTED, reason="")
ANSWER = Answer(
    question="Who mediated them?",
    standalone_question="Who mediated the Cairo talks?",
    outcome=Outcome.ANSWERED,
    mode=Mode.MODEL,
    text="The US, Qatar and Egypt did. It was hot.",
    statements=(
        Statement(
            "The US, Qatar and Egypt did. ",
            Kind.CLAIM,
            0,
            29,
            Verdict.SUPPORTED,
            "All there.",
            (1,),
        ),
        Statement("It was hot.", Kind.CLAIM, 29, 40, Verdict.UNSUPPORTED, "No footnote."),
    ),
    marks=(Mark(28, 1),),
    citations=(CAIRO,),
    uncited=(UNDATED,),
    rejected=(Rejected("[Z9]", "no such sentence was offered."),),
    timings={"retrieval": 0.012},
    model="small-model",
)
QUOTED = Answer("q", "q", Outcome.ANSWERED, Mode.QUOTES, CAIRO.text, citations=(CAIRO,))
OTHER = replace(CAIRO, document="notes.md", title="Notes", date=None, text="Two of them did.")
DIFFERS = Disagreement(DisagreementKind.NUMBER, "One says Three, the other Two.", (CAIRO, OTHER))
NOT_FOUND = Answer("q", "q", Outcome.NOT_FOUND, Mode.MODEL, "", nearest=(UNDATED,))

HOSTILE = [
    "![x](http://far)",
    "![",
    "](",
    "[a]: http://far",
    "![a]",
    "[a]: far.png",
    "\\",
    "[1]",
    "`",
    "<img src=//far>",
    "<",
    "]",
    "(",
    "\n",
]
hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=4)).map("".join)


def test_json_has_the_keys_of_the_contract_in_their_order() -> None:
    assert list(to_json(ANSWER)) == [
        *("question", "standalone_question", "outcome", "missing", "mode", "incomplete"),
        *("statements", "citations", "nearest", "rejected", "timings", "model"),
        *("text", "marks", "uncited", "repairs", "disagreements"),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("question", "Who mediated them?"),
        ("standalone_question", "Who mediated the Cairo talks?"),
        ("outcome", "answered"),
        ("missing", ""),
        ("mode", "model"),
        ("incomplete", False),
        ("nearest", []),
        ("rejected", [{"marker": "[Z9]", "reason": "no such sentence was offered."}]),
        ("timings", {"retrieval": 0.012}),
        ("model", "small-model"),
        ("text", "The US, Qatar and Egypt did. It was hot."),
        ("marks", [{"offset": 28, "citation": 1}]),
    ],
)
def test_json_says_what_the_answer_says(key: str, value: object) -> None:
    assert json.loads(json.dumps(to_json(ANSWER)))[key] == value


def test_json_says_that_an_answer_was_cut() -> None:
    assert to_json(replace(ANSWER, incomplete=True))["incomplete"] is True


def test_json_shows_a_citation_whole() -> None:
    assert json.loads(json.dumps(to_json(ANSWER)))["citations"] == [
        {
            "number": 1,
            "document": "2024-08-26-cairo-talks.md",
            "title": "Cairo talks on Gaza end without a final agreement",
            "date": "2024-08-26",
            "sentence_ids": ["2024-08-26-cairo-talks.md#4"],
            "start": 350,
            "end": 428,
            "pages": [],
            "text": CAIRO.text,
            "hash": "4c327a839d1a048e",
            "verdict": "supported",
            "reason": "Every name is in the sentence.",
        }
    ]


def test_a_hash_is_of_the_text_in_utf_8() -> None:
    assert text_hash("Café 🙂") == hashlib.sha256("Café 🙂".encode()).hexdigest()[:16]
    assert len(text_hash("\ud800")) == 16  # half a character has none of its own


def test_json_shows_statements_with_verdict_and_citations() -> None:
    assert json.loads(json.dumps(to_json(ANSWER)))["statements"][0] == {
        "text": "The US, Qatar and Egypt did. ",
        "kind": "claim",
        "verdict": "supported",
        "citations": [1],
        "reason": "All there.",
        "start": 0,
        "end": 29,
    }


def test_json_shows_both_sides_of_a_disagreement_without_number_and_verdict() -> None:
    shown = json.loads(json.dumps(to_json(replace(ANSWER, disagreements=(DIFFERS,)))))
    (one,) = shown["disagreements"]
    assert (one["kind"], one["reason"]) == ("number", "One says Three, the other Two.")
    assert [side["date"] for side in one["sides"]] == ["2024-08-26", None]
    assert one["sides"][0] == {
        "document": "2024-08-26-cairo-talks.md",
        "title": "Cairo talks on Gaza end without a final agreement",
        "date": "2024-08-26",
        "sentence_ids": ["2024-08-26-cairo-talks.md#4"],
        "start": 350,
        "end": 428,
        "pages": [],
        "text": CAIRO.text,
        "hash": "4c327a839d1a048e",
    }


def test_json_date_of_an_undated_document_is_null() -> None:
    assert json.loads(json.dumps(to_json(ANSWER)))["uncited"][0]["date"] is None


def test_json_shows_the_nearest_sentences_like_citations() -> None:
    nearest = json.loads(json.dumps(to_json(NOT_FOUND)))["nearest"]
    assert [one["verdict"] for one in nearest] == ["unsupported"]


def test_markdown_puts_marks_in_the_text_and_footnotes_below() -> None:
    shown = to_markdown(replace(ANSWER, statements=(), rejected=()))
    assert shown == (  # a follow-up says what was searched for
        "The US, Qatar and Egypt did.[1] It was hot.\n"
        "\n"
        "Answered from your documents. Searched for: “Who mediated the Cairo talks?”\n"
        "\n"
        "[1] ✓ supported\n"
        "    “Three countries, the United States, Qatar and Egypt, mediated the Cairo talks.”\n"
        "    Cairo talks on Gaza end without a final agreement, 2024-08-26 "
        "(2024-08-26-cairo-talks.md)\n"
        "    Every name is in the sentence.\n"
    )


def test_markdown_says_below_the_answer_what_the_documents_say_otherwise() -> None:
    shown = to_markdown(replace(QUOTED, disagreements=(DIFFERS,)))
    assert (
        "no language model wrote this.\n"
        "\n"
        "Your documents do not say the same. One says Three, the other Two.\n"
        "- “Three countries, the United States, Qatar and Egypt, mediated the Cairo talks.”\n"
        "    Cairo talks on Gaza end without a final agreement, 2024-08-26 "
        "(2024-08-26-cairo-talks.md)\n"
        "- “Two of them did.”\n"
        "    Notes (notes.md)\n"
        "\n"
        "[1] ✓ supported\n"
    ) in shown


def test_markdown_of_nothing_found_shows_the_nearest_sentences() -> None:
    assert "Not in your documents.\n\nThe nearest sentences:\n\n- “Three" in to_markdown(NOT_FOUND)


def test_nothing_found_is_not_called_a_quotation() -> None:
    assert notes(replace(NOT_FOUND, mode=Mode.QUOTES)) == ()


def test_nothing_found_makes_no_claim_that_lacks_a_source() -> None:
    assert notes(replace(NOT_FOUND, statements=ANSWER.statements)) == ()


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.ANSWERED, "Answered from your documents."),
        (Outcome.PARTLY, "Partly answered from your documents."),
        (Outcome.NOT_FOUND, "Not in your documents."),
    ],
)
def test_outcome_is_said_in_plain_words(outcome: Outcome, words: str) -> None:
    assert outcome_words(replace(ANSWER, outcome=outcome)) == words


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        pytest.param(replace(NOT_FOUND, missing="the date"), "Missing: the date.", id="missing"),
        pytest.param(
            replace(NOT_FOUND, incomplete=True),
            "Incomplete: the reply was cut off before its end.",
            id="cut",
        ),
        pytest.param(QUOTED, "Quoted word for word; no language model wrote this.", id="quotes"),
        pytest.param(
            replace(ANSWER, statements=()),
            "Marker [Z9] was left out: no such sentence was offered.",
            id="rejected",
        ),
        pytest.param(
            replace(ANSWER, rejected=()), "No source is given for: “It was hot.”", id="unsourced"
        ),
    ],
)
def test_a_note_says_what_else_must_be_known(answer: Answer, note: str) -> None:
    assert notes(replace(answer, standalone_question=answer.question)) == (note,)
    assert note in footnotes(answer)


def test_marks_at_one_place_keep_their_order() -> None:
    assert with_marks("ab", [(1, "[2]"), (1, "[1]"), (0, "[3]")]) == "[3]a[2][1]b"


@pytest.mark.parametrize("offset", [-1, 99], ids=["before", "behind"])
def test_a_mark_outside_the_text_stands_at_its_end(offset: int) -> None:
    assert with_marks("ab", [(offset, "|")]) in {"|ab", "ab|"}


MARKED = {
    "plain": ("See [1].", "See \\[1]."),
    "already escaped": (r"See \[1].", r"See \[1]."),
    "an escaped backslash": (r"See \\[1].", r"See \\\[1]."),
    "a control character inside": ("See [\x001].", r"See \[1]."),
    "a backslash at the end": ("C:\\", "C:\\\\"),
    "a year": ("In [2019]", r"In \[2019]"),
    "no number": ("arr[i] and [x]", "arr[i] and [x]"),
}


@pytest.mark.parametrize(("text", "shown"), MARKED.values(), ids=MARKED)
def test_what_looks_like_a_footnote_in_the_words_is_shown_as_text(text: str, shown: str) -> None:
    assert literal(text) == shown


def test_a_quoted_sentence_cannot_bring_a_footnote_of_its_own() -> None:
    hostile = replace(CAIRO, text="It was so.[2] Very much.", title="All [3]", reason="as [4] says")
    differs = Disagreement(DisagreementKind.STATED, "as [5] says", (hostile,))
    shown = to_markdown(replace(ANSWER, citations=(hostile,), uncited=(), disagreements=(differs,)))
    assert not re.search(r"(?<!\\)\[[2-9]\]", shown)


@given(hostile_text, st.lists(st.integers(0, 60)))
def test_words_that_stream_in_are_shown_as_those_that_come_at_once(
    text: str, cuts: list[int]
) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    words = Streamed()
    shown = [words.add(text[a:b]) for a, b in pairwise(places)]
    assert "".join([*shown, words.rest()]) == literal(text)


@given(st.text())
def test_ordinary_words_are_not_touched_when_disarmed(text: str) -> None:
    ordinary = text.replace("]", "").replace("<", "")
    assert inert(ordinary) == ordinary


@given(hostile_text)
def test_exported_markdown_makes_a_viewer_load_and_follow_nothing(text: str) -> None:
    hostile = replace(CAIRO, text=text, title=text, reason=text)
    answer = replace(
        ANSWER,
        text=text,
        citations=(hostile,),
        missing=text,
        rejected=(Rejected(text, text),),
        disagreements=(Disagreement(DisagreementKind.NUMBER, text, (hostile, hostile)),),
    )
    seen = _Tags()
    seen.feed(MarkdownIt("commonmark", {"html": True}).render(to_markdown(answer)))
    assert not seen.tags & {"a", "img", "script"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.add(tag)

"""Questions to start with, made from what the documents say."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.starters import starter_questions
from rag.types import Document


def questions(*texts: str, limit: int = 4) -> list[str]:
    return starter_questions([Document(f"{n}.md", "T", t) for n, t in enumerate(texts)], limit)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Qatar and Egypt mediated the Cairo talks.", "Who mediated the Cairo talks?"),
        ("It was Jane Doe who founded the Red House.", "Who founded the Red House?"),
        ("So did David Barnea, the head of the Mossad.", "Who is David Barnea?"),
        ("Jane Doe said that it rained.", "What did Jane Doe say?"),
        ("The rain in Spain stays. We like Spain.", "What do the documents say about Spain?"),
    ],
)
def test_a_sentence_is_turned_into_a_question(text: str, question: str) -> None:
    assert question in questions(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Secretary of State Ann Ash said no.", ["What did Ann Ash say?"]),
        ("So President Ann Ash said no.", ["What did Ann Ash say?"]),
        ("The White House said that it rained.", []),
        ("What Israel said is unknown.", []),
    ],
)
def test_a_person_is_named_without_an_office_and_an_institution_is_none(
    text: str, asked: list[str]
) -> None:
    assert [one for one in questions(text) if "did" in one] == asked


def test_a_document_that_gives_a_better_question_comes_first() -> None:
    assert questions("Ann Ash said no.", "Acme founded the Home.")[0] == "Who founded the Home?"


def test_documents_and_kinds_take_turns() -> None:
    first = "Ann Ash said no. Bob Birch said yes. Acme founded the Home."
    second = "Cid Cox said so."
    assert questions(first, second, limit=3) == [
        "Who founded the Home?",
        "What did Cid Cox say?",
        "What did Ann Ash say?",
    ]


def test_a_question_is_offered_once() -> None:
    assert questions("Jane Doe said no.", "Jane Doe said yes.") == ["What did Jane Doe say?"]


def test_the_briefing_in_seeds_offers_the_question_about_the_mediators() -> None:
    seed = Path(__file__).parent.parent / "seeds" / "2024-08-26-cairo-talks.md"
    assert questions(seed.read_text(encoding="utf-8"))[0] == "Who mediated the Cairo talks?"


@given(st.lists(st.text()), st.integers(0, 5))
def test_no_more_are_offered_than_asked_for(texts: list[str], limit: int) -> None:
    assert len(questions(*texts, limit=limit)) <= limit


@given(st.text(), st.sampled_from(["$5", "![x](http://far)", ":red[x]", "<b>", "`", "_", "*"]))
def test_a_question_holds_nothing_that_a_label_would_interpret(text: str, hostile: str) -> None:
    sentences = [f"Ann {hostile}sh said so.", f"Acme founded the {hostile} Home.", text]
    for question in questions(" ".join(sentences)):
        assert re.fullmatch(r"[\w ,'’-]+\?", question)
        assert "_" not in question

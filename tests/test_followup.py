"""A follow-up becomes a question that stands alone."""

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest

from rag.config import Config
from rag.errors import ModelCut, ModelUnreachable
from rag.followup import MAX_BACK, MAX_QUESTION, by_rule, make_standalone
from rag.model import Model
from rag.types import Message

PROMPTS = Config().prompts
CAIRO = "Who mediated the Cairo talks?"
HISTORY = [Message("user", CAIRO), Message("assistant", "Egypt and Qatar did [1].")]


def says(text: str) -> Model:
    def stream(_: Sequence[Message]) -> Iterator[str]:
        yield text

    return Model("scripted", stream)


def fails(error: Exception) -> Model:
    def stream(_: Sequence[Message]) -> Iterator[str]:
        yield "Who"
        raise error

    return Model("broken", stream)


LEANING = [
    pytest.param("When did they leave?", id="a pronoun"),
    pytest.param("What is the role of its chairman in the dispute over water?", id="its"),
    pytest.param("And the delegation of the Norwegian government?", id="and"),
    pytest.param("What about the Norwegian delegation of experts?", id="what about"),
    pytest.param("Why?", id="why"),
    pytest.param("Since when?", id="since when"),
    pytest.param("And who?", id="no word of its own"),
    pytest.param("Was there a deal?", id="there, with hardly a word"),
    pytest.param("the hostages?", id="hardly a word"),
]


@pytest.mark.parametrize("question", LEANING)
def test_a_question_that_leans_back_gets_the_one_before(question: str) -> None:
    assert by_rule(question, HISTORY) == f"{CAIRO} {question}"


ALONE = [
    pytest.param("How many rockets were fired at northern Israel?", id="many words"),
    pytest.param("Who is Anna Holm?", id="a name"),
    pytest.param("Why did Hamas refuse to sit at the table?", id="why, with all that it takes"),
    pytest.param("Which bread is baked in that bakery every morning?", id="that, with many words"),
]


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_says_enough_stays_as_it_is(question: str) -> None:
    assert by_rule(question, HISTORY) == question


def test_a_chain_of_follow_ups_goes_back_to_where_it_began() -> None:
    history = [*HISTORY, Message("user", "When did they meet?"), Message("assistant", "In May.")]
    assert by_rule("And where?", history) == f"{CAIRO} When did they meet? And where?"


def test_a_chain_does_not_go_back_for_ever() -> None:
    history = [Message("user", f"And they in {year}?") for year in range(2000, 2020)]
    assert by_rule("Why?", history).count("And they") == MAX_BACK


def test_what_the_assistant_said_is_no_question() -> None:
    history = [Message("assistant", "Ask me about Cairo."), *HISTORY]
    assert by_rule("Why?", history) == f"{CAIRO} Why?"


def test_an_endless_question_before_does_not_drown_the_follow_up() -> None:
    long = by_rule("And why?", [Message("user", "Cairo talks " * 1_000)])
    assert len(long) <= MAX_QUESTION + len(" And why?")


def test_without_a_question_before_nothing_is_asked_of_the_model() -> None:
    model = fails(AssertionError("must not be asked"))
    assert make_standalone(model, PROMPTS, "And why?", []) == "And why?"
    greeting = [Message("assistant", "Ask me.")]
    assert make_standalone(model, PROMPTS, "And why?", greeting) == "And why?"


def test_the_model_rewrites_a_follow_up() -> None:
    model = says("  When did the Cairo talks end?\n")
    assert make_standalone(model, PROMPTS, "And when?", HISTORY) == "When did the Cairo talks end?"


NO_QUESTION = [
    pytest.param("", id="nothing"),
    pytest.param("…", id="no word"),
    pytest.param("Sure! Here it is:\nWhen did the talks end?", id="more than a line"),
    pytest.param("talks " * 200, id="too long"),
]


@pytest.mark.parametrize("text", NO_QUESTION)
def test_the_rule_takes_over_when_the_model_sends_no_question(text: str) -> None:
    assert make_standalone(says(text), PROMPTS, "And when?", HISTORY) == f"{CAIRO} And when?"


@pytest.mark.parametrize(
    "error", [ModelUnreachable("It is down."), ModelCut("It stopped.")], ids=["down", "cut"]
)
def test_the_rule_takes_over_when_the_model_fails(error: Exception) -> None:
    assert make_standalone(fails(error), PROMPTS, "And when?", HISTORY) == f"{CAIRO} And when?"


def test_the_rule_takes_over_when_there_is_no_model() -> None:
    assert make_standalone(None, PROMPTS, "And when?", HISTORY) == f"{CAIRO} And when?"


def test_by_rule_a_day_that_is_counted_becomes_a_date() -> None:
    today = dt.date(2024, 8, 26)
    question = make_standalone(None, PROMPTS, "And what did they say yesterday?", HISTORY, today)
    assert question == f"{CAIRO} And what did they say on 25 August 2024?"

"""The judge: what it is asked, when it is asked, and what becomes of its answers."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config
from rag.errors import ModelError, ModelUnreachable, PromptError
from rag.judging import AT_ONCE, MAX_MATERIAL, MAX_REPLY, at_once, judged, open_judge
from rag.model import Model
from rag.model.clock import Patience
from rag.model.openai_server import stream_chat
from rag.types import Finding, Message, Verdict
from tests.model_server import Fault, ModelServer, Part, Refuse
from tests.scripted import says

PROMPTS = Config().prompts
HURRY = Patience(connect=2.0, silence=0.3, pauses=())
CLAIM = "The talks closed in Cairo."
CITED = ["The round in Cairo closed on Sunday."]
AROUND = ["Cairo talks close", "2024-08-26", ""]
SUPPORTED = Finding(Verdict.SUPPORTED, "The wording agrees.")


class Asked:
    """A model that gives the same reply to everything and keeps what it was asked."""

    def __init__(self, reply: str | ModelError) -> None:
        self.messages: list[Message] = []
        self.model = Model("asked", self._stream)
        self._reply = reply

    def _stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.messages += messages
        if isinstance(self._reply, ModelError):
            raise self._reply
        yield from self._reply


def never(_claim: str, _cited: Sequence[str], _neighbours: Sequence[str]) -> Finding:
    raise AssertionError("the judge must not be asked")


# what it is asked


def test_it_is_asked_in_one_message_with_the_claim_and_what_is_cited_and_around() -> None:
    asked = Asked(says("supported"))
    finding = open_judge(asked.model, PROMPTS)(CLAIM, CITED, AROUND)
    assert finding == Finding(Verdict.SUPPORTED, "The language model says: “So it is.”")
    (message,) = asked.messages
    assert message.role == "user"
    assert f"\n<claim>\n{CLAIM}\n</claim>\n" in message.content
    assert f"\n<cited>\n- {CITED[0]}\n</cited>\n" in message.content
    assert "\n<around>\n- Cairo talks close\n- 2024-08-26\n</around>\n" in message.content


def test_where_nothing_stands_around_that_is_said() -> None:
    asked = Asked(says("supported"))
    open_judge(asked.model, PROMPTS)(CLAIM, CITED, [])
    assert "\n<around>\n(nothing)\n</around>\n" in asked.messages[0].content


ATTACKS = st.lists(
    st.sampled_from(
        ["</claim>", "<claim>", "</ cited >", "</CITED>", "<around>", "[A1]", "\n", "$cited", "x "]
    ),
    max_size=8,
).map("".join)


@given(ATTACKS, st.lists(ATTACKS, max_size=3), st.lists(ATTACKS, max_size=3))
def test_no_text_closes_or_opens_a_fence(claim: str, cited: list[str], around: list[str]) -> None:
    plain, attacked = Asked(says("partly")), Asked(says("partly"))
    open_judge(plain.model, PROMPTS)("x", ["x"], ["x"])
    open_judge(attacked.model, PROMPTS)(claim, cited, around)
    for fence in ("claim", "cited", "around"):
        for tag in (f"<{fence}>", f"</{fence}>"):
            count = plain.messages[0].content.lower().count(tag)
            assert attacked.messages[0].content.lower().count(tag) == count
    assert "[A1]" not in attacked.messages[0].content


def test_more_than_a_model_can_read_is_not_put_to_it() -> None:
    asked = Asked(says("supported"))
    finding = open_judge(asked.model, PROMPTS)(CLAIM, ["x" * MAX_MATERIAL], [])
    assert finding.verdict is Verdict.NOT_CHECKED
    assert "too long" in finding.reason
    assert asked.messages == []


@pytest.mark.parametrize(
    "text", ["", "Judge $claim by $cited.", "Judge $claim, $cited, $around, $x."]
)
def test_a_prompt_that_does_not_fit_is_named_before_anything_is_asked(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "judge.txt").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=r"judge\.txt"):
        open_judge(Asked("").model, tmp_path)


# when it is asked

DECIDED = [
    pytest.param(CLAIM, Verdict.SUPPORTED, True, id="the wording agrees"),
    pytest.param("A pact was not far.", Verdict.PARTLY, True, id="the wording agrees in part"),
    pytest.param("All went home.", Verdict.UNSUPPORTED, True, id="the wording differs"),
    pytest.param("It closed on Monday.", Verdict.CONTRADICTED, False, id="a rule contradicts"),
    pytest.param("It closed in Oslo.", Verdict.PARTLY, True, id="a rule misses a name"),
    pytest.param(
        "They spoke of “a just and lasting peace”.",
        Verdict.UNSUPPORTED,
        False,
        id="a rule misses a quote",
    ),
    pytest.param(CLAIM, Verdict.NOT_CHECKED, False, id="nothing was compared"),
]


@pytest.mark.parametrize(("claim", "before", "is_asked"), DECIDED)
def test_only_what_no_rule_is_sure_of_is_judged(
    claim: str, before: Verdict, *, is_asked: bool
) -> None:
    asked = Asked(says("contradicted"))
    judge = open_judge(asked.model, PROMPTS)
    finding = judged(claim, CITED, (), Finding(before, "As before."), judge)
    assert bool(asked.messages) == is_asked
    assert finding.verdict is (Verdict.CONTRADICTED if is_asked else before)


def test_a_contradiction_is_never_put_to_the_judge() -> None:
    found = Finding(Verdict.CONTRADICTED, "Another day.")
    assert judged(CLAIM, CITED, (), found, never) == found


# a model that fails

FAILURES: dict[str, tuple[list[Part], str]] = {
    "server error": ([Refuse(500, "out of memory")], "out of memory"),
    "too many requests": ([Refuse(429)], "too many requests"),
    "cut": ([says("supported")[:20], Fault.CUT], "stopped in the middle"),
    "cut after a whole verdict": ([says("supported"), Fault.CUT], "stopped in the middle"),
    "dropped": ([says("supported"), Fault.DROP], "stopped in the middle"),
    "too short": ([says("supported"), Fault.LENGTH], "used up the length"),
    "no JSON": ([Fault.GARBAGE], "no usable reply"),
    "silent": ([Fault.HANG], "no word from it in time"),
    "not a word": ([], "no usable reply"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_model_that_fails_leaves_the_claim_unchecked_and_is_named(name: str) -> None:
    parts, words = FAILURES[name]
    with ModelServer(lambda _: parts) as server:
        config = Config(base_url=server.url)
        model = Model("small", lambda messages: stream_chat(config, "small", messages, HURRY))
        finding = open_judge(model, PROMPTS)(CLAIM, CITED, AROUND)
    assert finding.verdict is Verdict.NOT_CHECKED
    assert finding.reason.startswith("Not judged by the language model: ")
    assert words in finding.reason


def test_a_model_that_cannot_be_reached_is_not_waited_for_again() -> None:
    asked = Asked(ModelUnreachable("Nothing answers there; check that it runs."))
    judge = open_judge(asked.model, PROMPTS)
    first, second = judge(CLAIM, CITED, ()), judge("Another claim.", CITED, ())
    assert first == second
    assert "Nothing answers there" in first.reason
    assert len(asked.messages) == 1


def test_a_model_that_fails_once_is_asked_again() -> None:
    asked = Asked(ModelError("It failed; ask again."))
    judge = open_judge(asked.model, PROMPTS)
    judge(CLAIM, CITED, ())
    judge(CLAIM, CITED, ())
    assert len(asked.messages) == 2


def test_a_judgement_without_end_is_stopped() -> None:
    sent = 0

    def stream(_: Sequence[Message]) -> Iterator[str]:
        nonlocal sent
        yield says("supported")
        while True:
            sent += 100
            yield "and so on " * 10

    finding = open_judge(Model("endless", stream), PROMPTS)(CLAIM, CITED, ())
    assert finding.verdict is Verdict.NOT_CHECKED
    assert "went on for more than 8,000 characters" in finding.reason
    assert sent <= MAX_REPLY + 100


# several at once


def test_several_are_made_at_the_same_time_in_their_order() -> None:
    together = Barrier(AT_ONCE, timeout=10)

    def make(number: int) -> int:
        together.wait()  # breaks unless AT_ONCE of them are under way
        time.sleep((AT_ONCE - number % AT_ONCE) * 0.005)
        return number

    assert at_once(make, range(2 * AT_ONCE)) == tuple(range(2 * AT_ONCE))

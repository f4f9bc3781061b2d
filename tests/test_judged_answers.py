"""An answer whose claims a judge looks at: what it changes, and what it cannot change."""

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Barrier

import pytest

from rag.answering import ask
from rag.errors import ModelBusy, ModelError, ModelUnreachable
from rag.ingest import ingest
from rag.libraries import Library
from rag.types import Answer, Outcome, Verdict
from tests.scripted import judging, says
from tests.small import small_library, write_folder

QUESTION = "Who acted as mediators in Cairo?"
MEDIATORS = "The United States, Qatar and Egypt acted as mediators"
SAME_WORDS = f"{MEDIATORS} {{acted as mediators}}."
OTHER_WORDS = "The attempts at a bargain continue {will try to close the gaps}."
WRONG_DAY = "The round in Cairo closed on Monday without an agreement {closed on Sunday}."
TWO_IDS = f"{MEDIATORS} in a round {{acted as mediators}}{{closed on Sunday}}."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The three small documents with the judge on; tests only ask."""
    folder = tmp_path_factory.mktemp("judged")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        library.config = replace(library.config, judge=True)
        yield library


class Judge:
    """Says the same of every claim and keeps the claims."""

    def __init__(self, reply: str | ModelError) -> None:
        self.reply = reply
        self.claims: list[str] = []

    def __call__(self, claim: str) -> Iterator[str]:
        self.claims.append(claim)
        if isinstance(self.reply, ModelError):
            raise self.reply
        yield self.reply


def answered(library: Library, script: str, judge: Judge) -> Answer:
    return ask(library, judging(script, judge), QUESTION)


def verdicts(answer: Answer) -> list[Verdict]:
    return [statement.verdict for statement in answer.statements]


def test_a_claim_in_the_same_words_can_be_rejected(library: Library) -> None:
    judge = Judge(says("contradicted", "They only offered to."))
    answer = answered(library, SAME_WORDS, judge)
    assert judge.claims == [f"{MEDIATORS}."]
    (statement,), (citation,) = answer.statements, answer.citations
    assert statement.verdict is citation.verdict is Verdict.CONTRADICTED
    assert statement.reason == "The language model says: “They only offered to.”"
    assert citation.reason == statement.reason
    assert answer.outcome is Outcome.NOT_FOUND


def test_a_claim_in_other_words_can_be_raised(library: Library) -> None:
    library.config = replace(library.config, judge=False)
    before = answered(library, OTHER_WORDS, Judge(""))
    library.config = replace(library.config, judge=True)
    after = answered(library, OTHER_WORDS, Judge(says("supported")))
    assert (verdicts(before), verdicts(after)) == ([Verdict.UNSUPPORTED], [Verdict.SUPPORTED])
    assert (before.outcome, after.outcome) == (Outcome.NOT_FOUND, Outcome.ANSWERED)


def test_what_a_rule_contradicts_stays_contradicted_and_is_not_asked(library: Library) -> None:
    judge = Judge(says("supported"))
    answer = answered(library, WRONG_DAY, judge)
    assert verdicts(answer) == [Verdict.CONTRADICTED]
    assert judge.claims == []


def test_nothing_else_is_asked_than_claims_with_citations(library: Library) -> None:
    judge = Judge(says("supported"))
    answered(library, f"There are two accounts. It rained. {SAME_WORDS} It snowed [Z9].", judge)
    assert judge.claims == [f"{MEDIATORS}."]


def test_a_judge_that_says_nothing_plain_makes_nothing_supported(library: Library) -> None:
    answer = answered(library, SAME_WORDS, Judge("I think so."))
    assert verdicts(answer) == [Verdict.NOT_CHECKED]
    assert "“I think so.”" in answer.statements[0].reason


@pytest.mark.parametrize("error", [ModelBusy, ModelUnreachable, ModelError])
def test_a_judge_that_fails_does_not_lose_the_answer(
    library: Library, error: type[ModelError]
) -> None:
    answer = answered(library, SAME_WORDS, Judge(error("The server burnt down; wait.")))
    assert (answer.text, answer.outcome) == (f"{MEDIATORS}.", Outcome.ANSWERED)
    assert verdicts(answer) == [Verdict.NOT_CHECKED]
    assert answer.citations[0].verdict is Verdict.NOT_CHECKED
    assert "The server burnt down; wait." in answer.statements[0].reason


@pytest.mark.parametrize("verdict", ["partly", "unsupported", "contradicted"])
def test_no_citation_of_several_carries_more_than_the_claim_has(
    library: Library, verdict: str
) -> None:
    judge = Judge(says(verdict))
    answer = answered(library, TWO_IDS, judge)
    assert len(judge.claims) == 1, "one request a claim"
    assert verdicts(answer) == [Verdict(verdict)]
    order = list(Verdict)  # from the best to the worst
    worst = order.index(Verdict(verdict))
    assert all(order.index(one.verdict) >= worst for one in answer.citations)


def test_claims_are_judged_at_once_and_keep_their_order(library: Library) -> None:
    together = Barrier(4, timeout=10)

    def judge(claim: str) -> Iterator[str]:
        together.wait()  # breaks unless all four are asked at the same time
        yield says("partly" if "David" in claim else "supported", claim)

    script = f"{SAME_WORDS} David Barnea took part {{took part}}. {SAME_WORDS} {SAME_WORDS}"
    answer = ask(library, judging(script, judge), QUESTION)
    said = [statement.verdict.value for statement in answer.statements]
    assert said == ["supported", "partly", "supported", "supported"]
    assert all(one.text.rstrip(".") in one.reason for one in answer.statements)


def test_judging_is_a_step_of_its_own(library: Library) -> None:
    def slow(_: str) -> Iterator[str]:
        time.sleep(0.1)
        yield says("supported")

    timings = ask(library, judging(SAME_WORDS, slow), QUESTION).timings
    steps = ["standalone", "retrieval", "first_word", "model", "checks", "judge", "total"]
    assert list(timings) == steps
    assert timings["judge"] >= 0.1
    assert timings["checks"] >= 0
    assert sum(timings.values()) == pytest.approx(2 * timings["total"])


def test_without_the_setting_nothing_is_judged(library: Library) -> None:
    judge = Judge(says("contradicted"))
    library.config = replace(library.config, judge=False)
    answer = answered(library, SAME_WORDS, judge)
    library.config = replace(library.config, judge=True)
    assert verdicts(answer) == [Verdict.SUPPORTED]
    assert judge.claims == []
    assert "judge" not in answer.timings


def test_without_a_model_nothing_is_judged(library: Library) -> None:
    answer = ask(library, None, QUESTION)
    assert {citation.verdict for citation in answer.citations} == {Verdict.SUPPORTED}
    assert "judge" not in answer.timings

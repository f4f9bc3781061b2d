"""Answers that are given whether or not anybody looks on, over real documents."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ModelUnreachable
from rag.model import Model
from rag.proceeding import begin
from rag.turns import Turn, kept_of, turns_of
from rag.types import Message, Verdict
from rag.ui.opening import LibraryEngine
from rag.underway import Answers, Underway
from tests.pages import small_engine
from tests.voice import WORDS, Voice, put
from tests.waiting import until

MEDIATORS = "Who acted as mediators in Cairo?"
BUNS = "What does the bakery sell on Fridays?"


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
def engine(tmp_path: Path, voice: Voice) -> Iterator[LibraryEngine]:
    """The small documents, and a model that is open already."""
    with small_engine(tmp_path) as opened:
        opened._library.config = replace(opened.config, base_url="http://127.0.0.1:9")
        opened._model = Model("voice", voice.stream)
        yield opened
        voice.speak(1_000)


@pytest.fixture
def answers(engine: LibraryEngine) -> Answers:
    return engine.answers


def kept(engine: LibraryEngine, name: str) -> list[Turn]:
    return turns_of(engine.conversations.turns(name))


def said(underway: Underway, word: str) -> Callable[[], bool]:
    return lambda: word in underway.turn.answer.text


# followed, or not


def test_an_answer_that_nobody_follows_is_finished_and_kept(
    engine: LibraryEngine, voice: Voice
) -> None:
    name, underway = put(engine, MEDIATORS)
    voice.speak()
    until(lambda: underway.is_over)
    (turn,) = kept(engine, name)
    assert turn.finished
    assert WORDS[-1].strip() in turn.answer.text
    assert turn.answer.citations[0].verdict is not Verdict.NOT_CHECKED


def test_whoever_comes_later_sees_it_as_far_as_it_is_and_to_its_end(
    engine: LibraryEngine, voice: Voice
) -> None:
    name, underway = put(engine, MEDIATORS)
    voice.speak(3)
    until(said(underway, "word2"))
    (found,) = engine.answers.line(name)
    states = found.states()
    assert "word2" in next(states).answer.text
    voice.speak()
    *_, last = states
    assert last.finished
    assert engine.answers.line(name) == ()


def test_the_evidence_is_there_before_the_first_word(engine: LibraryEngine) -> None:
    _, underway = put(engine, MEDIATORS)
    until(lambda: bool(underway.turn.sources))
    assert not underway.turn.answer.text or underway.turn.answer.text.startswith("The talks")


def test_a_fast_answer_is_followed_in_few_states(engine: LibraryEngine, voice: Voice) -> None:
    voice.speak()
    _, underway = put(engine, MEDIATORS)
    states = list(underway.states())
    assert states[-1].finished
    assert len(states) < 30  # and not one for every word


def test_what_was_followed_to_its_end_is_kept_already(engine: LibraryEngine, voice: Voice) -> None:
    voice.speak()
    name, underway = put(engine, MEDIATORS)
    *_, last = underway.states()
    assert [one.answer for one in kept(engine, name)] == [last.answer]


def test_a_model_that_cannot_be_had_costs_the_prose_only(engine: LibraryEngine) -> None:
    def fail(_: Sequence[Message]) -> Iterator[str]:
        raise ModelUnreachable("It is down.")
        yield ""

    engine._model = Model("down", fail)
    name, underway = put(engine, MEDIATORS)
    until(lambda: underway.is_over)
    (turn,) = kept(engine, name)
    assert (turn.error, turn.finished) == ("It is down.", True)
    assert "mediators" in turn.answer.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_is_one_sentence_and_the_next_question_is_asked(
    engine: LibraryEngine, voice: Voice
) -> None:
    def fail(_: Sequence[Message]) -> Iterator[str]:
        raise ZeroDivisionError
        yield ""

    engine._model = Model("broken", fail)
    name, underway = put(engine, MEDIATORS)
    until(lambda: underway.is_over)
    assert underway.turn.error.startswith("This answer broke off by a fault of the program")
    assert kept(engine, name)[0].error == underway.turn.error
    engine._model = Model("voice", voice.stream)
    voice.speak()
    _, following = put(engine, BUNS, name)
    until(lambda: following.is_over)
    assert following.turn.finished


# stopped


def test_a_stopped_answer_keeps_what_was_said_and_leaves_the_model(
    engine: LibraryEngine, answers: Answers, voice: Voice
) -> None:
    name, underway = put(engine, MEDIATORS)
    voice.speak(3)
    until(said(underway, "word2"))
    answers.stop(name, underway)
    assert underway.is_over
    (turn,) = kept(engine, name)
    assert (turn.stopped, turn.answer.incomplete) == (True, True)
    assert "word2" in turn.answer.text
    assert voice.is_left.wait(10)
    voice.speak()
    assert kept(engine, name) == [turn]


def test_an_answer_that_is_over_cannot_be_stopped(
    engine: LibraryEngine, answers: Answers, voice: Voice
) -> None:
    voice.speak()
    name, underway = put(engine, MEDIATORS)
    until(lambda: underway.is_over)
    answers.stop(name, underway)
    assert kept(engine, name)[0].finished


# one after the other


def test_a_second_question_waits_and_knows_what_was_said_before(
    engine: LibraryEngine, voice: Voice
) -> None:
    name, first = put(engine, MEDIATORS)
    _, second = put(engine, BUNS, name)
    assert engine.answers.line(name) == (first, second)
    assert second.turn.sources == ()
    voice.speak(2 * len(WORDS) + 100)
    until(lambda: second.is_over)
    turns = kept(engine, name)
    assert [one.question for one in turns] == [MEDIATORS, BUNS]
    assert all(one.finished for one in turns)
    assert [one.content for one in second.turn.history] == [MEDIATORS, first.turn.answer.text]


def test_what_waits_begins_when_the_one_before_is_stopped(
    engine: LibraryEngine, answers: Answers, voice: Voice
) -> None:
    name, first = put(engine, MEDIATORS)
    _, second = put(engine, BUNS, name)
    until(said(first, "mediated"))
    answers.stop(name, first)
    assert answers.line(name) == (second,)
    voice.speak(100)
    until(lambda: second.is_over)
    assert [(one.stopped, one.finished) for one in kept(engine, name)] == [
        (True, False),
        (False, True),
    ]


def test_two_conversations_are_answered_at_once(engine: LibraryEngine) -> None:
    _, one = put(engine, MEDIATORS)
    _, other = put(engine, BUNS)
    until(lambda: bool(one.turn.answer.text and other.turn.answer.text))
    assert not one.is_over
    assert not other.is_over


def test_nothing_is_answered_of_what_was_dropped(
    engine: LibraryEngine, answers: Answers, voice: Voice
) -> None:
    name, first = put(engine, MEDIATORS)
    _, second = put(engine, BUNS, name)
    until(said(first, "mediated"))
    answers.drop(name)
    assert answers.line(name) == ()
    assert first.is_over
    assert second.is_over
    assert len(voice.heard) == 1


# kept, or not


def test_an_answer_whose_conversation_was_deleted_says_so(
    engine: LibraryEngine, voice: Voice
) -> None:
    name, underway = put(engine, MEDIATORS)
    engine.conversations.delete(name)
    voice.speak()
    until(lambda: underway.is_over)
    assert underway.turn.finished
    assert underway.trouble.startswith("This conversation was deleted in the meantime")
    assert engine.conversations.entries() == []


def test_what_others_wrote_meanwhile_is_not_overlooked(engine: LibraryEngine, voice: Voice) -> None:
    name, underway = put(engine, MEDIATORS)
    engine.conversations.keep(kept_of(begin(engine, BUNS, [])), name)
    voice.speak()
    until(lambda: underway.is_over)
    assert underway.until is None
    assert len(kept(engine, name)) == 2


def test_an_answer_that_was_alone_knows_when_it_was_kept(
    engine: LibraryEngine, voice: Voice
) -> None:
    voice.speak()
    name, underway = put(engine, MEDIATORS)
    until(lambda: underway.is_over)
    entry = engine.conversations.conversation(name)
    assert entry is not None
    assert underway.until == entry.changed


def test_a_process_ends_without_waiting_for_an_answer(tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from rag.conversations import Conversations, new_id
from rag.types import Waiting
from rag.proceeding import begin
from rag.underway import Answers, Underway

class Home:
    has_model = True
    conversations = Conversations(Path(sys.argv[1]))
    def answer(self, question, history, scope):
        while True:
            time.sleep(0.05)
            yield Waiting(1.0)
    quotes = answer

home = Home()
underway = Underway(begin(home, "Who?", []))
Answers(home).ask("a", underway)
next(underway.states())
"""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=60)
    assert time.monotonic() - begun < 30

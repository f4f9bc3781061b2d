"""The chat and its conversations, run without a browser over a real library of small documents."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.conversations import Conversations
from rag.ingest import ingest
from rag.model import Model
from rag.proceeding import ask, begin
from rag.turns import kept_of, stopped, turns_of
from rag.ui import pieces
from rag.ui.chat import AT_ONCE
from rag.ui.engine import Engine
from rag.ui.opening import LibraryEngine
from rag.ui.page_pieces import label
from tests.pages import small_engine
from tests.small import TALKS, write_folder
from tests.voice import WORDS, Voice, put

MEDIATORS = "Who acted as mediators in Cairo?"
BUNS = "What does the bakery sell on Fridays?"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LibraryEngine]:
    with small_engine(tmp_path) as opened:
        yield opened


@pytest.fixture
def kept(engine: LibraryEngine) -> Conversations:
    return engine.conversations


def visit(engine: Engine, name: str = "") -> AppTest:
    """A tab, opened at the address of a conversation."""

    def script(engine: "Engine") -> None:
        from rag.ui.chat import chat_page

        chat_page(engine)

    app = AppTest.from_function(script, default_timeout=60, args=(engine,))
    if name:
        app.query_params["conversation"] = name
    return app.run()


def say(app: AppTest, question: str) -> AppTest:
    return app.chat_input[0].set_value(question).run()


def press(app: AppTest, button: str) -> AppTest:
    (found,) = [one for one in app.button if one.label == button]
    return found.click().run()


def html(app: AppTest) -> str:
    return "\n".join(piece.proto.body for piece in app.get("html"))


def questions(app: AppTest) -> list[str]:
    marker = '<p class="question">'
    return [part.split("</p>")[0] for part in html(app).split(marker)[1:]]


def name_of(app: AppTest) -> str:
    found = app.query_params["conversation"]  # a list once it was sent, a word once it was set
    return str(found if isinstance(found, str) else found[0])


def held(engine: LibraryEngine, *asked: str) -> str:
    """A conversation that was held before."""
    name = ""
    for question in asked:
        *_, last = ask(engine, question, [])
        name = engine.conversations.keep(kept_of(last), name).id
    return name


# kept and found again


def test_a_question_is_kept_and_named_in_the_address(engine: LibraryEngine) -> None:
    app = say(visit(engine), MEDIATORS)
    (turn,) = engine.conversations.turns(name_of(app))
    assert (turn.question, turn.finished) == (MEDIATORS, True)
    assert turn.sources


def test_another_tab_shows_it_as_it_was_and_goes_on(engine: LibraryEngine) -> None:
    app = say(visit(engine), MEDIATORS)
    other = visit(engine, name_of(app))
    answers = [part for part in html(app).split("<div") if part.startswith(' class="answer"')]
    assert answers
    assert answers[0] in html(other)
    say(other, BUNS)
    assert questions(other) == [MEDIATORS, BUNS]


def test_the_first_tab_is_in_step_before_it_asks(engine: LibraryEngine) -> None:
    app = say(visit(engine), MEDIATORS)
    say(visit(engine, name_of(app)), BUNS)
    say(app, "And who bakes?")
    assert questions(app) == [MEDIATORS, BUNS, "And who bakes?"]
    asked = [turn.question for turn in engine.conversations.turns(name_of(app))]
    assert asked == questions(app)


def test_the_conversation_goes_on_with_what_was_said_before(
    engine: LibraryEngine, kept: Conversations
) -> None:
    turns = turns_of(kept.turns(held(engine, MEDIATORS, BUNS)))
    assert [message.content for message in turns[1].history] == [MEDIATORS, turns[0].answer.text]


def test_an_unknown_conversation_is_said_as_text(engine: LibraryEngine) -> None:
    app = visit(engine, "<b>x</b>")
    assert "There is no conversation &lt;b&gt;x&lt;/b&gt;; was it deleted?" in html(app)
    say(app, MEDIATORS)
    assert "There is no conversation" not in html(app)


def test_a_conversation_deleted_elsewhere_is_said(engine: LibraryEngine) -> None:
    app = say(visit(engine), MEDIATORS)
    engine.conversations.delete(name_of(app))
    app.run()
    assert "This conversation was deleted." in html(app)
    assert "conversation" not in app.query_params
    assert not questions(app)


def test_what_cannot_be_kept_is_answered_all_the_same(
    engine: LibraryEngine, tmp_path: Path
) -> None:
    engine._conversations = Conversations(tmp_path / "gone")
    app = say(visit(engine), MEDIATORS)
    assert "Conversations cannot be kept (unable to open database file)." in html(app)
    assert 'class="mark supported"' in html(app)
    say(app, BUNS)
    assert questions(app) == [MEDIATORS, BUNS]


def test_what_could_not_be_kept_is_kept_once_there_is_room(
    engine: LibraryEngine, kept: Conversations, tmp_path: Path
) -> None:
    engine._conversations = Conversations(tmp_path / "later")
    app = say(visit(engine), MEDIATORS)
    (tmp_path / "later").mkdir()
    say(app, BUNS)
    assert "cannot be kept" not in html(app)
    asked = [turn.question for turn in engine.conversations.turns(name_of(app))]
    assert asked == [MEDIATORS, BUNS]
    assert kept.entries() == []


def test_a_source_that_has_changed_since_is_said(engine: LibraryEngine, tmp_path: Path) -> None:
    name = held(engine, MEDIATORS)
    assert "its sources have changed" not in html(visit(engine, name))
    text = TALKS.replace("acted as mediators", "acted as the mediators")
    ingest(engine._library, [write_folder(tmp_path / "documents", {"talks.md": text})])
    shown = html(visit(engine, name))
    assert "its sources have changed: of 2 cited sentences 1 changed." in shown
    assert "Since then: The document does not have this any more" in shown


# the list


def test_the_list_shows_the_newest_first_and_opens_them(engine: LibraryEngine) -> None:
    name = held(engine, MEDIATORS)
    held(engine, BUNS)
    app = visit(engine)
    assert [one.label for one in app.sidebar.button] == ["New conversation", BUNS, MEDIATORS]
    press(app, MEDIATORS)
    assert (name_of(app), questions(app)) == (name, [MEDIATORS])
    press(app, "New conversation")
    assert questions(app) == []
    assert "conversation" not in app.query_params


def test_the_list_is_searched_in_answers_too(engine: LibraryEngine) -> None:
    held(engine, MEDIATORS)
    held(engine, BUNS)
    app = visit(engine)
    app.sidebar.text_input[0].set_value("CARDAMOM").run()
    assert [one.label for one in app.sidebar.button] == ["New conversation", BUNS]
    app.sidebar.text_input[0].set_value("zebra").run()
    assert "No conversation has these words." in html(app)


def test_a_conversation_gets_another_title(engine: LibraryEngine, kept: Conversations) -> None:
    name = held(engine, MEDIATORS)
    app = visit(engine, name)
    title = next(one for one in app.text_input if one.label == "Title")
    title.set_value("The <b>talks").run()
    assert [one.title for one in kept.entries()] == ["The <b>talks"]
    assert '<p class="current-title" aria-current="page" title="The &lt;b&gt;talks">' in html(app)


def test_a_conversation_is_deleted_only_when_that_is_meant(
    engine: LibraryEngine, kept: Conversations
) -> None:
    app = visit(engine, held(engine, MEDIATORS))
    press(app, "Delete …")
    press(app, "Keep it")
    assert len(kept.entries()) == 1
    press(app, "Delete …")
    press(app, "Delete for good")
    assert kept.entries() == []
    assert questions(app) == []


def test_a_title_is_no_markdown_in_a_label() -> None:
    assert label("**a** :red[b] $5 <c>") == "\\*\\*a\\*\\* :\u2060red\\[b\\] \\$5 \\<c\\>"


def test_the_list_grows_at_a_click(engine: LibraryEngine) -> None:
    *_, last = ask(engine, MEDIATORS, [])
    for number in range(32):
        engine.conversations.keep(replace(kept_of(last), id=f"{number}"))
    app = visit(engine)
    assert len(app.sidebar.button) == 1 + 30 + 1
    press(app, "Show more")
    assert len(app.sidebar.button) == 1 + 32


# the last question once more


def test_the_last_question_is_asked_again_in_its_place(engine: LibraryEngine) -> None:
    app = visit(engine, held(engine, BUNS, MEDIATORS))
    (before,) = [one.id for one in engine.conversations.turns(name_of(app))][1:]
    press(app, "Ask again")
    assert questions(app) == [BUNS, MEDIATORS]
    turns = engine.conversations.turns(name_of(app))
    assert [one.question for one in turns] == [BUNS, MEDIATORS]
    assert turns[1].id != before


def test_the_last_question_is_edited(engine: LibraryEngine) -> None:
    app = visit(engine, held(engine, BUNS, "Who won?"))
    press(app, "Edit the question")
    assert app.text_area[0].value == "Who won?"
    app.text_area[0].set_value(MEDIATORS)
    press(app, "Ask")
    assert questions(app) == [BUNS, MEDIATORS]
    asked = [turn.question for turn in engine.conversations.turns(name_of(app))]
    assert asked == [BUNS, MEDIATORS]
    assert not app.text_area


def test_an_edit_is_given_up(engine: LibraryEngine) -> None:
    app = visit(engine, held(engine, MEDIATORS))
    press(app, "Edit the question")
    press(app, "Cancel")
    assert not app.text_area
    assert questions(app) == [MEDIATORS]


# answers that were never finished


def test_a_stopped_answer_says_so(engine: LibraryEngine) -> None:
    last = list(ask(engine, MEDIATORS, []))[-2]
    name = engine.conversations.keep(kept_of(stopped(last))).id
    shown = html(visit(engine, name))
    assert "<strong>Incomplete:</strong> you stopped this answer" in shown
    assert 'class="mark supported"' in shown  # a quotation is its own source


def test_what_is_over_is_not_stopped(engine: LibraryEngine) -> None:
    *_, last = ask(engine, MEDIATORS, [])
    assert stopped(last) is last


def test_a_question_whose_program_ended_can_be_asked_again(engine: LibraryEngine) -> None:
    name = engine.conversations.keep(kept_of(begin(engine, MEDIATORS, []))).id
    app = visit(engine, name)
    assert "the program ended before this answer was done" in html(app)
    press(app, "Ask again")
    assert 'class="mark supported"' in html(app)


# answers under way


@contextmanager
def speaking_soon(engine: LibraryEngine) -> Iterator[None]:
    """Give the engine a language model, which says its second word a second from now."""
    voice = Voice()
    engine._library.config = replace(engine.config, base_url="http://127.0.0.1:9")
    engine._model = Model("voice", voice.stream)
    timer = threading.Timer(1.0, voice.speak, (1_000,))
    timer.start()
    try:
        yield
    finally:
        timer.join()


def test_a_page_that_is_opened_meanwhile_follows_the_answer(engine: LibraryEngine) -> None:
    with speaking_soon(engine):
        name, underway = put(engine, MEDIATORS)
        shown = html(visit(engine, name))
    assert underway.is_over
    assert WORDS[-1].strip() in shown
    assert "Incomplete:" not in shown
    assert pieces.heading("Cited") in shown


def test_a_second_question_waits_and_both_are_answered(engine: LibraryEngine) -> None:
    name = held(engine, MEDIATORS)
    app = visit(engine, name)
    with speaking_soon(engine):
        put(engine, "And in Doha?", name)
        say(app, BUNS)
    assert questions(app) == [MEDIATORS, "And in Doha?", BUNS]
    turns = engine.conversations.turns(name)
    assert [one.question for one in turns] == questions(app)
    assert all(one.finished for one in turns)


def test_a_question_that_is_asked_again_while_another_is_answered_keeps_its_place(
    engine: LibraryEngine,
) -> None:
    name = held(engine, MEDIATORS)
    app = visit(engine, name)
    with speaking_soon(engine):
        put(engine, BUNS, name)
        press(app, "Ask again")
    assert questions(app) == [MEDIATORS, BUNS]
    assert all(one.finished for one in engine.conversations.turns(name))


def test_an_answer_that_was_taken_over_is_not_read_again(engine: LibraryEngine) -> None:
    app = say(visit(engine), MEDIATORS)
    before = app.session_state["current-conversation"]
    app.run()
    assert app.session_state["current-conversation"] is before
    assert before.turns[0].finished


# long conversations


def test_a_long_conversation_shows_its_end_first(engine: LibraryEngine) -> None:
    asked = [f"{MEDIATORS} {number}" for number in range(2 * AT_ONCE + 3)]
    app = visit(engine, held(engine, *asked))
    assert questions(app) == asked[AT_ONCE:]
    press(app, f"Show earlier ({AT_ONCE})")
    assert questions(app) == asked
    assert html(app).count('<section class="past">') == AT_ONCE

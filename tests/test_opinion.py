"""What a reader thinks of an answer is taken below it, kept at once, and can be changed."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.feedback import Feedback, Opinion, read_feedback
from rag.types import Message
from tests.test_app import MEDIATED, PaperEngine, asked, html

QUESTION = "Who mediated the talks?"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "feedback.jsonl"


@pytest.fixture
def engine(path: Path) -> PaperEngine:
    return PaperEngine(feedback_file=path)


def lines(path: Path) -> tuple[Feedback, ...]:
    return read_feedback(path).feedback


def said(path: Path) -> list[tuple[int | None, Opinion, str]]:
    return [(one.citation, one.opinion, one.reason) for one in lines(path)]


def thumb(app: AppTest, value: int | None, turn: int = 0) -> AppTest:
    return app.feedback[turn].set_value(value).run()


def test_nothing_is_kept_of_a_reader_who_says_nothing(engine: PaperEngine, path: Path) -> None:
    asked(engine, QUESTION)
    assert not path.parent.exists()


def test_a_thumb_is_kept_with_question_and_answer(engine: PaperEngine, path: Path) -> None:
    app = thumb(asked(engine, QUESTION), 1)
    (one,) = lines(path)
    assert (one.question, one.opinion, one.citation) == (QUESTION, Opinion.GOOD, None)
    assert one.answer["citations"][0]["text"] == MEDIATED.text
    assert f"Thank you, kept in <code>{path}</code>" in html(app)


def test_an_opinion_on_a_follow_up_has_what_was_said_before(
    engine: PaperEngine, path: Path
) -> None:
    app = asked(engine, QUESTION)
    app.chat_input[0].set_value("And where?").run()
    thumb(app, 0, turn=1)
    assert lines(path)[0].history == (
        Message("user", QUESTION),
        Message("assistant", MEDIATED.text),
    )


def test_a_reason_is_optional_and_belongs_to_the_thumb(engine: PaperEngine, path: Path) -> None:
    app = thumb(asked(engine, QUESTION), 0)
    app.text_input[0].set_value("Oman is missing").run()
    assert said(path) == [(None, Opinion.BAD, ""), (None, Opinion.BAD, "Oman is missing")]


def test_a_citation_can_be_complained_about(engine: PaperEngine, path: Path) -> None:
    app = asked(engine, QUESTION)
    app.pills[0].select(1).run()
    app.text_input[0].set_value("another round").run()
    assert said(path)[-1] == (1, Opinion.BAD, "another round")


def test_an_opinion_can_be_taken_back(engine: PaperEngine, path: Path) -> None:
    app = thumb(thumb(asked(engine, QUESTION), 1), None)
    assert [opinion for _, opinion, _ in said(path)] == [Opinion.GOOD, Opinion.WITHDRAWN]
    assert "Thank you" not in html(app)


def test_a_changed_opinion_is_on_the_same_case(engine: PaperEngine, path: Path) -> None:
    thumb(thumb(asked(engine, QUESTION), 1), 0)
    assert len({one.case for one in lines(path)}) == 1
    assert lines(path)[-1].opinion is Opinion.BAD


def test_an_opinion_survives_the_next_question_and_is_kept_once(
    engine: PaperEngine, path: Path
) -> None:
    app = thumb(asked(engine, QUESTION), 1)
    app.chat_input[0].set_value("And where?").run()
    assert app.feedback[0].value == 1
    assert len(lines(path)) == 1


def test_the_answer_is_not_asked_again(engine: PaperEngine) -> None:
    thumb(asked(engine, QUESTION), 1)
    assert len(engine.heard) == 1


def test_an_answer_without_citations_asks_about_none(engine: PaperEngine) -> None:
    app = asked(engine, "Who won?")
    assert len(app.feedback) == 1
    assert not app.pills


def test_an_opinion_that_cannot_be_kept_is_said_and_tried_again(
    engine: PaperEngine, path: Path
) -> None:
    path.parent.write_text("in the way")
    app = thumb(asked(engine, QUESTION), 1)
    assert "cannot be written" in html(app)
    assert MEDIATED.text in html(app)
    path.parent.unlink()
    app.run()
    assert said(path) == [(None, Opinion.GOOD, "")]
    assert "cannot be written" not in html(app)

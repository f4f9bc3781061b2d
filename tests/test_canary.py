"""A key is put into the settings and looked for wherever something is shown, told or written."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.config import Config, read_config
from rag.errors import ConfigError
from rag.rendering.checked_export import to_document
from rag.ui.chat import chat_page
from rag.ui.check import check_page
from rag.ui.evaluation.page import evaluation_page
from rag.ui.evaluation.runs import usual_golden
from rag.ui.opening import LibraryEngine
from tests.model_server import ModelServer, Part, Refuse
from tests.pages import everything, small_engine, visit_page, visit_state
from tests.test_page_evaluation import QUESTIONS, labels, pressed

CANARY = "sk-canary-31415926535897932384"
PASSWORD = "canary-password-2718281828"


def answer(messages: list[dict[str, str]]) -> list[Part]:
    assert messages
    return ["Anna Holm bakes it."]


def echo(messages: list[dict[str, str]]) -> list[Part]:
    """Refuse as a careless server does, with the key in its words."""
    assert messages
    return [Refuse(401, f"Incorrect API key provided: {CANARY}")]


@contextmanager
def serving(kind: str) -> Iterator[str]:
    """The address of a server that accepts, refuses, echoes the key, or is down."""
    said = echo if kind == "echo" else answer
    with ModelServer(said, key="other" * (kind == "refuse")) as server:
        if kind != "down":
            yield server.url
            return
    yield server.url


def with_password(url: str) -> str:
    return url.replace("http://", f"http://somebody:{PASSWORD}@")


def asked(engine: LibraryEngine) -> AppTest:
    app = visit_page(chat_page, engine)
    return app.chat_input[0].set_value("Who bakes rye bread?").run()


def checked(engine: LibraryEngine) -> AppTest:
    app = visit_page(check_page, engine)
    app.text_area(key="draft").set_value("Anna Holm bakes rye bread every morning.")
    return pressed(app, "Check")


def measured(engine: LibraryEngine) -> AppTest:
    usual_golden(engine.config).write_text(QUESTIONS, encoding="utf-8")
    app = pressed(visit_page(evaluation_page, engine), "Run the evaluation")
    while "Stop" in labels(app):
        time.sleep(0.2)
        app.run()
    return app


def looked_at(engine: LibraryEngine) -> AppTest:
    app = pressed(visit_state(lambda: engine), "Try the connection")
    return pressed(app, "Examine everything")


def is_silent(text: str) -> bool:
    return CANARY not in text and PASSWORD not in text


@pytest.mark.parametrize("kind", ["accept", "refuse", "echo", "down"])
def test_no_page_and_no_file_shows_the_key(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(kind) as url:
        config = Config(base_url=with_password(url), api_key=CANARY, embedding="openai:small")
        with small_engine(tmp_path, config) as engine:
            for visit in (asked, checked, looked_at, measured):
                app = visit(engine)
                assert not app.exception
                assert is_silent(everything(app)), visit.__name__
    for path in tmp_path.rglob("*"):
        if path.is_file():
            written = path.read_bytes()
            assert is_silent(written.decode("latin-1")), path
    assert is_silent(caplog.text + "".join(capfd.readouterr()))


def test_the_canary_would_be_found_if_it_were_shown(tmp_path: Path) -> None:
    with small_engine(tmp_path, Config(model=CANARY, api_key="x")) as engine:
        assert not is_silent(everything(visit_state(lambda: engine)))


def test_an_export_of_a_check_has_no_key(tmp_path: Path) -> None:
    with small_engine(tmp_path, Config(api_key=CANARY)) as engine:
        found = engine.check("Anna Holm bakes rye bread.", lambda *_: None)
        assert is_silent(to_document(found, dt.date(2026, 11, 25)))


def test_a_key_in_the_place_of_the_address_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as error:
        read_config({"OPENAI_BASE_URL": CANARY})
    assert is_silent(str(error.value))

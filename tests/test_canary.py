"""A key is put into the settings and looked for wherever something is shown, told or written."""

import datetime as dt
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.config import Config, read_config
from rag.conversations.export import json_text
from rag.conversations.export import to_document as conversation_document
from rag.doctor import Examined, examine
from rag.errors import ConfigError
from rag.libraries import Library
from rag.mishaps import guard_logs
from rag.proceeding import ask
from rag.rendering.checked_export import to_document
from rag.rendering.export import to_document as saved_document
from rag.turns import Turn, kept_of
from rag.ui.chat import chat_page
from rag.ui.check import check_page
from rag.ui.drawn import drawn
from rag.ui.evaluation.page import evaluation_page
from rag.ui.evaluation.runs import usual_golden
from rag.ui.opening import LibraryEngine
from tests.faults import FAULTS
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


QUICK = [name for name in FAULTS if not FAULTS[name].is_slow]
SLOW = [name for name in FAULTS if FAULTS[name].is_slow]


def kept(engine: LibraryEngine, turn: Turn) -> str:
    """A turn as it is kept, exported, and shown in the browser and in the terminal."""
    entry = engine.conversations.keep(kept_of(turn))
    conversation, turns = engine.conversations.read(entry.id)
    shown = drawn(turn, ()).whole(turn.question)
    exported = conversation_document(conversation.title, turns) + json_text(conversation, turns)
    return shown + exported + saved_document(turn.answer, dt.date(2026, 11, 26)) + repr(turn)


@pytest.fixture
def guarded() -> Iterator[None]:
    """The guard that the programs put over their logs."""
    factory = logging.getLogRecordFactory()
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    guard_logs({CANARY, PASSWORD})
    yield
    logging.setLogRecordFactory(factory)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(
    "names", [QUICK, pytest.param(SLOW, marks=pytest.mark.slow)], ids=["quick", "slow"]
)
def test_whatever_the_server_does_the_key_is_nowhere(
    names: list[str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every fault, with a key and a password: page, exports, doctor, logs, and all that is kept."""
    caplog.set_level(logging.DEBUG)
    with small_engine(tmp_path) as opened:
        for name in names:
            with FAULTS[name].serve() as url:
                config = replace(
                    opened.config, base_url=with_password(url), api_key=CANARY, deadline=2.0
                )
                library = Library(config, opened._library.embedding, opened._library.ledger, None)
                engine = LibraryEngine(library)
                *_, last = ask(engine, "Who bakes rye bread?", [])
                assert is_silent(kept(engine, last)), name
                assert is_silent(repr([one.text for one in _model(config)])), name
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert is_silent(path.read_bytes().decode("latin-1")), path
    assert is_silent(caplog.text + "".join(capfd.readouterr()))


def _model(config: Config) -> list[Examined]:
    """What the doctor says of a language model."""
    return [one for one in examine(config) if "model" in one.text]


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

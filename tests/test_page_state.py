"""Settings and state: what runs, what does not, and the lines that mend it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import FingerprintError
from rag.holdings import Holdings, IndexState
from rag.ui.opening import LibraryEngine
from rag.ui.remedies import KEY_LINE, present_lines
from tests.model_server import ModelServer
from tests.pages import small_engine, visit_state
from tests.test_app import PaperEngine, html


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryEngine]:
    with small_engine(tmp_path_factory.mktemp("state")) as engine:
        yield engine


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(key="right") as server:
        yield server


def with_model(config: Config) -> PaperEngine:
    return PaperEngine(config=config, has_model=True)


def tried(config: Config) -> tuple[str, list[str]]:
    """Press the button; returns what the page says, and the lines for .env that it shows."""
    app = visit_state(lambda: with_model(config))
    app.button[0].click().run()
    assert not app.exception
    return html(app), [piece.value for piece in app.code]


def test_what_is_indexed_and_how_is_said(engine: LibraryEngine) -> None:
    shown = html(visit_state(lambda: engine))
    assert "<dd>3, in 12 sentences</dd>" in shown
    assert "fresh · generation 1, 3 passages" in shown
    assert "words · the index was made as now" in shown


def test_an_engine_says_what_it_holds(engine: LibraryEngine) -> None:
    assert engine.holdings() == Holdings(3, 12, 3, IndexState.FRESH, 1, "words", is_made_with=True)


def test_where_things_lie_is_said(engine: LibraryEngine) -> None:
    shown = html(visit_state(lambda: engine))
    assert str(engine.config.data) in shown
    assert str(Path.cwd() / ".env") in shown


def test_without_documents_the_lines_for_a_folder_are_shown() -> None:
    app = visit_state(lambda: PaperEngine(held=()))
    assert "No documents yet" in html(app)
    assert app.code[0].value == "RAG_DOCUMENTS=/path/to/your/folder"


def test_without_a_model_the_lines_for_one_are_shown() -> None:
    app = visit_state(PaperEngine)
    assert "No language model: answers are quotations" in html(app)
    assert "OPENAI_BASE_URL=http://127.0.0.1:11434/v1" in app.code[0].value
    assert KEY_LINE in app.code[0].value


def test_no_server_is_asked_before_a_click(server: ModelServer) -> None:
    visit_state(lambda: with_model(Config(base_url=server.url)))
    assert server.requests == []


def test_a_server_that_answers_is_said_to(server: ModelServer) -> None:
    shown, _ = tried(Config(base_url=server.url, api_key="right", model="small"))
    assert "answers. The model is small, one of 2 that it lists;" in shown


def test_a_wrong_key_is_mended_by_a_line_with_a_placeholder(server: ModelServer) -> None:
    shown, lines = tried(Config(base_url=server.url, api_key="wrong"))
    assert "<h2>The key is refused</h2>" in shown
    assert lines[0] == KEY_LINE


def test_a_server_that_is_down_is_mended_by_its_address() -> None:
    with ModelServer() as server:
        config = Config(base_url=server.url)
    shown, lines = tried(config)
    assert "<h2>The server does not answer</h2>" in shown
    assert lines[0].startswith("OPENAI_BASE_URL=http")


def test_an_unknown_model_is_mended_by_its_name(server: ModelServer) -> None:
    shown, lines = tried(Config(base_url=server.url, api_key="right", model="huge"))
    assert "set RAG_MODEL to one it has: small, large." in shown
    assert lines[0].startswith("RAG_MODEL=")


def test_documents_that_cannot_be_opened_leave_the_page_there() -> None:
    def refuse() -> LibraryEngine:
        raise FingerprintError("Indexed with <another> embedding; run: rag rebuild")

    app = visit_state(refuse)
    assert "Indexed with &lt;another&gt; embedding; run: rag rebuild" in html(app)
    assert "Where it lies" in html(app)


def test_everything_is_examined_on_a_click(engine: LibraryEngine) -> None:
    app = visit_state(lambda: engine)
    assert "3 documents, 12 sentences indexed" not in html(app)
    app.button[-1].click().run()
    shown = html(app)
    assert "✓ well</span> 3 documents, 12 sentences indexed" in shown
    assert "the data folder is open in this program" in shown


def test_present_settings_are_shown_as_lines_without_the_key() -> None:
    config = Config(base_url="http://me:canary@127.0.0.1:9/v1", api_key="canary", model="small")
    lines = present_lines(replace(config, judge=True))
    assert lines == [
        "RAG_DATA=.rag",
        "RAG_DOCUMENTS=seeds",
        "RAG_EMBEDDING=minilm",
        "RAG_MODEL=small",
        "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
        "RAG_JUDGE=on",
        KEY_LINE,
    ]

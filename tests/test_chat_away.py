"""The chat says that a server is away, goes on with what was read, until it is back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Config
from rag.ingest import ingest
from rag.libraries import UNTIL_THEN
from rag.ui.opening import LibraryEngine
from tests.servers import Server, chroma, postgres, schema_of
from tests.test_page_chat import html, say, visit
from tests.test_servers_away import kept
from tests.test_sharing import QUESTION, few, shared
from tests.waiting import until

pytestmark = pytest.mark.servers
CHROMA = '<p class="notice " role="status">The Chroma server at http://127.0.0.1:'


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    with postgres() as ledger, chroma() as index:
        yield ledger, index


@pytest.fixture
def engine(servers: tuple[Server, Server], tmp_path: Path) -> Iterator[LibraryEngine]:
    """An engine that has been asked before."""
    ledger, index = servers
    url = schema_of(ledger.url, str(tmp_path))
    config = Config(tmp_path / "data", tmp_path / "all", ledger_url=url, chroma_url=index.url)
    with shared(few(config)) as library:
        ingest(library, [library.config.documents])
        library.snapshot()
        with kept(library):
            yield LibraryEngine(library)


def test_the_question_that_finds_chroma_away_says_so_and_is_answered(
    engine: LibraryEngine, servers: tuple[Server, Server]
) -> None:
    app = visit(engine)
    assert CHROMA not in html(app)
    servers[1].kill()
    say(app, QUESTION)
    assert CHROMA in html(app)
    servers[1].start()
    until(lambda: CHROMA not in html(app.run()))


def test_without_postgresql_the_page_stays_and_says_what_answers_rest_on(
    engine: LibraryEngine, servers: tuple[Server, Server]
) -> None:
    app = visit(engine)
    servers[0].kill()
    time.sleep(1.1)  # a snapshot that was looked after a moment ago needs no excuse
    say(app, QUESTION)
    assert UNTIL_THEN in html(app)
    assert "ferry number" in html(app)
    servers[0].start()
    until(lambda: UNTIL_THEN not in html(app.run()))

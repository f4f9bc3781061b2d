"""``/source``: a document with its cited sentences, as the server of the browser gives it."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.errors import LedgerError
from rag.types import Document
from rag.ui.engine import Engine
from rag.ui.reading import FormerAddresses, reading_routes
from rag.ui.safety import SafetyHeaders
from rag.ui.source import NO_SENTENCE
from tests.html_reading import read
from tests.test_app import CAIRO, PaperEngine

HOSTILE = "<img src=x onerror=alert(1)> \"'&"


def visitor(engine: Callable[[], Engine]) -> TestClient:
    """A client of the routes as ``app.py`` sets them up, beside a page that stands for the chat."""
    chat = Route("/", lambda _: PlainTextResponse("the chat"))
    middleware = [Middleware(SafetyHeaders), Middleware(FormerAddresses)]
    return TestClient(
        Starlette(routes=[*reading_routes(lambda _: engine()), chat], middleware=middleware)
    )


def paper(*documents: Document) -> TestClient:
    return visitor(lambda: PaperEngine(held=documents or (CAIRO,)))


def main_of(page: str) -> str:
    found = re.search(r"<main>(.*)</main>", page, re.DOTALL)
    assert found
    return found[1]


def test_a_source_is_the_whole_document_with_the_sentence_highlighted() -> None:
    page = paper().get("/source?doc=cairo.md&s=17-52")
    assert page.status_code == 200
    assert main_of(page.text) == (
        '<header class="source-title"><h1>Cairo talks &lt;b&gt;</h1>'
        '<p><time datetime="2024-08-26">2024-08-26</time> · cairo.md</p></header>'
        '<article class="source"><p>The talks ended. '
        '<mark id="s0">Qatar and Egypt mediated the talks.</mark></p></article>'
    )


def test_fellow_citations_are_highlighted_less_and_can_be_gone_to() -> None:
    page = paper().get("/source?doc=cairo.md&s=17-52,0-16").text
    assert '<mark id="s1" class="fellow">The talks ended.</mark>' in page
    assert 'Highlighted: <a href="#s0">1</a> <a href="#s1">2</a>' in page


def test_one_sentence_needs_no_ways_to_others() -> None:
    assert "Highlighted" not in paper().get("/source?doc=cairo.md&s=17-52").text


def test_an_address_without_a_sentence_shows_the_document() -> None:
    page = paper().get("/source?doc=cairo.md").text
    assert "Qatar and Egypt mediated the talks." in page
    assert "<mark" not in page
    assert NO_SENTENCE not in page


@pytest.mark.parametrize(
    "asked",
    [
        "x",
        "17",
        "52-17",
        "-1-5",
        "9999-99999",
        "9" * 5_000,
        "<b>",
        "%00",
        "1-2-3",
        ",17-52" * 9_000,
    ],
)
def test_an_absurd_sentence_is_said_in_one_sentence_above_the_document(asked: str) -> None:
    page = paper().get(f"/source?doc=cairo.md&s={asked}")
    assert page.status_code == 200
    assert (NO_SENTENCE in page.text) is ("17-52" not in asked)
    assert "mediated the talks." in page.text


@pytest.mark.parametrize(
    "name",
    ["gone.md", HOSTILE, "../../etc/passwd", "\x00", "\u202e", "%", "x" * 20_000, "a\nb", "\ud83d"],
)
def test_a_document_that_is_not_there_is_one_sentence(name: str) -> None:
    page = paper().get(f"/source?doc={quote(name, errors='surrogatepass')}")
    assert page.status_code == 404
    shown = read(main_of(page.text))
    assert shown.text.startswith("There is no document ")
    assert shown.text.endswith("; it may have been removed or renamed since.")
    assert shown.tags == ["p"]
    assert len(shown.text) < 300


@pytest.mark.parametrize("address", ["/source", "/source?doc=", "/source?s=1-2"])
def test_an_address_that_names_no_document_says_what_one_looks_like(address: str) -> None:
    page = paper().get(address)
    assert page.status_code == 404
    assert "This address names no document; one that does ends in source?doc=NAME." in page.text


def test_an_engine_that_cannot_be_opened_is_one_sentence() -> None:
    def refuse() -> Engine:
        raise LedgerError("The data folder <.rag> is full; make room.")

    page = visitor(refuse).get("/source?doc=cairo.md")
    assert page.status_code == 503
    assert read(main_of(page.text)).text == "The data folder <.rag> is full; make room."


def test_a_document_with_a_hostile_name_title_and_text_is_shown_as_text() -> None:
    hostile = Document(HOSTILE, HOSTILE, f"{HOSTILE} {HOSTILE}")
    page = paper(hostile).get(f"/source?doc={quote(HOSTILE)}&s=0-{len(HOSTILE)}")
    assert page.status_code == 200
    shown = read(main_of(page.text))
    assert shown.tags == ["header", "h1", "p", "article", "p", "mark"]
    assert shown.text.count(HOSTILE) == 4
    assert page.text.count("<img") == 0


def test_a_source_brings_the_headers_of_the_pages_and_is_kept_nowhere() -> None:
    headers = paper().get("/source?doc=cairo.md").headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "text/html; charset=utf-8"


def test_a_source_loads_only_files_that_are_served_beside_it() -> None:
    client = paper()
    page = client.get("/source?doc=cairo.md").text
    loaded = re.findall(r'(?:src|href)="(assets/[^"]+)"', page)
    assert len(loaded) == 5
    assert all(client.get(f"/{name}").status_code == 200 for name in loaded)
    assert page.count("stay.js") == 1
    assert not re.search(r"<script(?! src=\"assets/stay| type=\"module\" src=)", page)


def test_the_typefaces_of_a_source_are_those_of_the_chat() -> None:
    page = paper().get("/source?doc=cairo.md").text
    assert re.search(r'"Source Serif"[^}]*static/media/SourceSerif[^"]*woff2', page)
    assert re.search(r'"Source Sans"[^}]*static/media/SourceSans[^"]*woff2', page)


@pytest.mark.parametrize("path", ["/assets/../reading.py", "/assets/%2e%2e/reading.py", "/assets/"])
def test_nothing_but_the_assets_is_served(path: str) -> None:
    assert paper().get(path).status_code == 404


def test_the_former_address_of_a_source_leads_to_it() -> None:
    page = paper().get("/?doc=cairo.md&s=17-52")
    assert page.url.path == "/source"
    assert '<mark id="s0">Qatar and Egypt mediated the talks.</mark>' in page.text


def test_a_former_address_leads_to_this_server_only() -> None:
    moved = paper().get("/?doc=http://far.invalid/&s=//far", follow_redirects=False)
    assert moved.headers["location"] == "source?doc=http://far.invalid/&s=//far"


@pytest.mark.parametrize("address", ["/", "/?s=1-2", "/?docs=x"])
def test_every_other_address_is_the_chat(address: str) -> None:
    assert paper().get(address).text == "the chat"


def test_a_long_document_is_there_at_once() -> None:
    sentences = "".join(
        f"Sentence {n} is about bees, and about honey too.\n\n" for n in range(20_000)
    )
    spans = ",".join(f"{n * 40_000}-{n * 40_000 + 90}" for n in range(20))
    client = paper(Document("long.txt", "Long", sentences))
    page = client.get(f"/source?doc=long.txt&s={spans}")
    assert page.text.count("<p>") == 20_000 + 1
    assert page.elapsed.total_seconds() < 2

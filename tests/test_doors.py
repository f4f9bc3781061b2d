"""The doors: what is served to whom, and what is refused in one sentence."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from rag.ui.doorkeeper import Doorkeeper
from rag.ui.doors import Doors, fault_of_login, fault_of_request, is_local, refusal

HOME = Doors("127.0.0.1")
OPEN = Doors("0.0.0.0", is_open=True)
WITH_LOGIN = Doors("0.0.0.0", ("notes.example.org",), has_login=True)
HOST = "127.0.0.1:8501"

Sent = Mapping[str, Any]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", "192.168.1.7", "notes.example.org"])
def test_an_address_that_others_reach_is_refused_without_a_login(address: str) -> None:
    words = refusal(Doors(address))
    assert words.endswith(".")
    assert "docs/serving.md" in words
    assert "--without-login" in words
    assert refusal(Doors(address, has_login=True)) == ""
    assert refusal(Doors(address, is_open=True)) == ""


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost", "LocalHost"])
def test_an_address_of_this_machine_needs_no_login(address: str) -> None:
    assert refusal(Doors(address)) == ""


def test_a_name_for_others_needs_a_login_too() -> None:
    assert "notes.example.org" in refusal(Doors("127.0.0.1", ("notes.example.org",)))
    assert refusal(Doors("127.0.0.1", ("localhost",))) == ""


def test_an_unclear_address_is_not_of_this_machine() -> None:
    assert not any(
        map(is_local, ["127.0.0.1.example.org", "0", "localhost.example.org", "10.0.0.1"])
    )


LOGIN = {
    "redirect_uri": "https://notes.example.org/oauth2callback",
    "cookie_secret": "c" * 32,
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://far.example.org/.well-known/openid-configuration",
}


def test_a_login_is_whole_or_what_it_lacks_is_named() -> None:
    assert fault_of_login(LOGIN) == ""
    one = {name: LOGIN[name] for name in ("redirect_uri", "cookie_secret")}
    assert fault_of_login({**one, "own": {**LOGIN}}) == ""
    assert "client_id" in fault_of_login(one)
    assert "cookie_secret" in fault_of_login({**LOGIN, "cookie_secret": ""})
    assert "shorter than 32" in fault_of_login({**LOGIN, "cookie_secret": "guess me"})


@pytest.mark.parametrize(
    "host",
    [
        *("far.example.org", "far.example.org:8501", "127.0.0.1.far.example.org:8501"),
        *("localhost.far.example.org", "a@127.0.0.1:8501", "127.0.0.1:8501@far.example.org"),
        *("", " ", "127.0.0.1:8501/x", "127.0.0.1:x", "127.0.0.1:0", "[::1", "192.168.1.7:8501"),
    ],
)
def test_a_name_that_is_not_ours_gets_no_answer(host: str) -> None:
    """A page elsewhere can give itself a name that leads here, and would read everything."""
    assert "RAG_HOSTS" in fault_of_request(HOME, host, None, "127.0.0.1")


@pytest.mark.parametrize("host", [HOST, "localhost:8501", "[::1]:8501", "LOCALHOST", "127.0.0.1"])
def test_a_name_of_this_machine_is_answered(host: str) -> None:
    assert fault_of_request(HOME, host, None, "127.0.0.1") == ""


def test_a_machine_that_serves_others_knows_its_address_and_its_names() -> None:
    ask = partial(fault_of_request, WITH_LOGIN, origin=None, reached="192.168.1.7")
    assert ask("192.168.1.7:8501") == ask("notes.example.org") == ""
    assert ask("192.168.1.8:8501")
    assert ask("far.example.org")


def test_what_came_in_from_elsewhere_is_refused_whatever_was_configured() -> None:
    """As when another server than Streamlit's binds ``app:app`` to every address."""
    words = fault_of_request(HOME, "192.168.1.7:8501", None, "192.168.1.7")
    assert "192.168.1.7" in words
    assert fault_of_request(OPEN, "192.168.1.7:8501", None, "192.168.1.7") == ""


@pytest.mark.parametrize(
    "origin",
    [
        *("http://far.example.org", "http://127.0.0.1:9999", "http://localhost:8501", "null", ""),
        *("file://", "http://127.0.0.1:8501.far.example.org", "http://[", "ftp://127.0.0.1:8501"),
    ],
)
def test_another_page_is_not_answered(origin: str) -> None:
    assert "Another page" in fault_of_request(HOME, HOST, origin, "127.0.0.1")


def test_our_own_page_is_answered() -> None:
    assert fault_of_request(HOME, HOST, f"http://{HOST}", "127.0.0.1") == ""
    assert fault_of_request(WITH_LOGIN, "notes.example.org", "https://notes.example.org", "") == ""


def home(_: Request) -> PlainTextResponse:
    return PlainTextResponse("come in")


def asked(  # noqa: PLR0913 - a request has so many sides
    path: str,
    doors: Doors = HOME,
    *,
    kind: str = "http",
    host: str = HOST,
    cookie: str = "",
    may_read: Callable[[str], bool] = bool,
) -> list[Sent]:
    """What the doorkeeper, or the application behind it, answers."""
    sent: list[Sent] = []

    async def receive() -> Sent:
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request"}

    async def send(message: Sent) -> None:
        sent.append(message)

    application = Starlette(routes=[Route("/{rest:path}", home)])
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    scope = {"type": kind, "path": path, "headers": headers, "server": ("127.0.0.1", 8501)}
    scope |= {"method": "GET", "query_string": b"", "root_path": "", "scheme": kind}
    keeper = Doorkeeper(application, lambda: doors, may_read)
    asyncio.run(keeper(scope, receive, send))  # type: ignore[arg-type]
    return sent


def status(path: str, doors: Doors = HOME, **how: Any) -> int:
    found: int = asked(path, doors, **how)[0]["status"]
    return found


PRIVATE = [
    *("/source", "/report/one", "/media/a.md", "/_stcore/upload_file/a/b", "/source/", "//source"),
    *("/ask/source", "/static/../source", "/_stcore/bidi-components/x", "/component/x", "/else"),
]
PUBLIC = [
    *("/", "/ask", "/documents", "/state", "/assets/main.js", "/static/js/index.js"),
    *("/_stcore/health", "/documents/_stcore/host-config", "/auth/login", "/oauth2callback"),
]


@pytest.mark.parametrize("path", [one for one in PRIVATE if one != "/static/../source"])
def test_with_a_login_no_address_gives_anything_away_to_a_stranger(path: str) -> None:
    assert status(path, WITH_LOGIN) == 401
    assert status(path, WITH_LOGIN, cookie="signed") == 200
    assert status(path, HOME) == 200


@pytest.mark.parametrize("path", PUBLIC)
def test_with_a_login_the_way_in_is_there_for_everybody(path: str) -> None:
    assert status(path, WITH_LOGIN) == 200


@pytest.mark.parametrize("path", ["/_stcore/agent/mcp", "/_stcore/metrics", "/x/_stcore/agent/x"])
def test_what_nobody_needs_is_not_served(path: str) -> None:
    assert status(path) == status(path, WITH_LOGIN, cookie="signed") == 404


def test_a_stranger_is_told_in_one_sentence() -> None:
    start, body = asked("/source", host="far.example.org")
    assert start["status"] == 403
    assert body["body"].decode().endswith("put the name into RAG_HOSTS.")
    assert status("/source", host="") == 400


def test_a_socket_is_closed_before_it_opens() -> None:
    (closed,) = asked("/_stcore/stream", kind="websocket", host="far.example.org")
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)

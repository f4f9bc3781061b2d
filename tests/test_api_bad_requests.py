"""What cannot be answered is refused with a status and one sentence, in OpenAI's shape."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import Api, api_over, chat, message_of, user

PATH = "/v1/chat/completions"
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
BAD: dict[str, tuple[Any, int, str]] = {
    "an empty object": ({}, 400, "model: field required"),
    "a list": ([], 400, "no JSON object"),
    "a number": (7, 400, "no JSON object"),
    "no messages": ({"model": "footnote"}, 400, "messages: field required"),
    "an empty list of messages": ({"model": "footnote", "messages": []}, 400, "messages: list"),
    "messages that are text": ({"model": "footnote", "messages": "hi"}, 400, "messages: input"),
    "a message that is text": ({"model": "footnote", "messages": ["hi"]}, 400, "messages[0]"),
    "no role": ({"model": "footnote", "messages": [{"content": "x"}]}, 400, "messages[0].role"),
    "a number as content": (chat() | {"messages": [user(7)]}, 400, "messages[0].content"),
    "no user": (
        {"model": "footnote", "messages": [{"role": "system", "content": "Be kind."}]},
        400,
        "No message is the user's",
    ),
    "an empty question": (chat("  "), 400, "The question is empty"),
    "no content": (chat() | {"messages": [user(None)]}, 400, "The question is empty"),
    "half a character as question": (chat("\ud800"), 400, "no word to search for"),
    "a question of 2,001 characters": (chat("why " * 501), 400, "ask in 2,000 at most"),
    "too many messages": (chat() | {"messages": [user("x")] * 1_001}, 400, "messages: list"),
    "an unknown model": (chat() | {"model": "gpt-\ud8005"}, 404, "There is no model"),
    "a picture": (
        chat() | {"messages": [user([{"type": "text", "text": "What is it?"}, PICTURE])]},
        400,
        "Only text can be asked",
    ),
    "two answers": (chat(n=2), 400, "leave n out"),
    "an answer in JSON": (chat(response_format={"type": "json_object"}), 400, "response_format"),
    "a tool that has to be called": (chat(tool_choice="required"), 400, "No tools"),
    "stream as a word": (chat(stream="perhaps"), 400, "stream: input"),
    "a day that is none": (chat(footnote={"since": "yesterday"}), 400, "footnote.since"),
    "a document that is not there": (
        chat(footnote={"documents": ["nothing*"]}),
        400,
        "No document has the name",
    ),
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with api_over(tmp_path_factory.mktemp("api")) as api:
        yield api


def sent(api: Api, data: bytes, kind: str = "application/json", path: str = PATH) -> httpx.Response:
    return httpx.post(api.url + path, content=data, headers={"Content-Type": kind}, timeout=30)


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_a_sentence(api: Api, name: str) -> None:
    body, status, words = BAD[name]
    response = sent(api, json.dumps(body).encode())
    assert words in message_of(response)
    assert response.status_code == status


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"{", 400, id="half an object"),
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b'{"model": "\xff"}', 400, id="no UTF-8"),
        pytest.param(b"[" * 200_000, 400, id="nested deeply"),
        pytest.param(b'{"model": ' + b"9" * 5_000 + b"}", 400, id="a huge number"),
        pytest.param(b'"' + b"x" * 2_000_000 + b'"', 413, id="2 MB"),
    ],
)
@pytest.mark.parametrize("path", [PATH, "/ask", "/retrieve"])
def test_bytes_that_are_no_request(api: Api, path: str, data: bytes, status: int) -> None:
    response = sent(api, data, path=path)
    assert message_of(response)
    assert response.status_code == status


def test_a_body_that_does_not_say_how_long_it_is_may_not_be_longer(api: Api) -> None:
    pieces = (b"x" * 100_000 for _ in range(20))
    response = httpx.post(
        api.url + PATH, content=pieces, headers={"Content-Type": "application/json"}, timeout=30
    )
    assert response.status_code == 413
    assert "1 MB" in message_of(response)


def test_only_json_is_taken_so_that_no_other_site_can_have_a_browser_ask(api: Api) -> None:
    response = sent(api, json.dumps(chat()).encode(), "text/plain")
    assert response.status_code == 400
    assert "Content-Type: application/json" in message_of(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", PATH, 405), ("DELETE", "/documents", 405),
     ("GET", "/v1/models/other", 404), ("GET", "/source?doc=no.md", 404), ("GET", "/docs", 404)],
)  # fmt: skip
def test_addresses_that_are_not_there(api: Api, method: str, path: str, status: int) -> None:
    response = httpx.request(method, api.url + path, timeout=30)
    assert response.status_code == status
    assert message_of(response)


def test_fields_that_are_not_known_are_ignored(api: Api) -> None:
    more: dict[str, Any] = {
        "temperature": 2,
        "tools": [{"type": "function"}],
        "tool_choice": "auto",
        "seed": 1,
    }
    assert api.post(PATH, chat(**more, surprise={"a": [1]})).status_code == 200


def test_text_in_parts_is_a_question(api: Api) -> None:
    parts = [{"type": "text", "text": "Who acted as mediators"}, {"type": "text", "text": "there?"}]
    response = api.post(PATH, chat() | {"messages": [user(parts)]})
    assert response.json()["footnote"]["question"] == "Who acted as mediators\nthere?"


def test_a_picture_that_was_asked_about_before_is_passed_over(api: Api) -> None:
    messages = [user([PICTURE]), {"role": "assistant", "content": None}, user("Who bakes bread?")]
    assert api.post(PATH, chat() | {"messages": messages}).status_code == 200


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["messages", "stream", "n", "footnote", "stream_options", "tool_choice", "response_format"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.dictionaries(st.sampled_from([*FIELDS, "model"]), JSON), content=JSON)
def test_whatever_json_it_is_nothing_breaks(api: Api, body: dict[str, Any], content: Any) -> None:
    known = {"model": "footnote", "messages": [user(content)]}
    for asked in (body, known | body, known):
        response = sent(api, json.dumps(asked).encode())
        assert response.status_code in (200, 400, 404)
        assert "Traceback" not in response.text

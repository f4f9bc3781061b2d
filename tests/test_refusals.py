"""What a person reads when a model server refuses or cannot be reached: what to do about it."""

import socket
from dataclasses import replace

import pytest

from rag.config import Config
from rag.errors import ModelBusy, ModelDenied, ModelError, ModelUnknown, ModelUnreachable
from rag.model.clock import Patience
from rag.model.openai_server import stream_chat
from rag.types import Message
from tests.model_server import ModelServer, Refuse

HURRY = Patience(connect=2.0, silence=2.0, pauses=())


def failure(config: Config, model: str = "small") -> ModelError:
    """The error that asking for a reply ends with."""
    with pytest.raises(ModelError) as caught:
        list(stream_chat(config, model, [Message("user", "When?")], HURRY))
    return caught.value


REFUSALS = {
    "wrong-key": (Refuse(401), ModelDenied, "OPENAI_API_KEY"),
    "not-allowed": (Refuse(403, "not in your country"), ModelDenied, "not in your country"),
    "no-such-model": (Refuse(404, "model 'small' not found"), ModelUnknown, "small, large"),
    "no-such-model-400": (Refuse(400, "Invalid model name: small"), ModelUnknown, "RAG_MODEL"),
    "too-many": (Refuse(429, "slow down"), ModelBusy, "wait a minute"),
    "quota": (Refuse(429, "You exceeded your quota"), ModelBusy, "no quota left"),
    "credit": (Refuse(402, "Insufficient balance"), ModelBusy, "no quota left"),
    "broken": (Refuse(500, "out of memory"), ModelError, "HTTP 500: out of memory"),
    "gateway": (Refuse(502, "<html>"), ModelError, "HTTP 502"),
    "too-long": (Refuse(400, "maximum context length is 4096"), ModelError, "too long"),
    "strange": (Refuse(418, "teapot"), ModelError, "HTTP 418: teapot"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_what_to_do(name: str) -> None:
    refusal, kind, words = REFUSALS[name]
    with ModelServer(lambda _: [refusal]) as server:
        error = failure(Config(base_url=server.url))
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize("name", REFUSALS)
def test_the_key_is_in_no_message(name: str) -> None:
    key = "sk-a-very-secret-key-1234"
    refusal = REFUSALS[name][0]
    telling = replace(refusal, message=f"{refusal.message} ({key})")
    with ModelServer(lambda _: [telling]) as server:
        config = Config(base_url=server.url.replace("//", "//me:password@"), api_key=key)
        error = failure(config)
    assert error.__suppress_context__, "a traceback would show the server's words"
    assert key not in str(error)
    assert "password" not in str(error)


def test_a_server_that_checks_keys_gets_the_configured_one() -> None:
    with ModelServer(lambda _: ["Fine."], key="sk-right") as server:
        config = Config(base_url=server.url, api_key="sk-right")
        assert list(stream_chat(config, "small", [Message("user", "When?")])) == ["Fine."]


def test_a_server_that_wants_a_key_and_gets_none_says_which_variable_to_set() -> None:
    with ModelServer(key="sk-right") as server:
        error = failure(Config(base_url=server.url))
    assert str(error) == f"{server.url} asks for a key; set OPENAI_API_KEY."


@pytest.mark.parametrize("key", ["sk two", "sk-é", "sk\n"], ids=["space", "accent", "line"])
def test_a_key_that_cannot_be_sent_is_refused_before_anything_is_sent(key: str) -> None:
    with ModelServer() as server:
        error = failure(Config(base_url=server.url, api_key=key))
    assert (type(error), server.paths) == (ModelDenied, [])


def test_an_unknown_model_is_named_with_up_to_five_that_exist() -> None:
    with ModelServer(lambda _: [Refuse(404, "no model")], models=list("abcdefg")) as server:
        error = failure(Config(base_url=server.url), "big")
    assert str(error) == (
        f"{server.url} has no model 'big'; set RAG_MODEL to one it has: a, b, c, d, e and others."
    )


def test_an_address_without_its_path_is_doubted_too() -> None:
    with ModelServer() as server:
        error = failure(Config(base_url=f"http://{server.address}"))
    assert type(error) is ModelUnknown
    assert "/v1" in str(error)


def test_an_address_where_nothing_listens_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        error = failure(Config(base_url=url))
    assert type(error) is ModelUnreachable
    assert str(error) == (
        f"The model server {url} cannot be used: nothing answers at that address; "
        "check that it runs, and OPENAI_BASE_URL."
    )


def test_a_server_without_a_secure_connection_is_unreachable_by_one() -> None:
    with ModelServer() as server:
        error = failure(Config(base_url=server.url.replace("http:", "https:")))
        server.failures.clear()  # its own surprise at the greeting
    assert type(error) is ModelUnreachable
    assert "secure connection" in str(error)


@pytest.mark.parametrize("url", ["http://[::bad/v1", "http://"], ids=["bracket", "no-host"])
def test_an_address_that_is_none_is_unreachable(url: str) -> None:
    error = failure(Config(base_url=url))
    assert type(error) is ModelUnreachable

"""A glance at the model server: whether it answers and has the model, told soon and in words."""

from dataclasses import replace

import pytest

from rag.config import Config
from rag.errors import ModelDenied, ModelUnknown, ModelUnreachable
from rag.model.reaching import reach, server_of
from tests.model_server import ModelServer


def test_a_server_that_has_the_model_says_so() -> None:
    with ModelServer() as server:
        found = reach(Config(base_url=server.url, model="large"))
        assert (found.model, found.models) == ("large", ("small", "large"))


def test_without_a_model_in_the_settings_the_first_that_is_listed_is_meant() -> None:
    with ModelServer() as server:
        assert reach(Config(base_url=server.url)).model == "small"


def test_nothing_is_asked_of_the_model() -> None:
    with ModelServer() as server:
        reach(Config(base_url=server.url))
        assert not any("messages" in request for request in server.requests)


def test_a_model_that_is_not_listed_is_unknown_and_the_others_are_named() -> None:
    with ModelServer() as server, pytest.raises(ModelUnknown, match="one it has: small, large"):
        reach(Config(base_url=server.url, model="huge"))


def test_a_wrong_key_is_denied() -> None:
    with ModelServer(key="right") as server, pytest.raises(ModelDenied, match="refuses the key"):
        reach(Config(base_url=server.url, api_key="wrong"))


def test_a_server_that_is_down_is_unreachable() -> None:
    with ModelServer() as server:
        config = Config(base_url=server.url)
    with pytest.raises(ModelUnreachable, match="nothing answers at that address"):
        reach(config)


def test_an_address_is_told_without_credentials() -> None:
    config = Config(base_url="http://me:secret@127.0.0.1:9/v1?key=secret")
    assert server_of(config) == "http://127.0.0.1:9/v1"
    assert server_of(replace(config, base_url="")) == "https://api.openai.com/v1"

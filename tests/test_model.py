"""The seam to a language model: which one is opened, and when anything is called at all."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from rag.config import DEFAULT_MODEL, Config
from rag.errors import ModelUnknown, ModelUnreachable
from rag.model import Model, choose_model, open_model, reply
from rag.types import Message
from tests.model_server import ModelServer

QUESTION = [Message("user", "When did the talks end?")]


def test_without_key_and_address_there_is_no_model() -> None:
    assert open_model(Config(model="large")) is None


def test_a_bare_key_means_the_default_model() -> None:
    model = open_model(Config(api_key="sk-x"))
    assert model
    assert model.name == DEFAULT_MODEL


def test_a_named_model_is_opened_without_a_call() -> None:
    with ModelServer() as server:
        model = open_model(Config(base_url=server.url, model="large"))
    assert model
    assert (model.name, server.paths) == ("large", [])


def test_a_server_without_a_named_model_is_asked_for_its_first() -> None:
    with ModelServer(models=["nomic-embed-text", "small", "large"]) as server:
        model = open_model(Config(base_url=server.url))
    assert model
    assert model.name == "small"


CHOICES = {
    "first": (["a", "b"], "a"),
    "default": (["a", DEFAULT_MODEL], DEFAULT_MODEL),
    "embedding-passed-over": (["text-Embedding-3", "b"], "b"),
    "embedding-only": (["text-embedding-3"], "text-embedding-3"),
    "none": ([], ""),
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_model_is_chosen_among_those_listed(name: str) -> None:
    names, chosen = CHOICES[name]
    assert choose_model(names) == chosen


def test_a_server_without_models_says_which_variable_to_set() -> None:
    with ModelServer(models=[]) as server, pytest.raises(ModelUnknown, match="set RAG_MODEL"):
        open_model(Config(base_url=server.url))


def test_a_server_that_is_not_there_cannot_be_asked_for_its_models() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(ModelUnreachable, match="OPENAI_BASE_URL"):
            open_model(Config(base_url=url))


def test_an_opened_model_streams_from_its_server() -> None:
    with ModelServer(lambda sent: [sent[-1]["content"], " On Sunday."]) as server:
        model = open_model(Config(base_url=server.url, model="large"))
        assert model
        pieces = list(filter(None, model.stream(QUESTION)))
    assert pieces == ["When did the talks end?", " On Sunday."]
    assert server.requests[0]["model"] == "large"


def test_a_function_can_be_a_model() -> None:
    def echo(messages: Sequence[Message]) -> Iterator[str]:
        yield from (messages[-1].content, "!")

    assert reply(Model("echo", echo), QUESTION) == "When did the talks end?!"


def test_opening_a_model_does_not_load_the_vendor() -> None:
    program = (
        "import sys; from rag.config import Config; from rag.model import open_model;"
        "open_model(Config(api_key='sk-x')); sys.exit('openai' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

"""Embedding models are opened by their name in the settings, built in or on a server."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.errors import EmbeddingError, ModelUnknown, ModelUnreachable
from tests.model_server import ModelServer

TEXTS = ("The talks ended in Cairo.", "Rain fell.", "Who ended the talks?")


def opened(server: ModelServer, model: str = "small") -> Embedding:
    return open_embedding(Config(base_url=server.url, embedding=f"openai:{model}"))


def asked(server: ModelServer) -> list[list[str]]:
    """The texts of every request after the first, which learns the dimension."""
    return [request["input"] for request in server.requests[1:]]


def count_letters(text: str) -> list[float]:
    return [1.0 + text.count("a"), 1.0 + text.count("e"), float(len(text))]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "minilm"


def test_the_built_in_model_is_named_by_its_weights_and_its_graph(cache: Path) -> None:
    embedding = open_embedding(Config(cache=cache))
    assert embedding.identity == "minilm-int8:53aa51172d14:1"
    assert embedding.dimension == 384
    assert embedding.embed(TEXTS).shape == (3, 384)


def test_a_model_on_a_server_is_named_with_its_dimension() -> None:
    with ModelServer(embed=count_letters) as server:
        embedding = opened(server)
    assert (embedding.identity, embedding.dimension) == ("openai:small@3", 3)


def test_vectors_of_a_server_come_in_order_at_unit_length() -> None:
    with ModelServer(embed=count_letters) as server:
        vectors = opened(server).embed(TEXTS)
    expected = np.array([count_letters(text) for text in TEXTS])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(expected, abs=1e-6)


def test_no_texts_are_answered_without_asking() -> None:
    with ModelServer(embed=count_letters) as server:
        assert opened(server).embed([]).shape == (0, 3)
    assert asked(server) == []


def test_many_texts_are_sent_in_several_requests_each_once_and_in_order() -> None:
    texts = [f"sentence {number}" for number in range(600)]
    with ModelServer(embed=count_letters) as server:
        vectors = opened(server).embed(texts)
    assert [text for request in asked(server) for text in request] == texts
    assert len(asked(server)) > 1
    assert len(vectors) == 600


def test_long_texts_are_sent_in_smaller_requests() -> None:
    with ModelServer(embed=count_letters) as server:
        opened(server).embed(["a" * 90_000] * 3 + ["a" * 300_000, "end"])
    assert [len(request) for request in asked(server)] == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        pytest.param("", " ", id="nothing, which servers refuse"),
        pytest.param("\ud800", " ", id="only a lone surrogate"),
        pytest.param("wind\ud83dmill", "windmill", id="a lone surrogate within"),
        pytest.param(" kept ", " kept ", id="an ordinary text"),
    ],
)
def test_what_cannot_travel_is_left_out(text: str, sent: str) -> None:
    with ModelServer(embed=count_letters) as server:
        opened(server).embed([text])
    assert asked(server) == [[sent]]


def test_huge_numbers_still_make_a_unit_vector() -> None:
    with ModelServer(embed=lambda _: [3e300, 4e300]) as server:
        assert opened(server).embed(["one"]) == pytest.approx(np.array([[0.6, 0.8]]))


USELESS: dict[str, Callable[[str], list[float]]] = {
    "nothing but zeros": lambda _: [0.0, 0.0, 0.0],
    "not a number": lambda _: [1.0, math.nan, 0.0],
    "infinite": lambda _: [math.inf, 1.0, 0.0],
    "no numbers": lambda _: [],
}


@pytest.mark.parametrize("vector", USELESS.values(), ids=USELESS.keys())
def test_useless_vectors_are_refused_at_once(vector: Callable[[str], list[float]]) -> None:
    with ModelServer(embed=vector) as server, pytest.raises(EmbeddingError, match="RAG_EMBEDDING"):
        opened(server)


def test_vectors_of_different_lengths_are_refused() -> None:
    with ModelServer(embed=lambda text: [1.0] * len(text)) as server:
        embedding = opened(server)
        with pytest.raises(EmbeddingError, match="RAG_EMBEDDING"):
            embedding.embed(["four", "seven"])


def test_vectors_of_another_length_than_at_first_are_refused() -> None:
    with ModelServer(embed=lambda text: [1.0] * len(text)) as server:
        embedding = opened(server)
        with pytest.raises(EmbeddingError, match="changed the length of its vectors from 29"):
            embedding.embed(["four"])


def test_a_model_that_the_server_does_not_have_is_said_when_it_is_opened() -> None:
    with ModelServer() as server, pytest.raises(ModelUnknown):
        opened(server, "none")


@pytest.mark.slow
def test_a_question_is_not_kept_waiting_by_a_silent_server() -> None:
    """An ingest of hundreds of sentences has more patience than a reader with one question."""

    def counted(text: str) -> list[float]:
        if text == "Who ended the talks?":
            time.sleep(15.0)
        return count_letters(text)

    with ModelServer(embed=counted) as server:
        embedding = opened(server)
        begun = time.monotonic()
        with pytest.raises(ModelUnreachable):
            embedding.embed(["Who ended the talks?"])
    assert time.monotonic() - begun < 20.0

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load
from tokenizers import Tokenizer

from eval.speed.float_graph import open_float, write_float_graph
from rag.embedding.minilm_files import TOKENIZER, WEIGHTS, model_folder, read_pinned
from tests.float_minilm import reference

TEXTS = [
    "The ferry leaves the harbour at seven in the morning.",
    "Who wrote the letter?",
    "On Fridays the bakery sells cardamom buns, and on Saturdays it is closed for the whole day.",
]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_float_graph(tmp_path_factory.mktemp("graph"))


@pytest.mark.parametrize(
    ("batch", "padding"), [(10, None), (2, None), (32, 256)], ids=["longest", "in two", "256"]
)
def test_the_vectors_are_those_of_the_plain_network(
    graph: Path, batch: int, padding: int | None
) -> None:
    tokenizer = Tokenizer.from_str(read_pinned(model_folder(), TOKENIZER).decode())
    tokenizer.no_padding()
    tensors = load(read_pinned(model_folder(), WEIGHTS))
    expected = reference([tokenizer.encode(text).ids for text in TEXTS], tensors)
    vectors = open_float(graph, batch, padding)(TEXTS)
    assert vectors.shape == (3, 384)
    assert np.abs(vectors - expected).max() < 1e-3


def test_what_goes_beyond_the_tokens_that_count_is_passed_over(graph: Path) -> None:
    short, long = open_float(graph, 1)(["rain " * 254, "rain " * 400])
    assert np.abs(short - long).max() < 1e-5

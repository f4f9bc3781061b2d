"""The built-in model moved a little, as another processor rounds."""

from pathlib import Path

import numpy as np

from eval.other_processor import main
from rag.config import read_config
from rag.embedding.minilm import open_minilm

TEXTS = ["Who mediated the Cairo talks?", "The bakery sells cardamom buns.", "yes"]


def test_the_moved_model_gives_vectors_that_are_near_and_not_the_same(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--share", "1e-5"], {}) == 0
    ours = open_minilm(read_config({}).cache, print)(TEXTS)
    others = open_minilm(tmp_path, print)(TEXTS)
    likeness = (ours * others).sum(axis=1)
    assert not np.array_equal(ours, others)
    assert likeness.min() > 0.99

"""Passages cover every sentence, overlap by about half, and their vectors are sums."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.passages import PASSAGE_CHARACTERS, make_passages, sum_vectors, window_bounds
from rag.sentences import split_sentences
from rag.types import Document

LENGTHS = st.lists(st.integers(min_value=1, max_value=1_500), max_size=60)


def bounds_of(lengths: list[int]) -> np.ndarray:
    ends = np.cumsum([length + 1 for length in lengths]) - 1
    return (
        np.stack([ends - lengths, ends], axis=1).astype(np.int32) if lengths else np.zeros((0, 2))
    )


@given(LENGTHS)
def test_every_sentence_is_in_a_passage_and_none_is_too_long(lengths: list[int]) -> None:
    bounds = bounds_of(lengths)
    windows = window_bounds(bounds)
    assert {n for first, last in windows for n in range(first, last + 1)} == set(
        range(len(lengths))
    )
    for first, last in windows:
        assert first == last or bounds[last, 1] - bounds[first, 0] <= PASSAGE_CHARACTERS


@given(LENGTHS)
def test_passages_move_on_and_none_lies_inside_the_one_before(lengths: list[int]) -> None:
    windows = window_bounds(bounds_of(lengths))
    for (first, last), (next_first, next_last) in pairwise(windows):
        assert first < next_first <= last + 1
        assert last < next_last or next_first > last


def test_even_sentences_overlap_by_half() -> None:
    windows = window_bounds(bounds_of([99] * 40))  # 100 characters each with its space
    assert windows[:3] == [(0, 10), (6, 16), (12, 22)]


def test_a_passage_slices_its_document() -> None:
    document = Document("d", "t", "One sentence here. Another one there. " * 60)
    sentences = split_sentences(document)
    for passage in make_passages(sentences):
        text = document.text[passage.start : passage.end]
        assert text.startswith(sentences[passage.first].text)
        assert text.endswith(sentences[passage.last].text)


def test_a_passage_vector_is_the_weighted_sum_of_its_sentences() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0]], np.float16)
    summed = sum_vectors(vectors, np.array([16, 9]), [(0, 1), (1, 1)])
    assert summed == pytest.approx(np.array([[0.8, 0.6], [0.0, 1.0]]))

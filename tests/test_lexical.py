"""Words are matched by their stems, and rare ones count for more (BM25)."""

import math

import bm25s
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.lexical import Lexical, build_lexical
from rag.vocabulary import Vocabulary, content_stems, stem_of

TEXTS = (
    "The mediators met in Cairo.",
    "Egypt mediated; Qatar mediated too.",
    "Bread is baked in Mill Lane.",
    "…",
)


def indexed() -> tuple[Vocabulary, list[list[int]]]:
    vocabulary = Vocabulary()
    return vocabulary, [vocabulary.learn(text) for text in TEXTS]


STEMS = [
    pytest.param("Mediating mediated MEDIATES", ["mediat"] * 3, id="forms of a word"),
    pytest.param("who is it that was there", [], id="stop words"),
    pytest.param("1,057 rockets in 1057 days", ["1057", "rocket", "1057", "day"], id="thousands"),
    pytest.param("3.5 per cent", ["3.5", "per", "cent"], id="decimals"),
    pytest.param("A-320", ["320"], id="a hyphen parts"),
    pytest.param("snake_case", ["snake", "case"], id="an underscore parts"),
    pytest.param("Zürich naïve", ["zürich", "naïv"], id="accents"),
    pytest.param("Каир", ["каир"], id="another alphabet"),
    pytest.param("开罗会谈", list("开罗会谈"), id="a script without spaces"),
    pytest.param("🙂 … !?", [], id="no word"),
]


@pytest.mark.parametrize(("text", "stems"), STEMS)
def test_a_text_has_the_stems_of_its_content_words(text: str, stems: list[str]) -> None:
    assert content_stems(text) == stems


@pytest.mark.parametrize("text", TEXTS)
def test_learning_a_text_numbers_its_content_stems(text: str) -> None:
    vocabulary, _ = indexed()
    names = {number: stem for stem, number in vocabulary.numbers.items()}
    assert [names[number] for number in vocabulary.learn(text)] == content_stems(text)


def test_a_word_that_was_never_learnt_is_not_known() -> None:
    vocabulary, numbers = indexed()
    assert vocabulary.known("Did Oslo mediate?") == [numbers[0][0]]
    assert vocabulary.known("Oslo") == []


def test_scores_are_those_of_bm25() -> None:
    vocabulary, numbers = indexed()
    lexical = lexical_of(numbers, len(vocabulary.numbers))
    word = vocabulary.numbers[stem_of("mediated")]
    rarity = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    mean_length = sum(map(len, numbers)) / 4

    def score(count: int, length: int) -> float:
        return rarity * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / mean_length))

    expected = [score(1, len(numbers[0])), score(2, len(numbers[1])), 0.0, 0.0]
    assert lexical.scores([word]) == pytest.approx(np.array(expected), abs=1e-5)


def test_scores_of_several_words_add_up() -> None:
    vocabulary, numbers = indexed()
    lexical = lexical_of(numbers, len(vocabulary.numbers))
    words = vocabulary.known("mediators in Cairo")
    single = [lexical.scores([word]) for word in words]
    assert lexical.scores(words) == pytest.approx(np.sum(single, axis=0), abs=1e-6)


def test_a_text_without_any_of_the_words_scores_nothing() -> None:
    vocabulary, numbers = indexed()
    scores = lexical_of(numbers, len(vocabulary.numbers)).scores(vocabulary.known("bread"))
    assert np.flatnonzero(scores).tolist() == [2]


def test_frequency_counts_the_texts_that_hold_a_word() -> None:
    vocabulary, numbers = indexed()
    lexical = lexical_of(numbers, len(vocabulary.numbers))
    assert lexical.frequency(vocabulary.numbers[stem_of("mediated")]) == 2
    assert lexical.frequency(vocabulary.numbers[stem_of("bread")]) == 1
    assert lexical.frequency(None) == 0


@pytest.mark.parametrize("texts", [[], [[]], [[], []]], ids=["no text", "one", "two"])
def test_texts_without_words_score_nothing(texts: list[list[int]]) -> None:
    lexical = lexical_of(texts, 2)
    assert lexical.scores([0, 1]).tolist() == [0.0] * len(texts)
    assert lexical.frequency(0) == 0
    assert not lexical.holds(1, np.arange(len(texts))).any()


def test_which_texts_hold_a_word_is_told_for_those_asked_about() -> None:
    vocabulary, numbers = indexed()
    word = vocabulary.numbers[stem_of("mediated")]
    held = lexical_of(numbers, len(vocabulary.numbers)).holds(word, np.array([3, 1, 0, 2, 1]))
    assert held.tolist() == [False, True, True, False, True]


def test_a_rare_word_tells_more_and_an_unknown_one_the_most() -> None:
    vocabulary, numbers = indexed()
    lexical = lexical_of(numbers, len(vocabulary.numbers))
    common, rare = (vocabulary.numbers[stem_of(word)] for word in ("mediated", "bread"))
    assert lexical.rarity(common) < lexical.rarity(rare) < lexical.rarity(None)


def test_texts_may_overlap() -> None:
    tokens = np.array([0, 1, 2], np.int32)
    whole, part = np.array([0, 1]), np.array([3, 3])
    lexical = build_lexical(tokens, whole, part, 3)
    assert [lexical.frequency(word) for word in range(3)] == [1, 2, 2]


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=30))
def test_scores_are_those_of_the_library(texts: list[list[int]]) -> None:
    assume(any(texts))
    library = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    names = {str(word): word for word in range(10)}
    library.index((texts, names), show_progress=False, create_empty_token=False)
    ours = lexical_of(texts, 10)
    for word in {word for text in texts for word in text}:
        expected = library.get_scores_from_ids([word])
        assert ours.scores([word]) == pytest.approx(expected, abs=1e-5)


def lexical_of(texts: list[list[int]], words: int) -> Lexical:
    ends = np.cumsum([0, *map(len, texts)])
    tokens = np.array([word for text in texts for word in text], np.int32)
    return build_lexical(tokens, ends[:-1], ends[1:], words)

"""Words are matched by their stems, and rare ones count for more (BM25)."""

import math

import numpy as np
import pytest

from rag.lexical import Vocabulary, build_lexical, content_stems, stem_of

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
    lexical = build_lexical(numbers, vocabulary)
    word = vocabulary.numbers[stem_of("mediated")]
    rarity = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    mean_length = sum(map(len, numbers)) / 4

    def score(count: int, length: int) -> float:
        return rarity * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / mean_length))

    expected = [score(1, len(numbers[0])), score(2, len(numbers[1])), 0.0, 0.0]
    assert lexical.scores([word]) == pytest.approx(np.array(expected), abs=1e-5)


def test_scores_of_several_words_add_up() -> None:
    vocabulary, numbers = indexed()
    lexical = build_lexical(numbers, vocabulary)
    words = vocabulary.known("mediators in Cairo")
    single = [lexical.scores([word]) for word in words]
    assert lexical.scores(words) == pytest.approx(np.sum(single, axis=0), abs=1e-6)


def test_a_text_without_any_of_the_words_scores_nothing() -> None:
    vocabulary, numbers = indexed()
    scores = build_lexical(numbers, vocabulary).scores(vocabulary.known("bread"))
    assert np.flatnonzero(scores).tolist() == [2]


def test_frequency_counts_the_texts_that_hold_a_word() -> None:
    vocabulary, numbers = indexed()
    lexical = build_lexical(numbers, vocabulary)
    assert lexical.frequency(vocabulary.numbers[stem_of("mediated")]) == 2
    assert lexical.frequency(vocabulary.numbers[stem_of("bread")]) == 1
    assert lexical.frequency(None) == 0


@pytest.mark.parametrize("texts", [[], [[]], [[], []]], ids=["no text", "one", "two"])
def test_texts_without_words_score_nothing(texts: list[list[int]]) -> None:
    lexical = build_lexical(texts, Vocabulary())
    assert lexical.scores([0, 1]).tolist() == [0.0] * len(texts)
    assert lexical.frequency(0) == 0

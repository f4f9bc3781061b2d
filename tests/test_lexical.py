"""Words are matched by their stems, and rare ones count for more (BM25)."""

import math

import bm25s
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.lexical import Lexical, Share
from rag.packed import Packed, packed
from rag.postings import Postings, Renumbered, build_postings, merge_postings
from rag.segment import places
from rag.vocabulary import Vocabulary, content_stems, stem_of

TEXTS = (
    "The mediators met in Cairo.",
    "Egypt mediated; Qatar mediated too.",
    "Bread is baked in Mill Lane.",
    "…",
)


def indexed() -> Lexical:
    return lexical_of([content_stems(text) for text in TEXTS])


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
    vocabulary = Vocabulary()
    for one in TEXTS:
        vocabulary.learn(one)
    names = {number: stem for stem, number in vocabulary.numbers.items()}
    assert [names[number] for number in vocabulary.learn(text)] == content_stems(text)


def test_scores_are_those_of_bm25() -> None:
    numbers = [content_stems(text) for text in TEXTS]
    rarity = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    mean_length = sum(map(len, numbers)) / 4

    def score(count: int, length: int) -> float:
        return rarity * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / mean_length))

    expected = [score(1, len(numbers[0])), score(2, len(numbers[1])), 0.0, 0.0]
    assert indexed().scores([stem_of("mediated")]) == pytest.approx(np.array(expected), abs=1e-5)


def test_scores_of_several_words_add_up() -> None:
    stems = content_stems("mediators in Cairo")
    single = [indexed().scores([stem]) for stem in stems]
    assert indexed().scores(stems) == pytest.approx(np.sum(single, axis=0), abs=1e-6)


def test_a_text_without_any_of_the_words_scores_nothing() -> None:
    assert np.flatnonzero(indexed().scores(content_stems("bread"))).tolist() == [2]


def test_frequency_counts_the_texts_that_hold_a_word() -> None:
    lexical = indexed()
    assert lexical.frequency(stem_of("mediated")) == 2
    assert lexical.frequency(stem_of("bread")) == 1
    assert lexical.frequency("oslo") == 0


@pytest.mark.parametrize("texts", [[], [[]], [[], []]], ids=["no text", "one", "two"])
def test_texts_without_words_score_nothing(texts: list[list[str]]) -> None:
    lexical = lexical_of(texts)
    assert lexical.scores(["a", "b"]).tolist() == [0.0] * len(texts)
    assert lexical.frequency("a") == 0
    assert not lexical.holds("b", np.arange(len(texts))).any()


def test_which_texts_hold_a_word_is_told_for_those_asked_about() -> None:
    held = indexed().holds(stem_of("mediated"), np.array([3, 1, 0, 2, 1]))
    assert held.tolist() == [False, True, True, False, True]


def test_a_rare_word_tells_more_and_an_unknown_one_the_most() -> None:
    common, rare = (indexed().rarity(stem_of(word)) for word in ("mediated", "bread"))
    assert common < rare < indexed().rarity("oslo")


def test_texts_may_overlap() -> None:
    tokens = np.array([0, 1, 2], np.int32)
    whole, part = np.array([0, 1]), np.array([3, 3])
    postings = build_postings(tokens, whole, part, 3)
    assert [len(postings.holders(word)[0]) for word in range(3)] == [1, 2, 2]


WORDS = st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=12), min_size=1, max_size=30)


@given(WORDS)
def test_scores_are_those_of_the_library(texts: list[list[str]]) -> None:
    assume(any(texts))
    stems = sorted({stem for text in texts for stem in text})
    names = {stem: place for place, stem in enumerate(stems)}
    library = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    numbers = [[names[stem] for stem in text] for text in texts]
    library.index((numbers, names), show_progress=False, create_empty_token=False)
    for stem, word in names.items():
        expected = library.get_scores_from_ids([word])
        assert lexical_of(texts).scores([stem]) == pytest.approx(expected, abs=1e-5)


@given(WORDS, st.lists(st.booleans(), min_size=30, max_size=30), st.integers(0, 30))
def test_texts_in_two_segments_without_those_that_are_gone_score_as_what_is_left_in_one(
    texts: list[list[str]], flags: list[bool], cut: int
) -> None:
    left = [text for text, there in zip(texts, flags, strict=False) if there]
    whole = lexical_of(left)
    shares, first = [], 0
    for some, alive in ((texts[:cut], flags[:cut]), (texts[cut:], flags[cut : len(texts)])):
        there = np.array(alive[: len(some)], np.bool_)
        shares.append(Share(*segment_of(some), first, places(there, first)))
        first += int(there.sum())
    parted = Lexical(np.array([len(text) for text in left], np.int32), shares)
    for stem in "abcdefghij":
        assert parted.frequency(stem) == whole.frequency(stem)
        assert np.array_equal(parted.scores([stem]), whole.scores([stem]))


@given(WORDS, st.lists(st.booleans(), min_size=30, max_size=30), st.integers(0, 30))
def test_postings_put_together_are_those_of_what_is_left(
    texts: list[list[str]], flags: list[bool], cut: int
) -> None:
    alive = np.array(flags[: len(texts)], np.bool_)
    numbers = places(alive)
    stems, expected = segment_of([text for text, there in zip(texts, alive, strict=True) if there])
    parts = []
    for some, texts_of in ((slice(None, cut), texts[:cut]), (slice(cut, None), texts[cut:])):
        own, postings = segment_of(texts_of)
        words = np.array(["abcdefghij".index(one.decode()) for one in own], np.int32)
        parts.append(Renumbered(postings, words, numbers[some]))
    merged = merge_postings(parts, 10)
    assert np.array_equal(merged.lengths, expected.lengths)
    for stem in stems:
        found = merged.holders("abcdefghij".index(stem.decode()))
        wanted = expected.holders(stems.find(stem.decode()) or 0)
        assert [one.tolist() for one in found] == [one.tolist() for one in wanted]


def segment_of(texts: list[list[str]]) -> tuple[Packed, Postings]:
    stems = sorted({stem for text in texts for stem in text})
    ends = np.cumsum([0, *map(len, texts)])
    tokens = np.array([stems.index(stem) for text in texts for stem in text], np.int32)
    postings = build_postings(tokens, ends[:-1], ends[1:], len(stems))
    return packed(stem.encode() for stem in stems), postings


def lexical_of(texts: list[list[str]]) -> Lexical:
    stems, postings = segment_of(texts)
    return Lexical(postings.lengths, [Share(stems, postings, 0)])

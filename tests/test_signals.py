"""What speaks for a sentence, checked against sums made the long way."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ingest import ingest
from rag.retrieval import score_sentences
from rag.signals import WEIGHTS, union_of_ranges, weighed
from rag.snapshot import Snapshot
from tests.small import embed_words, small_library, write_folder

NAMES = list(WEIGHTS)
QUESTION = "Which rockets did Hezbollah launch at Israeli targets in Cairo?"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("signals")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        return library.snapshot()


def neighbours(snapshot: Snapshot, number: int) -> list[int]:
    size = len(snapshot.owner)
    beside = [n for n in (number - 1, number, number + 1) if 0 <= n < size]
    return [n for n in beside if snapshot.owner[n] == snapshot.owner[number]]


def test_the_sentence_with_its_neighbours_is_like_their_weighted_sum(snapshot: Snapshot) -> None:
    vector = embed_words([QUESTION])[0]
    scored = score_sentences(snapshot, QUESTION, vector)
    for number, signals in zip(scored.sentences.tolist(), scored.signals, strict=True):
        total = sum(
            snapshot.vectors[n].astype(np.float32) * np.sqrt(snapshot.lengths[n])
            for n in neighbours(snapshot, number)
        )
        expected = total @ vector / np.linalg.norm(total)
        assert signals[NAMES.index("around_vector")] == pytest.approx(expected, abs=2e-3)


def test_cover_is_the_share_of_the_questions_known_words_by_rarity(snapshot: Snapshot) -> None:
    scored = score_sentences(snapshot, QUESTION, embed_words([QUESTION])[0])
    words = dict.fromkeys(snapshot.known_stems(QUESTION))
    rarity = {word: snapshot.sentence_words.rarity(word) for word in words}
    for number, signals in zip(scored.sentences.tolist(), scored.signals, strict=True):
        around = neighbours(snapshot, number)
        for name, read in (("sentence_cover", [number]), ("around_cover", around)):
            texts = " ".join(snapshot.sentence(n).text for n in read)
            held = set(snapshot.known_stems(texts)) & set(words)
            expected = sum(rarity[word] for word in held) / sum(rarity.values())
            assert signals[NAMES.index(name)] == pytest.approx(expected, abs=1e-5)


def test_the_opening_of_the_document_speaks_for_all_its_sentences(snapshot: Snapshot) -> None:
    vector = embed_words(["Israel and Hezbollah exchanged heavy fire"])[0]
    scored = score_sentences(snapshot, "Israel Hezbollah fire", vector)
    place = NAMES.index("opening_vector")
    for number, signals in zip(scored.sentences.tolist(), scored.signals, strict=True):
        opening = snapshot.documents[snapshot.owner[number]].first_sentence
        expected = snapshot.vectors[opening].astype(np.float32) @ vector
        assert signals[place] == pytest.approx(expected, abs=1e-3)


def test_a_share_is_not_stretched_over_the_candidates() -> None:
    signals = np.zeros((2, len(WEIGHTS)), np.float32)
    signals[:, NAMES.index("sentence_cover")] = [0.2, 0.4]
    difference = np.diff(weighed(signals, WEIGHTS))
    assert difference == pytest.approx([0.2 * WEIGHTS["sentence_cover"]])


def test_other_signals_reach_from_0_to_1_over_the_candidates() -> None:
    signals = np.zeros((3, len(WEIGHTS)), np.float32)
    signals[:, 0] = [0.3, 0.31, 0.32]
    expected = WEIGHTS["sentence_vector"] * np.array([0, 0.5, 1])
    assert weighed(signals, WEIGHTS) == pytest.approx(expected, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=20))
def test_the_union_of_ranges_is_that_of_sets(pairs: list[tuple[int, int]]) -> None:
    low = np.array([start for start, _ in pairs], np.int64)
    high = low + np.array([length for _, length in pairs], np.int64)
    expected = sorted({n for a, b in zip(low, high, strict=True) for n in range(a, b)})
    assert union_of_ranges(low, high).tolist() == expected

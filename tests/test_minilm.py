"""The built-in model gives the vectors of its float32 original, whatever stands beside a text."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

from rag.embedding.minilm import DIMENSION, IDENTITY, TOKENS_AT_LEAST, TOKENS_AT_ONCE, open_minilm
from rag.embedding.minilm import plan_batches as plan
from rag.embedding.minilm_files import (
    TOKENIZER,
    WEIGHTS,
    model_folder,
    read_pinned,
    read_sealed,
)
from rag.embedding.minilm_int8 import practice_batches
from tests.float_minilm import reference

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

SENTENCES = (
    "The ferry left the harbour two hours late because of fog.",
    "Who signed the treaty?",
    "Rain is expected along the coast from Thursday evening.",
    "In 1887 the town had 4,310 inhabitants, three mills and one doctor.",
    "The court dismissed the appeal, ruling that the permit had lapsed in March.",
    "Penguins cannot fly.",
    "Her second novel, written in exile, sold fewer than nine hundred copies.",
    "Add the flour slowly, stirring until no lumps remain.",
    "The minister said that talks would resume once both sides had withdrawn their troops.",
    "Quarterly revenue rose 7.4 % to $2.31 billion, beating forecasts.",
    "No.",
    "The bridge over the Aare was rebuilt in stone after the flood of 1480.",
    "Mitochondria turn nutrients into adenosine triphosphate, which cells use as fuel.",
    "We did not find any evidence that the drug lowers blood pressure.",
    "A violin has four strings, tuned in fifths.",
    "What is the boiling point of water at 3,000 metres?",
    "The committee will meet again on 14 February in Room 2.07.",
    "He sold the farm, bought a lorry, and drove east until the road ended.",
    "Shares of the airline fell by a fifth after its chief executive resigned.",
    "The password must contain at least twelve characters.",
    "Glaciers in the valley have shrunk by 60 metres since measurements began.",
    "“I never promised that,” she told the reporters outside the parliament.",
    "Light takes about eight minutes and twenty seconds to travel from the sun to the earth.",
    "The museum is closed on Mondays.",
    "Two of the three engines failed shortly after take-off, but the crew landed safely.",
    "Der Zug nach Bern fährt um sieben Uhr ab.",
    "La bibliothèque municipale prête aussi des instruments de musique.",
    "El volcán entró en erupción por primera vez en ochenta años.",
    "def area(radius): return 3.14159 * radius ** 2",
    "SELECT name FROM villages WHERE height > 1200 ORDER BY name;",
    "Sodium chloride dissolves readily in water, silver chloride hardly at all.",
    "The goalkeeper saved two penalties and was carried off the pitch by her team.",
    "Beekeepers in the north lost almost half of their colonies over the winter.",
    "Copyright law protects the expression of an idea, not the idea.",
    "An earthquake of magnitude 6.2 struck the island at 04:17 local time.",
    "Why did the council reject the tram line?",
    "The tenant shall give notice in writing three months before the end of the term.",
    "Vaccination rates in rural districts lag behind those of the capital.",
    "Bach wrote the cantata for the feast of Saint Michael.",
    "The update fixes a crash that occurred when a folder was renamed during a backup.",
    "Oil prices slipped as traders weighed weak demand against cuts in production.",
    "Turn left at the chapel, cross the stream, and follow the yellow signs.",
    "It is not known how many people were aboard.",
    """The committee of inquiry heard 112 witnesses in the course of eleven months and published
    its findings in a report of nine hundred pages, of which the government released a summary.""",
    "Whales sleep with one half of their brain at a time.",
    "The old printing press, which had stood unused in the cellar for decades, still worked.",
    "Inflation eased to 2.1 % in October.",
    "Which of the two candidates supported the carbon tax?",
    "The lighthouse keeper's diary ends in mid-sentence.",
    "Nurses at four hospitals voted to strike, their union announced on Sunday.",
    "Saffron comes from the stigmas of a crocus.",
    "The satellite's antenna failed to unfold, so engineers rewrote its software from the ground.",
    "Chess was banned in the monastery, and so the monks played it at night.",
    "Unemployment among graduates is lowest in engineering, at 1.8 %, and highest in the arts.",
)
QUESTION = "How many witnesses did the inquiry hear?"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "minilm"


@pytest.fixture(scope="module")
def embed(cache: Path) -> Embed:
    return open_minilm(cache, print)


@pytest.fixture(scope="module")
def vectors(embed: Embed) -> NDArray[np.float32]:
    return embed(SENTENCES)


@pytest.fixture(scope="module")
def float_vectors() -> NDArray[Any]:
    tensors = load(read_pinned(model_folder(), WEIGHTS))
    tokenizer = Tokenizer.from_file(str(model_folder() / TOKENIZER))
    tokenizer.no_padding()
    return reference([tokenizer.encode(text).ids for text in SENTENCES], tensors)


def test_int8_vectors_agree_with_the_float32_network(
    vectors: NDArray[np.float32],
    float_vectors: NDArray[Any],
    record_property: Callable[[str, object], None],
) -> None:
    cosines = (vectors * float_vectors).sum(axis=1)
    record_property("mean cosine", float(cosines.mean()))
    record_property("least cosine", float(cosines.min()))
    print(f"cosine with float32: mean {cosines.mean():.5f}, least {cosines.min():.5f}")  # noqa: T201 - shown by pytest -rP
    assert cosines.mean() >= 0.995
    assert cosines.min() >= 0.97


def test_neighbours_are_those_of_the_float32_network(
    vectors: NDArray[np.float32], float_vectors: NDArray[Any]
) -> None:
    """The nearest sentence is the float network's, or one that is as near to within .03."""
    likeness = float_vectors @ float_vectors.T - 2 * np.eye(len(float_vectors))
    nearest = (vectors @ vectors.T - 2 * np.eye(len(vectors))).argmax(axis=1)
    lost = likeness.max(axis=1) - likeness[np.arange(len(nearest)), nearest]
    assert (lost <= 0.03).mean() >= 0.95


def test_vectors_are_float32_rows_of_unit_length(vectors: NDArray[np.float32]) -> None:
    assert vectors.shape == (len(SENTENCES), DIMENSION)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(embed: Embed) -> None:
    assert embed([]).shape == (0, DIMENSION)


def test_the_sentence_that_answers_is_nearest_to_its_question(
    embed: Embed, vectors: NDArray[np.float32]
) -> None:
    nearest = SENTENCES[int((vectors @ embed([QUESTION])[0]).argmax())]
    assert "heard 112 witnesses" in nearest


def test_a_text_has_the_same_vector_alone_and_among_others(
    embed: Embed, vectors: NDArray[np.float32]
) -> None:
    alone = np.concatenate([embed([text]) for text in SENTENCES])
    assert alone == pytest.approx(vectors, abs=1e-5)


def test_a_text_has_the_same_vector_beside_a_much_longer_one(embed: Embed) -> None:
    assert embed([QUESTION, "word " * 300])[0] == pytest.approx(embed([QUESTION])[0], abs=1e-5)


def test_rows_come_in_the_order_of_the_texts(embed: Embed, vectors: NDArray[np.float32]) -> None:
    assert embed(SENTENCES[::-1]) == pytest.approx(vectors[::-1], abs=1e-5)


def test_more_texts_than_are_sorted_together_keep_their_order(
    embed: Embed, vectors: NDArray[np.float32]
) -> None:
    short = [number for number, text in enumerate(SENTENCES) if len(text) < 30]
    many = np.resize(short, 1_100)
    assert embed([SENTENCES[number] for number in many]) == pytest.approx(vectors[many], abs=1e-5)


def test_several_threads_may_embed_at_once(embed: Embed, vectors: NDArray[np.float32]) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: embed(SENTENCES[:12]), range(8)))
    assert all(result == pytest.approx(vectors[:12], abs=1e-5) for result in results)


ODD = {
    "empty": "",
    "whitespace only": " \n\t\u00a0",
    "NUL": "\x00",
    "emoji": "🦜🎻👩\u200d🚒",
    "lone surrogate": "\ud800",
    "half a pair within words": "the \udfff end",
    "one endless word": "x" * 100_000,
    "a book": "It was a dark and stormy night. " * 10_000,
    "combining marks": "e" + "\u0301" * 5_000,
    "other scripts": "漢字 ελληνικά العربية ภาษาไทย",
    "a special token": "[SEP][PAD]",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_texts_have_a_vector_too(embed: Embed, text: str) -> None:
    assert np.linalg.norm(embed([text]), axis=1) == pytest.approx([1], abs=1e-5)


def test_a_lone_surrogate_is_skipped(embed: Embed) -> None:
    assert embed(["wind\ud83dmill"]) == pytest.approx(embed(["windmill"]), abs=1e-6)


def test_the_names_of_special_tokens_are_ordinary_text(embed: Embed) -> None:
    """A document cannot end a text early, or hide a part of it, by writing what the model uses."""
    plain, marked = embed(
        ["Penguins fly. sep Penguins sleep.", "Penguins fly. [SEP] Penguins sleep."]
    )
    assert plain @ marked > 0.8
    assert embed(["[PAD]"])[0] @ embed(["( PAD )"])[0] > embed(["[PAD]"])[0] @ embed([""])[0]


def test_what_comes_after_256_tokens_does_not_count(embed: Embed) -> None:
    long = "sea " * 254
    assert embed([long + "mountain"]) == pytest.approx(embed([long]), abs=1e-6)
    assert embed([long[4:] + "mountain"]) != pytest.approx(embed([long]), abs=1e-3)


LENGTHS = st.lists(st.integers(2, 256), max_size=80)


@given(LENGTHS, st.integers(1, 8))
def test_every_text_is_in_exactly_one_batch(lengths: list[int], workers: int) -> None:
    assert sorted(at for batch in plan(lengths, workers) for at in batch) == [*range(len(lengths))]


@given(LENGTHS, st.integers(1, 8))
def test_batches_hold_the_budget_with_their_padding(lengths: list[int], workers: int) -> None:
    budget = min(max(sum(lengths) // workers, TOKENS_AT_LEAST), TOKENS_AT_ONCE)
    for batch in plan(lengths, workers):
        assert len(batch) == 1 or len(batch) * lengths[batch[0]] <= budget


@given(LENGTHS)
def test_the_longest_texts_are_computed_first(lengths: list[int]) -> None:
    order = [lengths[at] for batch in plan(lengths, 2) for at in batch]
    assert all(left >= right for left, right in pairwise(order))


def test_the_measuring_texts_are_always_the_same_and_within_the_vocabulary() -> None:
    first, second = list(practice_batches()), list(practice_batches())
    assert all(np.array_equal(left, right) for left, right in zip(first, second, strict=True))
    assert all(tokens.min() >= 101 and tokens.max() < 30_522 for tokens in first)


def test_the_package_is_never_imported(embed: Embed) -> None:
    assert embed is not None
    assert model_folder().parent.name not in sys.modules


OPEN = """
import sys
from pathlib import Path
from rag.embedding.minilm import open_minilm
embed = open_minilm(Path(sys.argv[1]), lambda line: print(line, file=sys.stderr))
print(*embed(["Penguins cannot fly."])[0][:8])
"""


def test_two_processes_that_find_a_broken_graph_both_make_it_anew(
    embed: Embed, tmp_path: Path
) -> None:
    broken = tmp_path / f"{IDENTITY.replace(':', '-')}.onnx.sealed"
    broken.write_bytes(b"\0" * 100_000)
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    written = [child.communicate(timeout=120) for child in children]
    expected = embed(["Penguins cannot fly."])[0][:8]
    for numbers, reports in written:
        assert reports.startswith("Preparing the built-in embedding model")
        assert [float(number) for number in numbers.split()] == pytest.approx(expected, abs=1e-3)
    assert read_sealed(broken) is not None


def test_a_graph_that_is_there_is_opened_without_a_word(embed: Embed, cache: Path) -> None:
    assert embed is not None
    lines: list[str] = []
    open_minilm(cache, lines.append)
    assert lines == []


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lines: list[str] = []
    embed = open_minilm(tmp_path / "file" / "cache", lines.append)
    assert embed(["Penguins cannot fly."]).shape == (1, DIMENSION)
    assert "cannot be written" in lines[-1]

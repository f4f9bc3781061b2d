"""The built-in model gives the vectors of its float32 original, whatever stands beside a text."""

import math
import os
import subprocess
import sys
import time
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

from rag.errors import WeightsError
from rag.minilm import DIMENSION, IDENTITY, TOKENS_AT_LEAST, TOKENS_AT_ONCE, open_minilm
from rag.minilm import plan_batches as plan
from rag.minilm_files import (
    PINNED,
    TOKENIZER,
    WEIGHTS,
    model_folder,
    read_pinned,
    read_sealed,
    write_sealed,
)
from rag.minilm_int8 import practice_batches

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


GRID = np.linspace(-6, 6, 24_001)
ERROR_FUNCTION = np.array([math.erf(point) for point in GRID])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "minilm"


@pytest.fixture(scope="module")
def embed(cache: Path) -> Embed:
    return open_minilm(cache, print)


@pytest.fixture(scope="module")
def vectors(embed: Embed) -> NDArray[np.float32]:
    return embed(SENTENCES)


Rows = NDArray[np.floating[Any]]
Tensors = dict[str, NDArray[np.float32]]


def dense(x: Rows, tensors: Tensors, name: str) -> Rows:
    product: Rows = x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return product


def normalised(x: Rows, tensors: Tensors, name: str) -> Rows:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    weight, bias = (tensors[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
    result: Rows = centred / spread * weight + bias
    return result


def attended(query: Rows, key: Rows, value: Rows) -> Rows:
    """What 12 heads make of one text."""
    query, key, value = (part.reshape(-1, 12, 32).swapaxes(0, 1) for part in (query, key, value))
    scores = np.exp(query @ key.swapaxes(1, 2) / np.float32(math.sqrt(32)))
    mixed: Rows = scores / scores.sum(axis=2, keepdims=True) @ value
    return mixed.swapaxes(0, 1).reshape(-1, 384)


def gelu(x: Rows) -> Rows:
    share = (1 + np.interp(x / math.sqrt(2), GRID, ERROR_FUNCTION)) / 2
    result: Rows = x * share.astype(np.float32)
    return result


def embedded(ids: list[int], tensors: Tensors) -> Rows:
    x: Rows = tensors["embeddings.word_embeddings.weight"][ids]
    x = x + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + tensors["embeddings.token_type_embeddings.weight"][0]
    return normalised(x, tensors, "embeddings")


def reference(texts: list[list[int]], tensors: Tensors) -> Rows:
    """The network in plain float32 arithmetic: tokens one below the other, texts kept apart."""
    ends = np.cumsum([len(ids) for ids in texts])[:-1]
    x = np.concatenate([embedded(ids, tensors) for ids in texts])
    for layer in (f"encoder.layer.{number}" for number in range(6)):
        name = f"{layer}.attention"
        parts = [dense(x, tensors, f"{name}.self.{part}") for part in ("query", "key", "value")]
        mixed = list(map(attended, *(np.split(part, ends) for part in parts)))
        x = x + dense(np.concatenate(mixed), tensors, f"{name}.output.dense")
        x = normalised(x, tensors, f"{name}.output")
        wide = gelu(dense(x, tensors, f"{layer}.intermediate.dense"))
        x = normalised(
            x + dense(wide, tensors, f"{layer}.output.dense"), tensors, f"{layer}.output"
        )
    means = np.array([text.mean(axis=0) for text in np.split(x, ends)])
    units: Rows = means / np.linalg.norm(means, axis=1, keepdims=True)
    return units


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
    """Of 55 sentences, nearly all keep the same nearest one."""
    kept, original = (
        (rows @ rows.T - 2 * np.eye(len(rows))).argmax(axis=1) for rows in (vectors, float_vectors)
    )
    assert (kept == original).mean() >= 0.9


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


def copied(name: str, folder: Path) -> Path:
    content = bytearray((model_folder() / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", PINNED)
def test_a_file_with_one_bit_changed_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not the file that Footnote was made for; run: pip"):
        read_pinned(copied(name, tmp_path), name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"model\.safetensors .* cannot be read .*; run: pip"):
        read_pinned(tmp_path, WEIGHTS)


def test_a_missing_package_is_answered_with_the_command_that_installs_it() -> None:
    with pytest.raises(WeightsError, match=r"--no-deps .*-r requirements/weights\.txt"):
        model_folder("no_such_package_of_weights")


def test_the_package_is_never_imported(embed: Embed) -> None:
    assert embed is not None
    assert model_folder().parent.name not in sys.modules


def test_what_was_sealed_is_read_back(tmp_path: Path) -> None:
    write_sealed(tmp_path / "new folder" / "graph", b"content")
    assert read_sealed(tmp_path / "new folder" / "graph") == b"content"
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == ["graph"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[:-1],
    "cut within the seal": lambda content: content[:7],
    "empty": lambda _: b"",
    "one bit changed": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "one byte more": lambda content: content + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_counts_as_missing(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "graph"
    write_sealed(path, b"content")
    path.write_bytes(damage(path.read_bytes()))
    assert read_sealed(path) is None


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_sealed(tmp_path / "graph") is None


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    path, contents = tmp_path / "graph", [bytes([number]) * 100_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_sealed(path, content), contents))
    assert read_sealed(path) in contents
    assert [*tmp_path.iterdir()] == [path]


def test_parts_left_by_killed_processes_are_swept_when_they_are_old(tmp_path: Path) -> None:
    old, fresh = tmp_path / "graph.1.part", tmp_path / "graph.2.part"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, times=(time.time() - 7_200,) * 2)
    write_sealed(tmp_path / "graph", b"content")
    assert not old.exists()
    assert fresh.exists()


OPEN = """
import sys
from pathlib import Path
from rag.minilm import open_minilm
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

"""A ledger as large as wanted, out of a small folder of real documents and simulated vectors.

The sentences are real ones, used over and over: short runs of neighbours, in another order each
time, so that no two documents are alike while passages keep the words of one subject together.
What is not as in a real set of that size: the vocabulary stops growing. The vectors are random
ones around those of a thousand real sentences, so that a real question lies near some of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.documents import find_files, read_document
from rag.embedding import Embed
from rag.ledger import Ledger
from rag.ledger.rows import Record
from rag.sentences import split_spans
from rag.types import Document

RUN = 12  # neighbouring sentences kept together: about a passage
RUNS_EACH = 6  # of them in a document
CENTRES = 1_000
CLOSENESS = 0.6  # cosine between a vector and its centre
COMMIT = 50  # documents written at once
TITLE = 60  # characters of the first sentence

Vectors = NDArray[np.float32]
Bounds = NDArray[np.int32]


def read_all(folder: Path) -> list[Document]:
    """Read every document of a folder."""
    return [
        read_document(found.path.read_bytes(), found.name, found.path)
        for found in find_files(folder)
    ]


def bounds_of(document: Document) -> Bounds:
    """Return the (n, 2) offsets of a document's sentences."""
    return np.array(split_spans(document.text), np.int32).reshape(-1, 2)


def real_sentences(folder: Path) -> list[str]:
    """Return the sentences of all documents of a folder, in order."""
    return [
        document.text[start:end]
        for document in read_all(folder)
        for start, end in bounds_of(document).tolist()
    ]


def sentence_groups(sentences: Sequence[str], count: int, seed: int = 0) -> Iterator[list[str]]:
    """Yield the sentences of one document after another until there are ``count`` sentences."""
    generator = np.random.default_rng(seed)
    runs = [sentences[start : start + RUN] for start in range(0, len(sentences), RUN)]
    left = count
    while left > 0:
        order = generator.permutation(len(runs))
        for start in range(0, len(order), RUNS_EACH):
            chosen = order[start : start + RUNS_EACH].tolist()
            group = [sentence for run in chosen for sentence in runs[run]][:left]
            if group:
                yield group
            left -= len(group)


def around(centres: Vectors, count: int, generator: np.random.Generator) -> NDArray[np.float16]:
    """Return ``count`` random unit vectors at CLOSENESS from centres drawn at random."""
    chosen = centres[generator.integers(len(centres), size=count)]
    noise = generator.standard_normal(chosen.shape, np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = CLOSENESS * chosen + np.sqrt(1 - CLOSENESS**2) * noise
    units: NDArray[np.float16] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return units.astype(np.float16)


def centres_of(sentences: Sequence[str], embed: Embed) -> Vectors:
    """Return the vectors of sentences taken evenly from all."""
    step = max(1, len(sentences) // CENTRES)
    return embed(list(sentences[::step][:CENTRES]))


def make_record(number: int, sentences: Sequence[str], vectors: NDArray[np.float16]) -> Record:
    """Make a document of sentences, a space between them and a blank line after each run."""
    bounds, pieces, at = [], [], 0
    for place, sentence in enumerate(sentences, start=1):
        gap = " " if place % RUN else "\n\n"
        bounds.append((at, at + len(sentence)))
        pieces.append(sentence + gap)
        at += len(sentence) + len(gap)
    name = f"simulated-{number:06}"
    document = Document(name, sentences[0][:TITLE], "".join(pieces), source="simulated")
    return Record(document, name, np.array(bounds, np.int32), vectors)


def simulated_records(
    sentences: Sequence[str], centres: Vectors, count: int, seed: int = 0
) -> Iterator[Record]:
    """Yield documents with ``count`` sentences in all; the same ones for the same seed."""
    generator = np.random.default_rng(seed)
    for number, group in enumerate(sentence_groups(sentences, count, seed)):
        yield make_record(number, group, around(centres, len(group), generator))


def fill_ledger(ledger: Ledger, records: Iterator[Record]) -> None:
    """Write documents, a few at a time; the index is behind afterwards."""
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == COMMIT:
            ledger.write(batch)
            batch = []
    ledger.write(batch)

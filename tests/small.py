"""A small real embedding and small real document sets, for tests that need no large ones.

The embedding counts stemmed words into a few hundred places (feature hashing), so texts that
share words are close and equal texts are equal: enough to see that the right things happen.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.arrivals import Arrival, Brought, Fate
from rag.changes import IngestReport
from rag.config import Config
from rag.embedding import Embedding
from rag.ledger.rows import Entry
from rag.libraries import Library, assembled
from rag.ownership import take_ownership
from rag.removals import RemovalReport, Removed
from rag.shelf import Work
from rag.types import Citation, Verdict
from rag.vocabulary import content_stems
from tests.servers import on_servers

DIMENSION = 256

TALKS = """---
title: Cairo talks close
date: 2024-08-26
---
The round in Cairo closed on Sunday without an agreement. The United States, Qatar and Egypt
acted as mediators. William Burns of the CIA took part, and so did David Barnea of the Mossad.

Hamas was not at the table. Working teams remain in Cairo and will try to close the gaps.
"""
STRIKES = """date 2024-08-25 Israel and Hezbollah exchanged heavy fire early on Sunday.
Hezbollah said that it had launched more than 320 rockets. The Israeli military spoke of 270
targets and of about 100 aircraft.
"""
BAKERY = """# The bakery on Mill Lane

Anna Holm bakes rye bread every morning. The oven was built in 1921 by her great-grandfather.
On Fridays the bakery sells cardamom buns.
"""
FOLDER: Mapping[str, str] = {"talks.md": TALKS, "strikes.txt": STRIKES, "home/bakery.md": BAKERY}

CAIRO = Citation(
    number=1,
    document="2024-08-26-cairo-talks.md",
    title="Cairo talks on Gaza end without a final agreement",
    date=date(2024, 8, 26),
    sentence_ids=("2024-08-26-cairo-talks.md#4",),
    start=350,
    end=428,
    text="Three countries, the United States, Qatar and Egypt, mediated the Cairo talks.",
    verdict=Verdict.SUPPORTED,
    reason="Every name is in the sentence.",
)


def embed_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return (n, DIMENSION) float32 unit rows; a text without words points to the first place."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in enumerate(texts):
        for stem in content_stems(text):
            vectors[row, zlib.crc32(stem.encode()) % DIMENSION] += 1.0
        vectors[row, 0] += 1e-3
    units: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


def small_embedding(identity: str = "words") -> Embedding:
    """Return the embedding under a name of its own."""
    return Embedding(identity, DIMENSION, embed_words)


def write_folder(folder: Path, files: Mapping[str, str] = FOLDER) -> Path:
    """Write a folder of documents and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass
class PaperShelf:
    """A shelf on paper: documents are listed, and what is brought or removed is noted."""

    held: Sequence[Entry] = ()
    works: list[Work] = field(default_factory=list)
    folder: Path = Path("seeds")
    removed_folder: Path = Path(".rag/removed")
    is_followed: bool = False
    listed_revision: str = "1"
    said: Sequence[str] = ()
    gone: list[str] = field(default_factory=list)

    def revision(self) -> str:
        return self.listed_revision

    def entries(self) -> Sequence[Entry]:
        return self.held

    def troubles(self) -> Sequence[str]:
        return self.said

    def bring(self, files: Sequence[Brought], *, overwrite: bool = False) -> Work:
        fate = Fate.CHANGED if overwrite else Fate.ADDED
        work = Work([Arrival(one, fate) for one in files], is_done=True)
        self.works.append(work)
        return work

    def read_again(self, names: Sequence[str] | None = None) -> Work:
        report = IngestReport(unchanged=list(names or [one.id for one in self.held]))
        self.works.append(Work(report=report, is_done=True))
        return self.works[-1]

    def remove(self, names: Sequence[str]) -> RemovalReport:
        self.gone += names
        self.held = [one for one in self.held if one.id not in names]
        return RemovalReport([Removed(name, "its file is away") for name in names])

    def dismiss(self, work: Work) -> None:
        self.works.remove(work)


@contextmanager
def small_library(
    data: Path, embedding: Embedding | None = None, documents: Path = Path("seeds")
) -> Iterator[Library]:
    """Open and own a data folder with the small embedding."""
    embedding = embedding or small_embedding()
    config = on_servers(Config(data=data, documents=documents))
    library = assembled(config, embedding, None if config.is_shared else take_ownership(data))
    try:
        yield library
    finally:
        library.close()

"""Documents become records: cut into sentences and embedded, equal sentences only once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embed
from rag.ledger.rows import Record
from rag.sentences import split_spans
from rag.types import Document

Bounds = NDArray[np.int32]


def cut(document: Document) -> Bounds:
    """Return the (n, 2) offsets of a document's sentences."""
    return np.array(split_spans(document.text), np.int32).reshape(-1, 2)


def make_records(
    documents: Sequence[Document], hashes: Sequence[str], bounds: Sequence[Bounds], embed: Embed
) -> list[Record]:
    """Embed the sentences of several documents at once and give each document its own."""
    texts = [
        document.text[start:end]
        for document, own in zip(documents, bounds, strict=True)
        for start, end in own.tolist()
    ]
    vectors = np.split(_embed_unique(texts, embed), np.cumsum([len(own) for own in bounds])[:-1])
    parts = zip(documents, hashes, bounds, vectors, strict=True)
    return [Record(document, digest, own, rows) for document, digest, own, rows in parts]


def _embed_unique(texts: Sequence[str], embed: Embed) -> NDArray[np.float16]:
    """Return the (n, dimension) vectors of texts in their order."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(text, len(numbers)) for text in texts]
    return embed(list(numbers))[places].astype(np.float16)

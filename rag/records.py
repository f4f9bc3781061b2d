"""Documents become records: cut into sentences and embedded, equal sentences only once."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.changes import Change, IngestReport
from rag.embedding import Embedding
from rag.errors import DocumentError
from rag.ledger.rows import Record
from rag.sentences import split_spans
from rag.types import Document

AT_ONCE = 1_024  # sentences embedded together: enough to fill the cores, about two seconds' work
MAX_SENTENCES = 250_000  # of a document: about 25 MB of prose
MAX_VECTOR_BYTES = 600_000_000  # of a document; SQLite keeps no row of more than 1,000 MB
DOCUMENTS_AT_ONCE = 256  # each is claimed while it is at work
BYTES_OF_NUMBER = np.dtype(np.float16).itemsize

Bounds = NDArray[np.int32]
Cut = tuple[Change, Bounds]
Advance = Callable[[int], None]


def unnoticed(_: int) -> None:
    """Tell nobody how many sentences were embedded."""


def cut(document: Document, embedding: Embedding) -> Bounds:
    """Return the (n, 2) offsets of a document's sentences.

    Raises DocumentError when there are more of them than one document can have.
    """
    bounds = np.array(split_spans(document.text), np.int32).reshape(-1, 2)
    most = min(MAX_SENTENCES, MAX_VECTOR_BYTES // (BYTES_OF_NUMBER * embedding.dimension))
    if len(bounds) > most:
        raise DocumentError(
            f"{document.id} has {len(bounds):,} sentences, and a document may have {most:,}; "
            "split it into smaller files."
        )
    return bounds


def batches(
    changes: Iterable[Change], embedding: Embedding, done: IngestReport
) -> Iterator[list[Cut]]:
    """Cut documents and put them together until there is enough to embed.

    A document that has too many sentences is noted in ``done`` and passed over.
    """
    batch: list[Cut] = []
    sentences = 0
    for change in changes:
        try:
            bounds = cut(change.document, embedding)
        except DocumentError as error:
            done.failed.append((change.document.id, str(error)))
            continue
        batch.append((change, bounds))
        sentences += len(bounds)
        if sentences >= AT_ONCE or len(batch) >= DOCUMENTS_AT_ONCE:
            yield batch
            batch, sentences = [], 0
    if batch:
        yield batch


def records_of(batch: Sequence[Cut], embedding: Embedding, advance: Advance) -> list[Record]:
    """Embed a batch; ``advance`` as in ``make_records``."""
    documents = [change.document for change, _ in batch]
    hashes = [change.hash for change, _ in batch]
    return make_records(documents, hashes, [bounds for _, bounds in batch], embedding, advance)


def make_records(
    documents: Sequence[Document],
    hashes: Sequence[str],
    bounds: Sequence[Bounds],
    embedding: Embedding,
    advance: Advance = unnoticed,
) -> list[Record]:
    """Embed the sentences of several documents at once and give each document its own.

    ``advance`` is told how many sentences have been embedded, every AT_ONCE of them.
    """
    texts = [
        document.text[start:end]
        for document, own in zip(documents, bounds, strict=True)
        for start, end in own.tolist()
    ]
    vectors = np.empty((len(texts), embedding.dimension), np.float16)
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        vectors[start : start + len(some)] = _embed_unique(some, embedding)
        advance(len(some))
    each = np.split(vectors, np.cumsum([len(own) for own in bounds])[:-1])
    parts = zip(documents, hashes, bounds, each, strict=True)
    return [Record(document, digest, own, rows) for document, digest, own, rows in parts]


def _embed_unique(texts: Sequence[str], embedding: Embedding) -> NDArray[np.float32]:
    """Return the (n, dimension) vectors of texts in their order."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(text, len(numbers)) for text in texts]
    vectors: NDArray[np.float32] = embedding.embed(list(numbers))[places]
    return vectors

"""The index is built anew; documents are cut and embedded again only when the settings changed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

from rag.changes import Progress, Watch, unwatched
from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.fingerprint import fingerprint_state, is_made_with
from rag.ledger import Ledger, open_ledger
from rag.ledger.rows import Record
from rag.libraries import Report, opened, quiet
from rag.ownership import take_ownership
from rag.records import AT_ONCE, cut, make_records
from rag.shared_index import INDEX


def rebuild(config: Config, report: Report = quiet, watch: Watch = unwatched) -> str:
    """Rebuild a data folder in place and return one line that says what was done.

    Embedding again changes everything in one transaction, at the end: stopped before that,
    the folder is as it was. Raises OwnedError while another process owns the folder.
    """
    embedded = _embed_if_needed(config, report, watch)
    with opened(config, report, change=True) as library:
        store = library.rebuild_index(report)
        passages = store.count()
    what = f"{embedded} documents embedded again, " if embedded else "nothing embedded again, "
    return f"{what}{passages} passages indexed"


def _embed_if_needed(config: Config, report: Report, watch: Watch) -> int:
    with _alone(config) as ledger:
        embedding = open_embedding(config, report)
        if is_made_with(ledger, embedding):
            return 0
        records = _embed_all(ledger, embedding, watch)
        ledger.replace_vectors(records, fingerprint_state(embedding))
        return len(records)


@contextmanager
def _alone(config: Config) -> Iterator[Ledger]:
    """A ledger that nobody else writes to: its folder is owned, or the others have to wait."""
    if config.is_shared:
        with (
            closing(open_ledger(config.data, config.ledger_url)) as ledger,
            closing(ledger.locks()) as locks,
            locks.alone(INDEX),
        ):
            yield ledger
        return
    owner = take_ownership(config.data)
    try:
        with closing(open_ledger(config.data, config.ledger_url)) as ledger:
            yield ledger
    finally:
        owner.release()


def _embed_all(ledger: Ledger, embedding: Embedding, watch: Watch) -> list[Record]:
    total = len(ledger.entries())
    done: list[Record] = []
    sentences = 0
    for batch in _batches(ledger.records()):
        new = _embedded(batch, embedding)
        done += new
        sentences += sum(len(record.bounds) for record in new)
        watch(Progress("Embedding again", len(done), total, sentences, len(done) / total))
    return done


def _embedded(batch: Sequence[Record], embedding: Embedding) -> list[Record]:
    documents = [record.document for record in batch]
    bounds = [cut(document, embedding) for document in documents]
    new = make_records(documents, [record.hash for record in batch], bounds, embedding)
    return [replace(made, key=old.key) for made, old in zip(new, batch, strict=True)]


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Put records together until they hold, as they were cut before, enough to embed."""
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if sum(len(one.bounds) for one in batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch

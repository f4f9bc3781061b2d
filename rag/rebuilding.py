"""The index is built anew; documents are cut and embedded again only when the settings changed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from rag.config import Config
from rag.embedding import Embedding, open_embedding
from rag.fingerprint import fingerprint_state, is_made_with
from rag.ledger import Ledger, open_ledger
from rag.ledger.rows import Record
from rag.libraries import Report, give_back, opened, quiet
from rag.ownership import take_ownership
from rag.records import cut, make_records


def rebuild(config: Config, report: Report = quiet) -> str:
    """Rebuild a data folder in place and return one line that says what was done.

    Embedding again changes everything in one transaction, at the end: stopped before that,
    the folder is as it was. Raises OwnedError while another process owns the folder.
    """
    embedded = _embed_if_needed(config, report)
    with opened(config, report, change=True) as library:
        store = library.rebuild_index(report)
        passages = store.count()
    what = f"{embedded} documents embedded again, " if embedded else "nothing embedded again, "
    return f"{what}{passages} passages indexed"


def _embed_if_needed(config: Config, report: Report) -> int:
    owner = take_ownership(config.data)
    try:
        with closing(open_ledger(config.data)) as ledger:
            embedding = open_embedding(config, report)
            if is_made_with(ledger, embedding):
                return 0
            records = list(_embedded(ledger, embedding, report))
            ledger.replace_vectors(records, fingerprint_state(embedding))
            return len(records)
    finally:
        give_back(owner, doubtful=owner.was_killed)


def _embedded(ledger: Ledger, embedding: Embedding, report: Report) -> Iterator[Record]:
    for number, record in enumerate(ledger.records(), start=1):
        document = record.document
        (made,) = make_records([document], [record.hash], [cut(document)], embedding.embed)
        yield replace(made, key=record.key)
        report(f"embedded again: {number} documents")

"""What there is of each collection, in numbers."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.collections import DEFAULT, Collection, settings
from rag.collections.register import register_of
from rag.config import Config
from rag.ledger import ledger_is_there, open_ledger


@dataclass(frozen=True, slots=True)
class Held:
    """A collection as it is listed."""

    name: str
    documents: int
    sentences: int
    embedding: str
    folder: Path


def held(config: Config) -> list[Held]:
    """Every collection of an installation, the usual one first; nothing is opened for long."""
    usual = Collection(DEFAULT, config.documents, config.embedding)
    return [_held(config, one) for one in (usual, *register_of(config).all())]


def _held(config: Config, one: Collection) -> Held:
    its = settings(config, one)
    documents = sentences = 0
    if ledger_is_there(its.data, its.ledger_url):
        with closing(open_ledger(its.data, its.ledger_url)) as ledger:
            documents, sentences = len(ledger.keys()), ledger.sentences()
    return Held(one.name, documents, sentences, one.embedding, one.documents)

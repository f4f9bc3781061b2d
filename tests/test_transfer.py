"""A data folder is taken over to the server: all of it or nothing, and nothing is embedded."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.config import Config
from rag.conversations import Conversations
from rag.embedding import Embedding
from rag.errors import ConfigError, LedgerAway, LedgerError, OwnedError
from rag.evidence import retrieve_rows
from rag.ingest import ingest, remove_documents
from rag.ledger import FILE_NAME, open_ledger
from rag.libraries import Library, assembled
from rag.ownership import take_ownership
from rag.proceeding import ask
from rag.scope import Search
from rag.transferring import take_over
from rag.turns import kept_of
from rag.ui.opening import LibraryEngine
from tests.servers import Server, chroma, postgres, schema_of
from tests.small import DIMENSION, embed_words, small_embedding, write_folder

QUESTION = "Who acted as mediators in Cairo?"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with postgres() as ledger, chroma() as index:
        yield ledger, index


@pytest.fixture
def local(tmp_path: Path) -> Config:
    """A data folder with documents, one of them written anew, and a conversation."""
    config = Config(tmp_path / "data", write_folder(tmp_path / "documents"))
    with opened(config) as library:
        ingest(library, [config.documents])
        ingest(library, [write_folder(config.documents, {"late.txt": "The last ferry hums.\n"})])
        *_, last = ask(LibraryEngine(library), QUESTION, [])
        Conversations(config.data).keep(kept_of(last), "")
    return config


@pytest.fixture
def config(local: Config, servers: tuple[Server, Server]) -> Config:
    """The same with empty servers."""
    url = schema_of(servers[0].url, str(local.data))
    return replace(local, ledger_url=url, chroma_url=servers[1].url)


@contextmanager
def opened(config: Config, embedding: Embedding | None = None) -> Iterator[Library]:
    owner = None if config.is_shared else take_ownership(config.data)
    library = assembled(config, embedding or small_embedding(), owner)
    try:
        yield library
    finally:
        library.close()


def everything_in(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as ledger:
        return [*ledger.iterdump()]


def names_on(url: str, folder: Path) -> list[str]:
    with closing(open_ledger(folder, url)) as ledger:
        return [entry.id for entry in ledger.entries()]


@pytest.mark.servers
def test_documents_are_there_and_found_as_before_and_nothing_is_embedded(
    local: Config, config: Config
) -> None:
    with opened(local) as library:
        found = retrieve_rows(library, QUESTION, Search())
        entries = [replace(entry, key=0) for entry in library.documents()]
    assert take_over(config) == "4 documents and 1 conversation taken over"
    embedded: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        embedded.extend(texts)
        return embed_words(texts)

    with opened(config, Embedding("words", DIMENSION, embed)) as library:
        embedded.clear()  # what tells whether the model is still the same
        assert len(ingest(library, [config.documents]).unchanged) == len(entries)
        assert not embedded
        assert library.prepare_index().count() == len(library.snapshot().windows)
        assert [replace(entry, key=0) for entry in library.documents()] == entries
        assert retrieve_rows(library, QUESTION, Search()) == found


@pytest.mark.servers
def test_conversations_are_there_as_they_were(local: Config, config: Config) -> None:
    take_over(config)
    before, after = Conversations(local.data), Conversations(config.data, config.ledger_url)
    assert after.entries() == before.entries()
    (kept,) = after.entries()
    assert after.turns(kept.id) == before.turns(kept.id)


@pytest.mark.servers
def test_the_data_folder_stays_as_it_was(local: Config, config: Config) -> None:
    before = everything_in(local.data)
    take_over(config)
    assert everything_in(local.data) == before


@pytest.mark.servers
def test_a_server_that_holds_documents_is_refused_and_stays_as_it_was(config: Config) -> None:
    with opened(config) as library:
        ingest(library, [config.documents / "late.txt"])
    with pytest.raises(LedgerError, match="holds documents already, and nothing was taken over"):
        take_over(config)
    assert names_on(config.ledger_url, config.data) == ["late.txt"]
    assert not Conversations(config.data, config.ledger_url).entries()


@pytest.mark.servers
def test_a_key_that_the_server_has_used_names_no_other_document(config: Config) -> None:
    with opened(config) as library:
        ingest(library, [config.documents])
        used = {entry.key for entry in library.documents()}
        remove_documents(library, names_on(config.ledger_url, config.data))
        take_over(config)
        assert not used & {entry.key for entry in library.documents()}


@pytest.mark.servers
def test_what_fails_on_the_way_leaves_nothing_on_the_server(local: Config, config: Config) -> None:
    with closing(sqlite3.connect(local.data / FILE_NAME)) as ledger, ledger:
        ledger.execute("UPDATE turns SET words = 'a' || char(0)")  # which PostgreSQL cannot hold
    with pytest.raises(LedgerError) as caught:
        take_over(config)
    assert str(caught.value).endswith("what was stored before is kept.")
    assert names_on(config.ledger_url, config.data) == []


@pytest.mark.servers
def test_a_folder_that_is_in_use_is_refused(local: Config, config: Config) -> None:
    with opened(local), pytest.raises(OwnedError):
        take_over(config)


@pytest.mark.servers
def test_a_folder_without_a_ledger_is_named_and_none_is_made(
    config: Config, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError, match="There is no ledger in"):
        take_over(replace(config, data=tmp_path / "other"))
    assert not (tmp_path / "other" / FILE_NAME).exists()


@pytest.mark.servers
def test_a_ledger_of_another_layout_is_not_touched(local: Config, config: Config) -> None:
    with closing(sqlite3.connect(local.data / FILE_NAME)) as ledger, ledger:
        ledger.execute("UPDATE state SET value = '2' WHERE name = 'schema'")
    before = everything_in(local.data)
    with pytest.raises(LedgerError, match="another version of Footnote"):
        take_over(config)
    assert everything_in(local.data) == before


def test_without_a_server_to_go_to_it_is_said(local: Config) -> None:
    with pytest.raises(ConfigError, match="RAG_LEDGER_URL names no PostgreSQL"):
        take_over(local)


def test_a_server_that_does_not_answer_is_named(local: Config) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    with pytest.raises(LedgerAway, match="does not answer; start it"):
        take_over(replace(local, ledger_url=url))

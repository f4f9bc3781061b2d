"""Collections where ledger and index are on servers: a schema of its own for each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.collections import chosen, make, names_of, settings
from rag.collections.listing import held
from rag.collections.removing import remove
from rag.config import Config
from rag.errors import CollectionError, LedgerError
from rag.ingest import ingest
from rag.ledger import ledger_is_there
from rag.libraries import Library, assembled
from tests.servers import Server, chroma, postgres, schema_of
from tests.small import small_embedding, write_folder
from tests.test_collections import OTHERS, ROCKETS, answer

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def ledgers() -> Iterator[Server]:
    with postgres(is_durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def indexes() -> Iterator[Server]:
    with chroma() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, ledgers: Server, indexes: Server) -> Config:
    return Config(
        data=tmp_path / "data",
        documents=write_folder(tmp_path / "usual", ROCKETS),
        ledger_url=schema_of(ledgers.url, str(tmp_path)),
        chroma_url=indexes.url,
    )


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "other", OTHERS)


def filled(config: Config) -> Library:
    library = assembled(config, small_embedding(), None)
    ingest(library, [config.documents])
    return library


def test_collections_on_servers_never_mix(config: Config, other: Path) -> None:
    make(config, "human-resources", other, "minilm")
    its = chosen(replace(config, collection="human-resources"))
    usual, legal = filled(config), filled(its)
    try:
        told = answer(usual).text, answer(legal).text
        assert usual.ledger.name() != legal.ledger.name()
    finally:
        usual.close()
        legal.close()
    assert ["320" in text for text in told] == [True, False]
    assert ["400" in text for text in told] == [False, True]
    assert [(one.name, one.documents) for one in held(config)] == [
        ("default", 1),
        ("human-resources", 1),
    ]


def test_every_process_with_the_address_finds_the_collections(
    config: Config, other: Path, tmp_path: Path
) -> None:
    make(config, "legal", other, "minilm")
    elsewhere = replace(config, data=tmp_path / "another machine")
    assert names_of(elsewhere) == ["default", "legal"]


def test_a_removed_collection_is_gone_from_the_servers(config: Config, other: Path) -> None:
    its = settings(config, make(config, "legal", other, "minilm"))
    library = filled(its)
    library.close()
    assert ledger_is_there(its.data, its.ledger_url)
    assert "are gone" in remove(config, "legal")
    assert names_of(config) == ["default"]
    assert not ledger_is_there(its.data, its.ledger_url)
    with pytest.raises(CollectionError, match="There is no collection"):
        remove(config, "legal")


def test_one_that_is_removed_while_it_is_open_says_so_in_a_sentence(
    config: Config, other: Path
) -> None:
    its = settings(config, make(config, "legal", other, "minilm"))
    library = filled(its)
    remove(config, "legal")
    try:
        with pytest.raises(LedgerError):
            library.documents()
    finally:
        library.close()


@pytest.mark.parametrize("name", ["public", "information_schema", "pg_toast", "pg_legal"])
def test_a_schema_of_the_database_is_no_place_for_a_collection(
    config: Config, other: Path, ledgers: Server, name: str
) -> None:
    usual = replace(config, ledger_url=ledgers.url)
    with pytest.raises(LedgerError, match="for something else; choose another name"):
        make(usual, name, other, "minilm")
    assert names_of(usual) == ["default"]


def test_a_name_that_is_taken_is_not_made_again(config: Config, other: Path) -> None:
    make(config, "legal", other, "minilm")
    with pytest.raises(CollectionError, match="is there already"):
        make(config, "legal", other, "minilm")

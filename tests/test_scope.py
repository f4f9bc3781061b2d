"""A question can be asked of some documents only: by name, folder, tag and date."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.errors import QuestionError
from rag.evidence import find_evidence, retrieve_rows
from rag.ingest import ingest
from rag.ledger import open_ledger
from rag.libraries import Library
from rag.scope import EVERYWHERE, Scope, Search
from tests.small import small_library, write_folder

FILES = {
    "talks.md": "---\ndate: 2024-08-26\ntags: [Talks, cairo]\n---\nThe ferry talks ended.\n",
    "notes/ferry.md": "---\ndate: 2024-08-20\ntags: travel, cairo\n---\nThe ferry is late.\n",
    "notes/old/ferry.txt": "date 2023-01-05\nThe ferry was new.\n",
    "undated.txt": "The ferry is blue.\n",
}
AUGUST = date(2024, 8, 25)
OLD = "notes/old/ferry.txt"
SCOPES = {
    "everything": (EVERYWHERE, set(FILES)),
    "a name": (Scope(documents=("talks.md",)), {"talks.md"}),
    "two names": (Scope(documents=("talks.md", "undated.txt")), {"talks.md", "undated.txt"}),
    "a pattern": (Scope(documents=("*ferry*",)), {"notes/ferry.md", OLD}),
    "a folder": (Scope(folders=("notes",)), {"notes/ferry.md", OLD}),
    "a folder as typed": (Scope(folders=("notes/old/",)), {OLD}),
    "no half of a folder's name": (Scope(folders=("notes/o", "notes/old")), {OLD}),
    "a tag": (Scope(tags=("cairo",)), {"talks.md", "notes/ferry.md"}),
    "a tag in capitals": (Scope(tags=("TALKS",)), {"talks.md"}),
    "since a day, included": (Scope(since=date(2024, 8, 20)), {"talks.md", "notes/ferry.md"}),
    "until a day, included": (Scope(until=date(2024, 8, 20)), {"notes/ferry.md", OLD}),
    "all conditions at once": (Scope((), (), ("cairo",), None, AUGUST), {"notes/ferry.md"}),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("scope")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents", FILES)])
        yield library


@pytest.mark.parametrize("indexed", [True, False], ids=["index", "exact"])
@pytest.mark.parametrize(("scope", "documents"), SCOPES.values(), ids=SCOPES)
def test_only_documents_in_the_scope_are_evidence(
    library: Library, scope: Scope, documents: set[str], *, indexed: bool
) -> None:
    if indexed:
        library.prepare_index()
    found = find_evidence(library, library.snapshot(), "the ferry", Search(scope))
    assert {one.sentence.document_id for one in found.evidence} == documents


def test_a_scope_that_holds_nothing_is_named(library: Library) -> None:
    with pytest.raises(QuestionError, match="rag documents list"):
        retrieve_rows(library, "the ferry", Search(Scope(documents=("gone.txt",))))


def test_an_empty_library_is_no_wrong_scope(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        assert retrieve_rows(library, "the ferry", Search(Scope(documents=("gone.txt",)))) == []


def test_a_data_folder_of_the_layout_before_tags_is_taken_over(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with small_library(data) as library:
        ingest(library, [write_folder(tmp_path / "documents", FILES)])
        with library.ledger._engine.begin() as connection:
            for column in ("tags", "author", "pages"):
                connection.exec_driver_sql(f"ALTER TABLE documents DROP COLUMN {column}")
            connection.exec_driver_sql("UPDATE state SET value = '1' WHERE name = 'schema'")
    ledger = open_ledger(data, library.config.ledger_url)
    assert [entry.tags for entry in ledger.entries()] == [()] * len(FILES)
    ledger.close()

"""Whatever is added, changed, removed and asked in whatever order, it is as with a dictionary."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from rag.changes import IngestReport
from rag.documents import document_from_text
from rag.evidence import find_evidence
from rag.index import passage_rows
from rag.ingest import ingest, ingest_documents, remove_documents
from rag.libraries import Library
from rag.types import Document
from tests.small import small_library

NAMES = st.sampled_from([f"{word}.txt" for word in ("heron", "plover", "curlew", "osprey")])
PLACES = "harbour jetty bridge market station chapel orchard quarry".split()
TEXTS = st.lists(st.sampled_from(PLACES), min_size=1, max_size=6, unique=True)
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def text_of(name: str, places: list[str]) -> str:
    bird = name.removesuffix(".txt")
    return "".join(f"The {bird} was seen at the {place} of {bird}ton.\n" for place in places)


class Shelf(RuleBasedStateMachine):
    """A library and a dictionary, to which the same is done."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").exists() else None))
        self.held: dict[str, str] = {}
        self.opened = ExitStack()

    @initialize()
    def begin(self) -> None:
        (self.folder / "documents").mkdir()
        self.reopen()

    @rule()
    def reopen(self) -> None:
        self.opened.close()
        self.opened = ExitStack()
        self.open_library: Library = self.opened.enter_context(small_library(self.folder / "data"))

    @rule()
    def rebuild(self) -> None:
        self.open_library.rebuild_index()

    @rule()
    def lose_the_index(self) -> None:
        self.opened.close()
        shutil.rmtree(self.folder / "data" / "index", ignore_errors=True)
        self.reopen()

    @rule(name=NAMES, places=TEXTS)
    def bring(self, name: str, places: list[str]) -> None:
        """Add a document, or change it, without a file."""
        document = document_from_text(name, text_of(name, places))
        done = ingest_documents(self.open_library, [document])
        self.assert_told(done, name, document)
        self.held[name] = document.text

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        unknown = remove_documents(self.open_library, [name, "never.txt"])
        assert unknown == [one for one in (name, "never.txt") if one not in self.held]
        self.held.pop(name, None)

    @rule(files=st.dictionaries(NAMES, TEXTS, min_size=1))
    def follow_folder(self, files: dict[str, list[str]]) -> None:
        """Bring the library into step with a folder, after the documents that were brought."""
        remove_documents(self.open_library, list(self.held))
        folder = self.folder / "documents"
        for path in folder.iterdir():
            path.unlink()
        for name, places in files.items():
            (folder / name).write_text(text_of(name, places))
        done = ingest(self.open_library, [folder])
        assert sorted(done.added) == sorted(files)
        assert ingest(self.open_library, [folder]).has_news is False
        self.held = {name: text_of(name, places).strip() for name, places in files.items()}

    @rule(name=NAMES, place=st.sampled_from(PLACES), indexed=st.booleans())
    def ask(self, name: str, place: str, *, indexed: bool) -> None:
        if indexed:
            self.open_library.prepare_index()
        sentence = text_of(name, [place]).strip()
        found = find_evidence(self.open_library, self.open_library.snapshot(), sentence).evidence
        is_held = sentence in self.held.get(name, "")
        assert (bool(found) and found[0].sentence.text == sentence) == is_held
        assert all(one.sentence.text in self.held[one.sentence.document_id] for one in found)

    @rule()
    def compare_the_index(self) -> None:
        store = self.open_library.prepare_index()
        rows = [row for one in self.open_library.ledger.records() for row in passage_rows(one)[0]]
        kept = store.collection.get(include=["documents"])
        assert dict(zip(kept["ids"], kept["documents"] or [], strict=True)) == {
            row.id: row.text for row in rows
        }

    @invariant()
    def the_documents_are_those_of_the_dictionary(self) -> None:
        if not hasattr(self, "library"):
            return
        texts = {
            one.document.id: one.document.text.strip() for one in self.open_library.ledger.records()
        }
        assert texts == {name: text.strip() for name, text in self.held.items()}
        assert {one.id for one in self.open_library.snapshot().documents} == set(self.held)

    def assert_told(self, done: IngestReport, name: str, document: Document) -> None:
        was = self.held.get(name)
        assert (done.added, done.changed) == (([], [name]) if was else ([name], [])) or (
            done.unchanged == [name] and was == document.text
        )

    def teardown(self) -> None:
        self.opened.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(sequences: int, steps: int) -> None:
    run_state_machine_as_test(
        Shelf,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=QUIET,
            database=None,
        ),
    )


def test_a_thousand_steps_are_as_with_a_dictionary() -> None:
    run(20, 50)


@pytest.mark.slow
def test_twenty_thousand_steps_are_as_with_a_dictionary() -> None:
    run(200, 100)

"""A renewed snapshot is the one that would be taken afresh, and nobody waits for it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.assembling import take_snapshot
from rag.ingest import ingest, remove_documents
from rag.libraries import Library
from rag.retrieval import choose, score_sentences
from rag.snapshot import Snapshot
from tests.small import DIMENSION, FOLDER, small_library, write_folder

QUESTIONS = ("Who mediated in Cairo?", "What does the bakery bake?", "rockets", "the new ferry")
NEW = {"ferry.txt": "The new ferry mediated. It leaves at seven.\n", "a.txt": "Bees hum.\n"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as opened:
        ingest(opened, [write_folder(tmp_path / "documents")])
        opened.snapshot()
        yield opened


def fresh(library: Library) -> Snapshot:
    revision = library.ledger.state()["revision"]
    return take_snapshot(library.ledger.records(), revision, DIMENSION)


def found(library: Library, snapshot: Snapshot, question: str) -> list[tuple[str, float]]:
    """What the snapshot itself holds; the index is of today."""
    scored = score_sentences(snapshot, question, library.embedding.embed([question])[0])
    return [(one.sentence.id, round(one.score, 5)) for one in choose(snapshot, scored)]


def assert_as_fresh(library: Library) -> None:
    renewed, afresh = library.snapshot(), fresh(library)
    assert renewed.revision == afresh.revision
    assert renewed.documents == afresh.documents
    assert [one.text for one in renewed.documents] == [one.text for one in afresh.documents]
    assert renewed.passage_number == afresh.passage_number
    for name in ("bounds", "owner", "vectors", "is_heading", "windows", "passage_vectors"):
        assert np.array_equal(getattr(renewed, name)[:], getattr(afresh, name)[:]), name
    for question in QUESTIONS:
        assert found(library, renewed, question) == found(library, afresh, question)


def test_what_was_added_is_behind_what_stayed(library: Library, tmp_path: Path) -> None:
    ingest(library, [write_folder(tmp_path / "documents", NEW)])
    assert_as_fresh(library)


def test_what_was_removed_leaves_no_word_behind(library: Library) -> None:
    remove_documents(library, ["home/bakery.md"])
    assert_as_fresh(library)
    assert library.snapshot().known_stems("cardamom buns") == []


def test_what_was_changed_is_as_it_is_now(library: Library, tmp_path: Path) -> None:
    ingest(library, [write_folder(tmp_path / "documents", {**NEW, "talks.md": "The talks end."})])
    assert_as_fresh(library)


def test_everything_can_go_and_come_back(library: Library, tmp_path: Path) -> None:
    remove_documents(library, list(FOLDER))
    assert_as_fresh(library)
    ingest(library, [tmp_path / "documents"])
    assert_as_fresh(library)


def test_the_snapshot_before_stays_whole_for_those_who_read_it(
    library: Library, tmp_path: Path
) -> None:
    before = library.snapshot()
    answers = [found(library, before, question) for question in QUESTIONS]
    ingest(library, [write_folder(tmp_path / "documents", NEW)])
    remove_documents(library, ["strikes.txt"])
    library.snapshot()
    assert len(before.documents) == len(FOLDER)
    assert [found(library, before, question) for question in QUESTIONS] == answers


def test_while_documents_change_a_question_does_not_wait(library: Library) -> None:
    before = library.snapshot()
    asked: list[Snapshot] = []
    with library.change():
        remove_documents(library, ["strikes.txt"])
        other = threading.Thread(target=lambda: asked.append(library.snapshot()))
        other.start()
        other.join(timeout=10)
    assert asked == [before]
    assert [one.id for one in library.snapshot().documents] == ["home/bakery.md", "talks.md"]


def test_after_the_change_the_next_question_sees_it(library: Library, tmp_path: Path) -> None:
    ingest(library, [write_folder(tmp_path / "documents", NEW)])
    assert found(library, library.snapshot(), "the new ferry")[0][0] == "ferry.txt#0"

"""Segments follow the ledger, and files of them are only ever a shorter way to the same thing."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.assembling import assemble, take_snapshot
from rag.ledger import Ledger, open_ledger
from rag.ledger.rows import Record
from rag.merging import Sizes
from rag.segments import Segments
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.types import Document
from tests.small import DIMENSION, embed_words

TEXTS = (
    "The mediators met in Cairo. Egypt mediated; Qatar mediated too.",
    "Bread is baked in Mill Lane. The bakery opens at six. It bakes buns, bread and more buns.",
    "Rockets fell near the border. Nobody was hurt. The border is closed.",
    "…",
    "The new ferry leaves at seven. Жители Каира ждут. 开罗会谈 mediated.",
)
QUESTIONS = ("Who mediated in Cairo?", "bread and buns", "rockets at the border", "ferry 开罗")
SMALL = Sizes(largest=12, kept=4)  # sentences, so that everything happens with few documents


def record_of(name: str, text: str) -> Record:
    bounds = np.array(split_spans(text), np.int32).reshape(-1, 2)
    vectors = embed_words([text[start:end] for start, end in bounds.tolist()])
    document = Document(name, name.title(), text, source=name, tags=("one",), pages=(0,))
    return Record(document, f"{name}:{text}", bounds, vectors.astype(np.float16))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "data")
    opened.write([record_of(f"d{place}", text) for place, text in enumerate(TEXTS)])
    yield opened
    opened.close()


def snapshot_of(segments: Segments, ledger: Ledger) -> Snapshot:
    state = ledger.state()
    return assemble(segments.renew(ledger, state), state["revision"], DIMENSION)


def opened_anew(folder: Path, ledger: Ledger) -> Snapshot:
    return snapshot_of(Segments(DIMENSION, folder, SMALL), ledger)


def assert_as_afresh(found: Snapshot, ledger: Ledger) -> None:
    afresh = take_snapshot(ledger.records(), ledger.state()["revision"], DIMENSION)
    assert found.documents == afresh.documents
    assert [one.text for one in found.documents] == [one.text for one in afresh.documents]
    for name in ("bounds", "owner", "vectors", "is_heading", "windows", "passage_vectors"):
        assert np.array_equal(getattr(found, name)[:], getattr(afresh, name)[:]), name
    assert dict(found.passage_number) == dict(afresh.passage_number)
    for question in QUESTIONS:
        stems = afresh.known_stems(question)
        assert found.known_stems(question) == stems
        for mine, theirs in (
            (found.sentence_words, afresh.sentence_words),
            (found.passage_words, afresh.passage_words),
        ):
            assert np.array_equal(mine.scores(stems), theirs.scores(stems))


STEP = st.tuples(
    st.sampled_from(["put", "put", "put", "remove", "open"]),
    st.integers(0, 5),
    st.integers(0, len(TEXTS) - 1),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(STEP, min_size=1, max_size=25))
def test_whatever_is_put_and_removed_it_is_as_if_read_afresh(
    steps: Sequence[tuple[str, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ledger, segments = open_ledger(folder / "data"), Segments(DIMENSION, folder / "s", SMALL)
        held: dict[str, int] = {}
        for what, name, text in steps:
            document = f"d{name}"
            gone = [held.pop(document)] if what != "open" and document in held else []
            if what == "open":
                segments = Segments(DIMENSION, folder / "s", SMALL)
            elif what == "put":
                held[document] = ledger.write([record_of(document, TEXTS[text])], gone)[0]
            else:
                ledger.write([], gone)
            assert_as_afresh(snapshot_of(segments, ledger), ledger)
        ledger.close()


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.segment"))


def test_a_file_is_used_by_the_next_process(tmp_path: Path, ledger: Ledger) -> None:
    opened_anew(tmp_path / "s", ledger)
    again = opened_anew(tmp_path / "s", ledger)
    assert files_in(tmp_path / "s")
    assert any(one.segment.file for one in again.documents)
    assert_as_afresh(again, ledger)


DAMAGES = [
    pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-100]), id="cut"),
    pytest.param(lambda file: file.write_bytes(b""), id="empty"),
    pytest.param(
        lambda file: file.write_bytes(file.read_bytes()[:-9] + b"\1" + file.read_bytes()[-8:]),
        id="a byte changed",
    ),
    pytest.param(lambda file: file.unlink(), id="gone"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_found_and_made_anew(
    tmp_path: Path, ledger: Ledger, damage: Callable[[Path], object]
) -> None:
    opened_anew(tmp_path / "s", ledger)
    before = files_in(tmp_path / "s")
    for file in before:
        damage(file)
    assert_as_afresh(opened_anew(tmp_path / "s", ledger), ledger)
    assert files_in(tmp_path / "s") == before, "named after what is in them"
    assert all(file.stat().st_size for file in before)


def test_a_document_of_the_same_key_that_has_other_bytes_is_read(tmp_path: Path) -> None:
    for text in TEXTS[1:3]:  # as when a copy of the ledger was put back, and went on from there
        ledger = open_ledger(tmp_path / text[:5])
        ledger.set_state({"name": "same"})
        ledger.write([record_of("d", text), record_of("e", TEXTS[0])])
        assert_as_afresh(opened_anew(tmp_path / "s", ledger), ledger)
        ledger.close()


def test_vectors_of_another_fingerprint_are_never_used(tmp_path: Path, ledger: Ledger) -> None:
    opened_anew(tmp_path / "s", ledger)
    before = files_in(tmp_path / "s")
    others = [
        Record(one.document, one.hash, one.bounds, -one.vectors, one.key)
        for one in ledger.records()
    ]
    ledger.replace_vectors(others, {"fingerprint": "another"})
    assert_as_afresh(opened_anew(tmp_path / "s", ledger), ledger)
    assert not set(before) & set(files_in(tmp_path / "s"))


def test_where_nothing_can_be_written_all_is_held_in_memory(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "s").write_text("a file where the folder should be")
    assert_as_afresh(opened_anew(tmp_path / "s", ledger), ledger)


def test_a_change_reads_only_the_documents_that_are_new(tmp_path: Path, ledger: Ledger) -> None:
    segments = Segments(DIMENSION, tmp_path / "s", Sizes(largest=4, kept=4))
    before = {one.segment for one in snapshot_of(segments, ledger).documents}
    ledger.write([record_of("new", "It hums.")])
    after = snapshot_of(segments, ledger)
    assert {one.segment for one in after.documents[:2]} <= before
    assert_as_afresh(after, ledger)


def test_a_snapshot_stays_whole_when_its_files_go(tmp_path: Path, ledger: Ledger) -> None:
    before = opened_anew(tmp_path / "s", ledger)
    texts = [one.text for one in before.documents]
    for file in files_in(tmp_path / "s"):
        file.unlink()
    assert [one.text for one in before.documents] == texts
    assert_as_afresh(before, ledger)

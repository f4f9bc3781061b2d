import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from eval.speed.corpus import (
    CLOSENESS,
    around,
    bounds_of,
    fill_ledger,
    make_record,
    read_all,
    real_sentences,
    sentence_groups,
    simulated_records,
)
from eval.speed.costs import (
    ChildFailedError,
    Cost,
    Latency,
    folder_bytes,
    last_line,
    latency_of,
    peak_memory,
    question_times,
    resident_memory,
    run_child,
    timed,
)
from eval.speed.plot import axis_of, draw, panels_of, short
from eval.speed.run import copy_some, documents_of, questions_of
from eval.speed.scale import Scale, scale_table, verdict
from eval.speed.scale_steps import ScaleTask, read_task
from eval.speed.tables import costs_table, table
from rag.ledger import open_ledger
from rag.passages import window_bounds
from tests.small import FOLDER, embed_words, write_folder

SENTENCES = [f"Sentence number {number} stands here." for number in range(100)]


def cost(system: str, ingest: float, median: float, passages: int = 1_000) -> Cost:
    return Cost(system, passages, ingest, 5_000_000, 300_000_000, 0.5, 200_000_000, median, 9.0)


def scale(how: str, sentences: int, median: float, peak: int = 10**9) -> Scale:
    return Scale(sentences, sentences // 6, how, 10**8, 3.0, 9 * 10**8, peak, median, 2 * median)


def test_the_percentile_is_the_one_that_five_in_a_hundred_exceed() -> None:
    latency = latency_of([float(number) for number in range(1, 101)])
    assert latency.count == 100
    assert latency.median == 50.5
    assert 95.0 <= latency.slow <= 96.0


def test_one_question_is_its_own_median_and_percentile() -> None:
    assert latency_of([7.0]) == Latency(1, 7.0, 7.0)


def test_every_question_is_asked_once_and_timed() -> None:
    asked: list[str] = []
    times = question_times(asked.append, ["who", "when"])
    assert asked == ["who", "when"]
    assert all(time >= 0 for time in times)


def test_timed_work_gives_its_result() -> None:
    result, seconds = timed(lambda: sum(range(10)))
    assert result == 45
    assert seconds >= 0


def test_the_bytes_of_a_folder_are_those_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "inner" / "two").write_bytes(b"45")
    assert folder_bytes(tmp_path) == 5


def test_the_last_line_is_the_last_one_with_something_in_it() -> None:
    assert last_line("first\nsecond\n\n") == "second"
    assert not last_line("")


def test_a_process_that_fails_is_named_with_what_it_said_last() -> None:
    with pytest.raises(ChildFailedError, match=r"eval\.no_such_module"):
        run_child("eval.no_such_module", [])


def test_a_big_array_shows_in_the_peak_and_not_in_what_is_held_after() -> None:
    before = peak_memory()
    array = np.ones(25_000_000)
    assert resident_memory() >= array.nbytes
    del array
    assert peak_memory() >= before
    assert peak_memory() >= 200_000_000


def test_groups_hold_as_many_sentences_as_asked_for() -> None:
    groups = list(sentence_groups(SENTENCES, 250))
    assert sum(map(len, groups)) == 250
    assert all(groups)


def test_neighbours_stay_together_and_the_order_changes() -> None:
    groups = list(sentence_groups(SENTENCES, 200))
    first = groups[0]
    start = SENTENCES.index(first[0])
    assert first[:4] == SENTENCES[start : start + 4]
    assert [one for group in groups for one in group][:100] != SENTENCES


def test_a_document_is_made_of_its_sentences_byte_for_byte() -> None:
    vectors = np.zeros((30, 4), np.float16)
    record = make_record(3, SENTENCES[:30], vectors)
    text = record.document.text
    assert [text[start:end] for start, end in record.bounds.tolist()] == SENTENCES[:30]
    assert record.document.id == "simulated-000003"


def test_simulated_vectors_are_units_at_their_distance_from_a_centre() -> None:
    centres = np.eye(2, 64, dtype=np.float32)
    vectors = around(centres, 400, np.random.default_rng(0)).astype(np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=2e-3)
    nearest = (vectors @ centres.T).max(axis=1)
    assert abs(float(nearest.mean()) - CLOSENESS) < 0.05


def test_the_same_seed_gives_the_same_ledger(tmp_path: Path) -> None:
    centres = embed_words(SENTENCES[:5])
    for name in ("one", "two"):
        ledger = open_ledger(tmp_path / name)
        fill_ledger(ledger, simulated_records(SENTENCES, centres, 150))
        ledger.close()
    records = [list(open_ledger(tmp_path / name).records()) for name in ("one", "two")]
    assert sum(len(record.bounds) for record in records[0]) == 150
    for one, two in zip(*records, strict=True):
        assert one.document == two.document
        assert (one.vectors == two.vectors).all()


def test_documents_are_copied_until_there_are_enough_passages(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "all")
    size = copy_some(folder, 1, tmp_path / "some")
    (document,) = read_all(tmp_path / "some")
    assert size.documents == 1
    assert size.sentences == len(bounds_of(document)) == len(real_sentences(tmp_path / "some"))
    assert size.passages == len(window_bounds(bounds_of(document)))


def test_a_folder_that_has_less_is_copied_whole(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "all")
    assert copy_some(folder, 10_000, tmp_path / "some").documents == len(FOLDER)


def test_a_folder_without_a_set_is_its_own_documents_and_asked_the_golden_questions(
    tmp_path: Path,
) -> None:
    assert documents_of(tmp_path) == tmp_path
    assert len(questions_of(tmp_path, 3)) == 3


def test_a_set_brings_its_own_documents_and_questions(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    row = {"id": "q1", "question": "Who bakes?", "answerable": True, "evidence": []}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row))
    assert documents_of(tmp_path) == tmp_path / "documents"
    assert questions_of(tmp_path, 3) == ["Who bakes?"]


def test_ours_is_compared_with_the_floor_and_the_others_with_ours() -> None:
    costs = [cost("floor", 10.0, 2.0), cost("ours", 11.0, 6.0), cost("theirs", 33.0, 12.0)]
    floor, ours, theirs = costs_table(costs, "ours", "floor").splitlines()[2:]
    assert "×" not in floor
    assert "11.0 (1.10 ×)" in ours
    assert "6.0 (3.00 ×)" in ours
    assert "33.0 (3.00 ×)" in theirs
    assert "12.0 (2.00 ×)" in theirs


def test_columns_have_one_width() -> None:
    lines = table([["", "a long head"], ["name", "1"]]).splitlines()
    assert len(set(map(len, lines))) == 1


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (scale("exact", 100_000, 20.0), "kept"),
        (scale("exact", 100_000, 26.0), "missed: median"),
        (scale("exact", 100_000, 40.0), "missed: median, 95 %"),
        (scale("exact", 1_000_000, 140.0, 3 * 10**9), "missed: memory"),
        (scale("exact", 300_000, 900.0), ""),
    ],
    ids=["kept", "median", "median and percentile", "memory", "no bar"],
)
def test_a_missed_bar_is_named(one: Scale, said: str) -> None:
    assert verdict(one) == said


def test_the_floor_has_times_alone() -> None:
    *_, row = scale_table([scale("floor", 100_000, 5.0)]).splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["100,000", "floor", "", "", "", "", "5.0", "10.0", ""]


def test_a_task_travels_as_json() -> None:
    task = ScaleTask(Path("/a b"), Path("c"), Path("d.json"), 7, profile=True)
    assert read_task(task.to_json()) == task


def test_an_axis_goes_from_one_power_of_ten_to_another() -> None:
    axis = axis_of([30.0, 2_000.0], 0.0, 300.0)
    assert axis.ticks() == [10.0, 100.0, 1_000.0, 10_000.0]
    assert axis.place(100.0) == pytest.approx(100.0)


def test_an_axis_of_one_value_has_a_length() -> None:
    assert axis_of([10.0], 0.0, 100.0).place(100.0) == pytest.approx(100.0)


def test_a_picture_has_a_line_for_each_system_and_a_dot_for_each_size() -> None:
    names = ("ours & yours", "<floor>")
    rows = [
        {"system": name, "passages": size, "ingest": size / 10, "median": 5.0}
        for name in names
        for size in (1_000, 10_000)
    ]
    picture = draw(panels_of(rows, []))
    root = ET.fromstring(picture)
    lines = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) == 2 * len(names)
    assert all(len(line.attrib["points"].split()) == 2 for line in lines)
    words = "".join(root.itertext())
    assert all(name in words for name in names)


def test_the_memory_of_the_floor_is_not_drawn() -> None:
    rows = [
        {"how": how, "sentences": 100_000, "median": 5.0, "peak": 10**9}
        for how in ("exact", "floor")
    ]
    questions, memory = panels_of([], rows)
    assert set(questions.lines) == {"exact", "floor"}
    assert dict(memory.lines) == {"exact": [(100_000.0, 1_000.0)]}


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.25, "0.25"), (12.34, "12.3"), (1_000, "1k"), (78_235, "78.2k"), (1_000_000, "1M")],
)
def test_numbers_are_short(value: float, said: str) -> None:
    assert short(value) == said

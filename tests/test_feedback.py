"""What readers think of answers is kept in a file, a line each, and read back."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import FeedbackError
from rag.feedback import Feedback, Opinion, feedback_file, keep, read_feedback, standing
from rag.rendering.json_form import to_json
from rag.types import Answer, Citation, Mark, Message, Mode, Outcome, Verdict

SENTENCE = "Egypt and Qatar mediated the talks."
ANSWER = Answer(
    question="And who mediated?",
    standalone_question="Who mediated the talks?",
    outcome=Outcome.ANSWERED,
    mode=Mode.QUOTES,
    text=SENTENCE,
    marks=(Mark(35, 1),),
    citations=(
        Citation(
            *(1, "talks.txt", "Talks", dt.date(2024, 8, 26), ("talks.txt#1",), 7, 42, SENTENCE),
            Verdict.SUPPORTED,
        ),
    ),
)
GOOD = Feedback(
    case="first",
    time=dt.datetime(2024, 8, 27, 9, 30, tzinfo=dt.UTC),
    question=ANSWER.question,
    standalone_question=ANSWER.standalone_question,
    history=(Message("user", "Where were the talks?"), Message("assistant", "In Cairo.")),
    opinion=Opinion.GOOD,
    reason="Both are named.\nWith their sentence.",
    citation=None,
    answer=to_json(ANSWER),
)


def test_an_opinion_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    path = feedback_file(tmp_path / "data")
    keep(path, GOOD)
    assert read_feedback(path).feedback == (GOOD,)


def test_an_opinion_is_one_line(tmp_path: Path) -> None:
    keep(tmp_path / "f", replace(GOOD, reason="one\ntwo\u2028three\r\nfour"))
    assert (tmp_path / "f").read_bytes().count(b"\n") == 1
    assert read_feedback(tmp_path / "f").feedback[0].reason == "one\ntwo\u2028three\r\nfour"


def test_half_a_character_hinders_nothing(tmp_path: Path) -> None:
    keep(tmp_path / "f", replace(GOOD, reason="\ud83d"))
    assert read_feedback(tmp_path / "f").feedback[0].reason == "?"


def test_lines_of_several_sessions_do_not_mix(tmp_path: Path) -> None:
    long = replace(GOOD, reason="x" * 50_000)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: keep(tmp_path / "f", replace(long, case=str(n))), range(64)))
    kept = read_feedback(tmp_path / "f")
    assert {one.case for one in kept.feedback} == {str(n) for n in range(64)}
    assert kept.skipped == 0


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "f"
    keep(path, GOOD)
    path.write_bytes(path.read_bytes() + path.read_bytes()[:90])
    keep(path, replace(GOOD, case="second"))
    kept = read_feedback(path)
    assert [one.case for one in kept.feedback] == ["first", "second"]
    assert kept.skipped == 1


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"case": 7}, id="case"),
        pytest.param({"time": "yesterday"}, id="time"),
        pytest.param({"opinion": "splendid"}, id="opinion"),
        pytest.param({"citation": "1"}, id="citation"),
        pytest.param({"history": ["hello"]}, id="history"),
        pytest.param({"answer": None}, id="no answer"),
        pytest.param({"answer": to_json(ANSWER) | {"outcome": "perhaps"}}, id="outcome"),
        pytest.param({"answer": to_json(ANSWER) | {"citations": [{"number": 1}]}}, id="citations"),
        pytest.param({"answer": to_json(ANSWER) | {"marks": [[35, 1]]}}, id="marks"),
    ],
)
def test_a_line_of_wrong_types_is_left_out_and_counted(
    changed: dict[str, object], tmp_path: Path
) -> None:
    keep(tmp_path / "f", GOOD)
    row = json.loads((tmp_path / "f").read_text(encoding="utf-8")) | changed
    (tmp_path / "f").write_text(json.dumps(row), encoding="utf-8")
    kept = read_feedback(tmp_path / "f")
    assert (kept.feedback, kept.skipped) == ((), 1)


@pytest.mark.parametrize("line", [b"[1]", b"\xff\xfe{", b"[" * 100_000, b"null", b'"x"'])
def test_a_foreign_line_is_left_out_and_counted(line: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(line + b"\n\n")
    assert read_feedback(tmp_path / "f").skipped == 1


def test_the_later_line_on_the_same_thing_wins() -> None:
    bad = replace(GOOD, opinion=Opinion.BAD)
    on_one = replace(bad, citation=1)
    assert standing([GOOD, on_one, bad]) == [bad, on_one]


def test_what_was_taken_back_does_not_stand() -> None:
    assert standing([GOOD, replace(GOOD, opinion=Opinion.WITHDRAWN)]) == []


def test_no_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match=r"There is no feedback in .* yet"):
        read_feedback(tmp_path / "f")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match="cannot be read"):
        read_feedback(tmp_path)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FeedbackError, match="cannot be written"):
        keep(tmp_path / "file" / "f", GOOD)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_one_sentence() -> None:
    with pytest.raises(FeedbackError, match="No space left"):
        keep(Path("/dev/full"), GOOD)

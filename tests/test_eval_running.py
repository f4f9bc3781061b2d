"""The parts of a run, one by one: work at once, the time left, what CI systems read."""

import threading
from pathlib import Path
from time import sleep
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from eval.running.folder import Results, RunFolderError, read_results
from eval.running.junit import junit_xml
from eval.running.listening import Listener, Speaker, key_of
from eval.running.summary import summarise
from eval.running.working import Done, in_words, occasional_lines, work_through
from rag.errors import ModelCut
from rag.types import Message


def test_the_watch_is_told_of_every_item_and_of_errors() -> None:
    told: list[Done] = []
    work_through(lambda item: item != 2, [1, 2, 3], 1, told.append)
    assert [(one.done, one.total) for one in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[-1].errors == 1
    assert str(told[-1]) == "3 of 3 questions, 1 error"


def test_several_items_are_worked_on_at_once() -> None:
    both = threading.Barrier(2, timeout=5)
    work_through(lambda _: both.wait() >= 0, [1, 2], 2, lambda _: None)


def test_a_stop_waits_for_what_has_begun_and_begins_no_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[int] = []
    second = threading.Event()

    def work(item: int) -> bool:
        if item == 1:
            assert second.wait(5)
        elif item > 1:
            sleep(0.01)  # long enough that not all of them are done before the stop
        done.append(item)
        return True

    def stop(_: Done) -> None:
        second.set()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_through(work, [0, 1, *range(2, 500)], 2, stop)
    assert {0, 1} <= set(done)
    assert len(done) < 500
    assert "Ctrl-C again" in capsys.readouterr().err


def test_what_work_raises_ends_the_rest() -> None:
    def work(item: int) -> bool:
        if item:
            raise RunFolderError("full")
        return True

    with pytest.raises(RunFolderError, match="full"):
        work_through(work, [0, 1, 2], 1, lambda _: None)


def test_a_line_is_said_every_ten_seconds_with_the_time_left() -> None:
    now = [0.0]
    lines: list[str] = []
    watch = occasional_lines(lines.append, lambda: now[0])
    for now[0] in (1.0, 9.0, 10.0, 12.0, 21.0):
        watch(Done(int(now[0]), 100, 0, now[0]))
    assert lines == ["10 of 100 questions, 1:30 left", "21 of 100 questions, 1:19 left"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (61.4, "1:01"), (3599.6, "1:00:00"), (7325, "2:02:05")]
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def row_of(name: str, *, tags: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """A line of results.jsonl."""
    row = {
        "id": name,
        "repeat": 0,
        "question": {"id": name, "question": "Who?", "answerable": True, "tags": tags},
        "status": "ok",
        "error": "",
        "answer": None,
        "tokens": None,
        "seconds": {"total": 0.5},
        "scores": {"outcome_right": 1.0, "fact_recall": None},
    }
    return {**row, **changes}


def test_junit_tells_failures_from_errors_and_holds_no_control_character() -> None:
    answer = {"outcome": "answered", "text": "Bell\x07 & \ud800<b>"}
    rows = [
        row_of("good"),
        row_of("bad\x00", answer=answer, scores={"outcome_right": 1.0, "fact_recall": 0.5}),
        row_of("ended", answer=answer, scores={"outcome_right": 0.0, "fact_recall": 1.0}),
        row_of("broken", status="error", error="no \x1b[1mserver", seconds={}, scores={}),
    ]
    suite = ET.fromstring(junit_xml("golden", rows))[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "time")} == {
        "tests": "4",
        "failures": "2",
        "errors": "1",
        "time": "1.500",
    }
    good, bad, ended, broken = suite
    assert (good.get("name"), list(good)) == ("good", [])
    assert (bad.get("name"), bad[0].get("message")) == ("bad", "50% of the facts are in the answer")
    assert (bad[0].text or "").endswith("Answer: Bell & <b>")
    assert ended[0].get("message") == "ended as answered, not as answered"
    assert (broken[0].tag, broken[0].get("message")) == ("error", "no [1mserver")


def test_a_summary_counts_a_question_once_however_often_it_was_asked() -> None:
    scores = [{"outcome_right": value} for value in (1.0, 0.0, 0.0, 0.0)]
    rows = [
        row_of("a", tags=("who",), scores=scores[0]),
        row_of("a", tags=("who",), scores=scores[1], repeat=1),
        row_of("b", scores=scores[2]),
        row_of("b", scores=scores[3], repeat=1),
    ]
    summary = summarise(rows)
    assert (summary["questions"], summary["results"]) == (2, 4)
    figure = summary["metrics"]["outcome_right"]
    assert (figure["mean"], figure["count"]) == (0.25, 2)  # of 1/2 and 0
    assert summary["by_tag"]["who"]["outcome_right"]["mean"] == 0.5
    assert summary["spread"] == {"outcome_right": pytest.approx(0.5 / 2**0.5)}  # of 1/2 and 0


def test_a_line_in_the_middle_that_is_broken_is_named(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_text('{"id": "a"}\n{"id"\n{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(RunFolderError, match="line 2 is no JSON"):
        read_results(tmp_path)


def test_rows_from_many_threads_stay_lines(tmp_path: Path) -> None:
    results = Results(tmp_path, [])
    text = "x" * 10_000

    def work(number: int) -> bool:
        results.append({"n": number, "text": text})
        return True

    work_through(work, range(200), 8, lambda _: None)
    results.close()
    assert {row["n"] for row in read_results(tmp_path)} == {*range(200)}


ASKED = [Message("user", "Who?")]


def test_a_reply_that_was_cut_is_not_kept_and_counts_as_a_failure(tmp_path: Path) -> None:
    def stream(_messages: object, _told: object, _form: object) -> Any:
        yield "The be"
        raise ModelCut("cut")

    listener = Listener(Speaker("small", stream, tmp_path), 0)
    with pytest.raises(ModelCut):
        list(listener.model.stream(ASKED))
    assert ([str(one) for one in listener.failures], listener.calls[0].reply) == (["cut"], "The be")
    assert list(tmp_path.iterdir()) == []


def test_a_reply_is_kept_with_its_tokens_for_its_model_prompt_and_repeat(tmp_path: Path) -> None:
    def stream(_messages: object, told: Any, _form: object) -> Any:
        yield from ("The ", "bell.")
        told(12, 3)

    def ask(repeat: int) -> Listener:
        listener = Listener(Speaker("small", stream, tmp_path / "kept"), repeat)
        assert "".join(listener.model.stream(ASKED)) == "The bell."
        assert listener.tokens == {"prompt": 12, "completion": 3}
        return listener

    assert [ask(repeat).calls[0].was_kept for repeat in (0, 0, 1)] == [False, True, False]
    other = [Message("user", "Who")]
    keys = {key_of("small", ASKED, 0), key_of("large", ASKED, 0), key_of("small", other, 0)}
    assert (
        len({*keys, key_of("small", ASKED, 1), key_of("small", ASKED, 0, {"title": "mood"})}) == 5
    )


def test_a_kept_reply_that_is_broken_is_asked_anew(tmp_path: Path) -> None:
    (tmp_path / key_of("small", ASKED, 0)).write_text("[", encoding="utf-8")
    listener = Listener(Speaker("small", lambda _m, _t, _f: iter(["Fine."]), tmp_path), 0)
    assert list(listener.model.stream(ASKED)) == ["Fine."]
    assert not listener.calls[0].was_kept

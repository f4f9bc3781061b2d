"""Folders that cannot be compared: one sentence each, exit status 2, no traceback."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.compare.command import main
from tests.run_folders import result, results, write_run

Spoil = Callable[[Path], object]


def config(text: str) -> Spoil:
    return lambda folder: (folder / "config.json").write_text(text)


def lines(text: str) -> Spoil:
    return lambda folder: (folder / "results.jsonl").write_text(text)


def line(**changes: object) -> Spoil:
    return lines(json.dumps(result(1) | changes))


BROKEN: dict[str, tuple[Spoil, str]] = {
    "no run folder": (lambda it: (it / "config.json").unlink(), "is no run folder"),
    "no results": (lambda it: (it / "results.jsonl").unlink(), "results.jsonl cannot be read"),
    "empty results": (lines("\n\n"), "holds no result"),
    "config cut": (config('{"settings": {'), "config.json cannot be read as JSON"),
    "config no object": (config("[1]"), "config.json is no JSON object"),
    "config of bytes": (
        lambda it: (it / "config.json").write_bytes(b"\xff\xfe\x00"),
        "config.json cannot be read as JSON",
    ),
    "settings of a wrong type": (config('{"settings": 7}'), "no object under “settings”"),
    "results cut": (lines(json.dumps(result(1))[:-9]), "results.jsonl, line 1 is no JSON"),
    "results of bytes": (
        lambda it: (it / "results.jsonl").write_bytes(b"\xff\xfe\x00"),
        "results.jsonl cannot be read as UTF-8",
    ),
    "a list for a line": (lines("[]"), "line 1 is no JSON object"),
    "deep nesting": (lines("[" * 100_000), "line 1 is no JSON"),
    "no id": (line(id=None), "has no “id” that is a text"),
    "a wrong repeat": (line(repeat="first"), "“repeat” that is no whole number"),
    "a wrong status": (line(status="done"), "neither ok nor error"),
    "scores no object": (line(scores=[1]), "“scores” that is no object"),
    "an answer no object": (line(answer="Anna"), "“answer” that is no object"),
    "a question no object": (line(question="Who?"), "“question” that is no object"),
    "NaN": (line(scores={"fact_recall": float("nan")}), "fact_recall with nan"),
    "infinite": (line(scores={"fact_recall": float("inf")}), "fact_recall with inf"),
    "a huge number": (line(scores={"fact_recall": 10**400}), "fact_recall with 1000"),
    "a word for a score": (line(scores={"fact_recall": "good"}), "fact_recall with 'good'"),
    "yes for a score": (line(scores={"fact_recall": True}), "fact_recall with True"),
}


@pytest.mark.parametrize(("spoil", "words"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("is_first", [True, False], ids=["A", "B"])
def test_what_is_no_run_is_named_in_one_sentence(
    spoil: Spoil, words: str, is_first: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(write_run(tmp_path / "good", results("fact_recall", [1.0] * 30)))
    bad = write_run(tmp_path / "bad", [result(1)])
    spoil(bad)
    assert main([str(bad), good] if is_first else [good, str(bad)]) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out


def test_a_folder_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere", "nowhere"]) == 2
    assert "nowhere is no run folder" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--metric", "--guard"])
def test_an_unknown_metric_is_named(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(write_run(tmp_path / "a", results("fact_recall", [1.0] * 30)))
    assert main([folder, folder, flag, "recal"]) == 2
    assert "no metric recal in either run; there are fact_recall." in capsys.readouterr().err


def test_runs_of_other_questions_are_too_few(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = write_run(tmp_path / "a", [result(n) for n in range(30)])
    b = write_run(tmp_path / "b", [result(n) for n in range(30, 60)])
    assert main([str(a), str(b)]) == 2
    assert "Too few: 0 common questions, and a verdict needs 20." in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full_is_named(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a", [result(n) for n in range(30)])
    command = [sys.executable, "-m", "eval.compare", str(folder), str(folder)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be written (No space left on device)." in done.stderr
    assert done.stderr.count("\n") == 1

"""What the report reads and writes, and that nothing in it can run but itself."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from eval.report import RunError, write_report
from eval.report.__main__ import main
from eval.report.data import data_json
from tests.report_hostile import hostile_config, hostile_results, hostile_summary
from tests.report_page import Elements, page_of, read
from tests.report_run import (
    KEEPER,
    KEEPS,
    PROMPT,
    RIGHT,
    write_run,
)


def test_a_later_row_of_a_question_stands_for_the_earlier_one(tmp_path: Path) -> None:
    (only,) = read(tmp_path, {**KEEPER, "status": "error", "error": "x"}, KEEPER)
    assert only.error == ""


def test_a_repeat_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert [it.name for it in read(tmp_path, RIGHT, {**RIGHT, "repeat": 1})] == ["right", "right~2"]


def test_texts_that_many_questions_share_stand_once(tmp_path: Path) -> None:
    other = {**KEEPER, "id": "other"}
    data = json.loads(data_json(read(tmp_path, KEEPER, other)))
    assert data["texts"].count(KEEPS) == 1
    (_, pieces), *_ = data["questions"][1]["messages"]
    assert "".join(data["texts"][piece] for piece in pieces) == PROMPT


@pytest.mark.parametrize("name", ["config.json", "results.jsonl", "summary.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_run(tmp_path) / name).unlink()
    with pytest.raises(RunError, match=re.escape(name)):
        write_report(tmp_path)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", '{"id": "a", "question": {"question": "?"}}'],
    ids=["no-json", "no-object", "empty", "no-question"],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str) -> None:
    path = write_run(tmp_path) / "results.jsonl"
    path.write_text(f"{json.dumps(RIGHT)}\n{line}\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"results\.jsonl, line 2"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_the_command_prints_where_the_report_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(write_run(tmp_path))]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "report.html")


def test_the_command_fails_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert "name a folder that python -m eval.run has finished" in capsys.readouterr().err


def test_the_policy_names_the_hashes_of_the_style_and_the_script(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    for name, text in (("style", style), ("script", script)):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_hostile_texts_become_no_elements_and_no_attributes(tmp_path: Path) -> None:
    page = page_of(tmp_path, *hostile_results(), config=hostile_config(), summary=hostile_summary())
    found = Elements(page).found
    assert [tag for tag, _ in found].count("script") == 2
    assert not {"img", "iframe", "object", "embed", "link", "base"} & {tag for tag, _ in found}
    names = {name for _, attributes in found for name in attributes}
    assert not any(name.startswith("on") or name in ("src", "style", "srcdoc") for name in names)
    assert all((it.get("href") or "#").startswith("#") for _, it in found)
    assert [tag for tag, _ in found].count("template") == 2


def test_data_comes_back_as_it_was(tmp_path: Path) -> None:
    page = page_of(tmp_path, *hostile_results())
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    names = [it["name"] for it in json.loads(data)["questions"]]
    assert names == [row["id"].replace("\ud800", "?") for row in hostile_results()]

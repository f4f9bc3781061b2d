"""Cases of feedback become golden questions without a terminal: what the page calls."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.adopting.terminal import Terminal
from rag.feedback import Opinion, keep
from tests.small import write_folder
from tests.test_adopt import BAKERY, NOT_FOUND, TALKS, Person, Place, said


@pytest.fixture
def place(tmp_path: Path) -> Place:
    write_folder(tmp_path / "documents", {"talks.txt": TALKS, "bakery.md": BAKERY})
    keep(tmp_path / "feedback.jsonl", said())
    return Place(tmp_path)


def called(place: Place, *flags: str) -> tuple[int, Any]:
    """Run the command without a terminal; returns its exit status and what it printed."""
    person = Person()
    status = place.run(Terminal(person.ask, person.shown.append, is_interactive=False), flags)
    return status, json.loads(person.text) if person.text else None


def sent(place: Place, **fields: Any) -> tuple[int, Any]:
    path = place.folder / "fields.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    return called(place, "--case", "first", "--fields", str(path))


def test_the_cases_are_listed_as_json(place: Place) -> None:
    status, found = called(place, "--list", "--json")
    assert status == 0
    (case,) = found["cases"]
    assert (case["case"], case["question"]) == ("first", "Who mediated the talks?")
    assert (case["is_bad"], case["golden"]) == (False, None)


def test_a_case_is_proposed_with_its_fields_and_changes_nothing(place: Place) -> None:
    status, found = called(place, "--case", "first")
    assert status == 0
    assert found["fields"]["evidence"] == "Egypt and Qatar mediated the talks."
    assert found["fields"]["facts"] == "Egypt\nQatar"
    assert found["problems"] == []
    assert not place.golden.exists()


def test_the_proposal_sent_back_is_added_and_noted(place: Place) -> None:
    _, found = called(place, "--case", "first")
    status, done = sent(place, **found["fields"])
    assert (status, done) == (0, {"added": "who-mediated-the-talks", "problems": []})
    assert [row["id"] for row in place.rows()] == ["who-mediated-the-talks"]
    assert called(place, "--list", "--json")[1]["cases"][0]["golden"] == "who-mediated-the-talks"


def test_what_a_person_changed_is_what_is_added(place: Place) -> None:
    fields = {
        "question": "Which two countries mediated?",
        "answers": "Egypt and Qatar\n\nQatar and Egypt",
        "facts": "Egypt | Cairo's government\nQatar",
        "evidence": "Qatar mediated the talks",
        "tags": ["who"],
    }
    assert sent(place, **fields)[0] == 0
    (row,) = place.rows()
    assert (row["id"], row["question"]) == (
        "which-two-countries-mediated",
        "Which two countries mediated?",
    )
    assert row["answers"] == ["Egypt and Qatar", "Qatar and Egypt"]
    assert row["facts"] == [["Egypt", "Cairo's government"], ["Qatar"]]
    assert row["evidence"][0]["text"] == "Egypt and Qatar mediated the talks."
    assert row["tags"] == ["one-sentence", "who"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param({"answers": ""}, "has no answers", id="no answer"),
        pytest.param(
            {"evidence": "Norway did it"}, "does not stand in the documents", id="nowhere"
        ),
        pytest.param({"evidence": "the"}, "sentences have “the”", id="in several"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_added(
    fields: dict[str, str], problem: str, place: Place
) -> None:
    status, done = sent(place, **fields)
    assert status == 1
    assert done["added"] == ""
    assert any(problem in one for one in done["problems"])
    assert not place.golden.exists()


def test_a_refusal_can_be_completed_by_its_tag(place: Place) -> None:
    keep(place.feedback, said(NOT_FOUND))
    assert sent(place, tags=["missing-fact"])[0] == 0
    (row,) = place.rows()
    assert (row["answerable"], row["tags"]) == (False, ["missing-fact", "near-miss"])


def test_a_case_put_aside_is_added_nowhere(place: Place) -> None:
    keep(place.feedback, said(opinion=Opinion.BAD))
    assert called(place, "--case", "first", "--skip") == (0, None)
    assert called(place, "--list", "--json")[1]["cases"][0]["golden"] == ""
    assert not place.golden.exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        pytest.param(["--case", "other"], "There is no case other", id="unknown case"),
        pytest.param(["--case", "first", "--fields", "none.json"], "send one object", id="no file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    flags: list[str], words: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(place, *flags) == (1, None)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[1]", "{", '{"tags": "who"}', '{"outcome": "won"}'])
def test_fields_of_another_form_are_refused(
    text: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.folder / "fields.json"
    path.write_text(text, encoding="utf-8")
    assert called(place, "--case", "first", "--fields", str(path)) == (1, None)
    assert "eval.adopt: The fields" in capsys.readouterr().err

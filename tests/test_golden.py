"""The golden set is checked: what its rules catch, on a folder of two documents."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.golden import main, place, read_pages, set_problems
from eval.golden_rules import problems
from eval.questions import Question, QuestionSetError, question_of, read_questions
from tests.small import write_folder

Row = dict[str, Any]
TEXTS = {
    "talks.txt": "date 2024-08-26 Talks\n\n"
    "Egypt and Qatar mediated the talks. They ended on Sunday.\n",
    "list.md": "# People\n\n- **Anna Holm**: a baker. She bakes bread.\n- Otto Lind: a smith.\n",
}
MEDIATORS = "Egypt and Qatar mediated the talks."
GOOD: Row = {
    "id": "mediators",
    "question": "Who mediated the talks?",
    "answers": ["Egypt and Qatar"],
    "facts": [["Egypt"], ["Qatar", "Doha"]],
    "answerable": True,
    "outcome": "answered",
    "evidence": [{"document": "talks.txt", "text": MEDIATORS, "start": 7, "end": 42}],
    "tags": ["one-sentence", "who"],
    "split": "dev",
}
REFUSED: Row = {
    "id": "place",
    "question": "In which hotel did they meet?",
    "answers": [],
    "facts": [],
    "answerable": False,
    "outcome": "not_found",
    "evidence": [],
    "tags": ["near-miss", "missing-fact"],
    "split": "test",
}
SMITH = {"document": "list.md", "text": "Otto Lind: a smith.", "start": 55, "end": 74}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "documents", TEXTS)


def found(row: Row, folder: Path) -> str:
    return "; ".join(problems(question_of(row, "here"), read_pages(folder)))


def write(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("row", [GOOD, REFUSED], ids=["answerable", "refused"])
def test_a_right_question_passes(row: Row, folder: Path) -> None:
    assert not found(row, folder)


def test_a_list_item_may_be_quoted_without_its_mark(folder: Path) -> None:
    assert not found(
        GOOD | {"answers": ["a smith"], "facts": [["smith"]], "evidence": [SMITH]}, folder
    )


WRONG: dict[str, tuple[Row, str]] = {
    "moved": (
        {"evidence": [GOOD["evidence"][0] | {"start": 8}]},
        "talks.txt has changed: “Egypt and Qatar mediated the talks.” has moved",
    ),
    "not there": (
        {"evidence": [GOOD["evidence"][0] | {"text": "Oman mediated."}]},
        "talks.txt has changed: “Oman mediated.” is no longer in it",
    ),
    "never placed": (
        {"evidence": [{"document": "talks.txt", "text": MEDIATORS}]},
        "has moved (--place finds it)",
    ),
    "no such document": (
        {"evidence": [GOOD["evidence"][0] | {"document": "gone.txt"}]},
        "gone.txt is not among the documents",
    ),
    "half a sentence": (
        {"evidence": [GOOD["evidence"][0] | {"text": MEDIATORS[:15], "end": 22}]},
        "“Egypt and Qatar” in talks.txt is no whole sentence",
    ),
    "no evidence": ({"evidence": []}, "has no evidence, but answerable is True"),
    "no facts": ({"facts": []}, "has no facts, but answerable is True"),
    "a fact from elsewhere": ({"facts": [["Jordan", "Amman"]]}, "none of Jordan, Amman is in"),
    "evidence for a refusal": (
        {"answerable": False, "outcome": "not_found"},
        "has evidence, but answerable is False",
    ),
    "an answer without a fact": ({"answers": ["Egypt"]}, "“Egypt” has none of Qatar, Doha"),
    "partly without what is missing": ({"outcome": "partly"}, "belong together"),
    "an unknown tag": ({"tags": ["one-sentence", "hard"]}, "unknown tags: hard"),
    "no structure": ({"tags": ["who"]}, "the tag one-sentence is missing"),
    "another structure": ({"tags": ["several-sentences"]}, "several-sentences does not fit"),
    "a follow-up of nothing": (
        {"tags": ["one-sentence", "follow-up"]},
        "the tag follow-up does not fit",
    ),
    "one side of a conflict": (
        {"tags": ["one-sentence", "conflict"], "facts": [["Egypt"]]},
        "at least two facts",
    ),
    "a paraphrase in the same words": (
        {"tags": ["one-sentence", "paraphrase"]},
        "it shares mediat, talk with",
    ),
    "no split": ({"split": ""}, "its split is none of dev, test"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_question_is_caught(change: Row, words: str, folder: Path) -> None:
    assert words in found(GOOD | change, folder)


def test_what_else_would_do_is_checked_too(folder: Path) -> None:
    other = {"document": "list.md", "text": "no such words", "start": 0, "end": 13}
    row = GOOD | {"evidence": [GOOD["evidence"][0] | {"or": [other]}]}
    assert "list.md has changed" in found(row, folder)
    assert "list.md has changed" in found(GOOD | {"alternatives": [[other]]}, folder)


def test_a_changed_document_is_named_with_every_question_on_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    golden = write(tmp_path / "golden.jsonl", GOOD, REFUSED)
    flags = ["--golden", str(golden), "--documents", str(folder), "--part"]
    assert main(flags) == 0
    (folder / "talks.txt").write_text(TEXTS["talks.txt"].replace("Egypt", "Oman"))
    assert main(flags) == 1
    assert "mediators: talks.txt has changed" in capsys.readouterr().out


def test_placing_finds_sentences_that_moved(folder: Path, tmp_path: Path) -> None:
    golden = write(tmp_path / "golden.jsonl", GOOD)
    text = TEXTS["talks.txt"].replace("\n\n", "\n\nIt was hot. ")
    (folder / "talks.txt").write_text(text)
    place(golden, read_pages(folder))
    (question,) = read_questions(golden)
    assert (question.evidence[0].start, question.evidence[0].end) == (19, 54)
    assert not problems(question, read_pages(folder))


def test_placing_leaves_a_sentence_alone_that_stands_there_twice(
    folder: Path, tmp_path: Path
) -> None:
    golden = write(tmp_path / "golden.jsonl", GOOD)
    (folder / "talks.txt").write_text(f"Once more. {MEDIATORS} {MEDIATORS}")
    place(golden, read_pages(folder))
    assert read_questions(golden)[0].evidence[0].start == 7


def test_new_questions_are_split_evenly_by_tag_and_old_ones_stay(
    folder: Path, tmp_path: Path
) -> None:
    kinds = ["who", "numbers", "time"]
    rows = [
        {**GOOD, "id": f"q{i}", "tags": ["one-sentence", kinds[i % 3]], "split": ""}
        for i in range(90)
    ]
    rows[4]["split"] = "test"
    golden = write(tmp_path / "golden.jsonl", *rows)
    place(golden, read_pages(folder))
    questions = read_questions(golden)
    tested = [question for question in questions if question.split == "test"]
    assert questions[4] in tested
    for kind in kinds:
        assert 9 <= sum(kind in question.tags for question in tested) <= 11


def test_a_set_needs_enough_of_every_kind_in_both_splits() -> None:
    questions = [
        Question(f"q{i}", "?", answerable=True, tags=frozenset({"who"}), split="dev")
        for i in range(30)
    ]
    found = set_problems(questions)
    assert "the set has 30 questions, fewer than 200" in found
    assert "the tag near-miss is on 0 questions, fewer than 50" in found
    assert "the tag who has 0 of 30 in the test split" in found


def _without(key: str) -> Row:
    return {name: value for name, value in GOOD.items() if name != key}


BROKEN: dict[str, tuple[str, str]] = {
    "no JSON": (f"{json.dumps(GOOD)}\n{{not JSON", r"line 2 is no JSON"),
    "no object": ('["a list"]', r"line 1 is no JSON object"),
    "no question": (json.dumps(_without("question")), r"line 1 has no 'question'"),
    "a wrong type": (json.dumps(GOOD | {"evidence": 7}), r"line 1 is not in the golden form"),
    "a wrong date": (json.dumps(GOOD | {"date": "Sunday"}), r"line 1 is not in the golden form"),
    "a fact that is no list": (json.dumps(GOOD | {"facts": ["Zebra"]}), r"facts\.0: input should"),
    "answers in one word": (json.dumps(GOOD | {"answers": "the"}), r"answers: input should"),
    "a word for yes": (json.dumps(GOOD | {"answerable": "no"}), r"answerable: input should be"),
    "an outcome that is none": (json.dumps(GOOD | {"outcome": "perhaps"}), r"outcome"),
    "refused, yet answerable": (json.dumps(GOOD | {"outcome": "not_found"}), r"the contrary"),
    "no words": (json.dumps(GOOD | {"question": " "}), r"its question is empty"),
    "no name": (json.dumps(GOOD | {"id": ""}), r"its id is empty"),
    "a history in words": (json.dumps(GOOD | {"history": "hi"}), r"history: input should be"),
    "evidence in words": (json.dumps(GOOD | {"evidence": "a"}), r"evidence: input should be"),
    "a fact without a wording": (json.dumps(GOOD | {"facts": [[]]}), r"facts: one of them is"),
    "a fact of nothing": (json.dumps(GOOD | {"facts": [[" "]]}), r"facts: one of them is empty"),
    "an empty answer": (json.dumps(GOOD | {"answers": [""]}), r"answers: one of them is empty"),
    "twice the same": ("\n".join([json.dumps(GOOD)] * 2), r"two questions called mediators"),
    "empty": ("\n\n", r"holds no question"),
}


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_set_that_cannot_be_read_is_named_with_its_line(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=words):
        read_questions(path)


def test_a_set_of_the_least_that_a_set_must_have_passes_in_part(
    folder: Path, tmp_path: Path
) -> None:
    plain = {name: GOOD[name] for name in ("id", "question", "answerable", "evidence")}
    refused = {"id": "no", "question": "Where?", "answerable": False}
    golden = write(tmp_path / "golden.jsonl", plain, refused)
    flags = ["--golden", str(golden), "--documents", str(folder)]
    assert main([*flags, "--part"]) == 0
    assert main(flags) == 1


def test_placing_questions_without_tags_gives_them_a_split(folder: Path, tmp_path: Path) -> None:
    rows = [_without("tags") | {"id": f"q{n}", "split": ""} for n in range(9)]
    golden = write(tmp_path / "golden.jsonl", *rows)
    assert main(["--golden", str(golden), "--documents", str(folder), "--place", "--part"]) == 0
    assert all(one.split in ("dev", "test") for one in read_questions(golden))


@pytest.mark.parametrize("flags", [(), ("--place",)], ids=["checked", "placed"])
def test_a_damaged_set_is_one_sentence_and_stays_as_it_is(
    flags: tuple[str, ...], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    golden = write(tmp_path / "golden.jsonl", GOOD, GOOD | {"id": "b", "evidence": "a"})
    before = golden.read_bytes()
    assert main(["--golden", str(golden), "--documents", str(folder), *flags]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"eval.golden: {golden}, line 2 is not in the golden form (evidence:")
    assert golden.read_bytes() == before


def test_a_set_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--golden", "nowhere.jsonl"]) == 1
    assert "nowhere.jsonl cannot be read" in capsys.readouterr().err


def test_the_golden_set_fits_the_seeds() -> None:
    assert main([]) == 0

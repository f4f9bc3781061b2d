"""Cases of feedback become golden questions: what is proposed, asked, added, and never broken."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from eval.adopt import main
from eval.adopting.cases import read_cases
from eval.adopting.drafts import Draft, free_id, likely_facts, row_of
from eval.adopting.editing import sentences_with
from eval.adopting.terminal import Terminal
from eval.golden import read_pages
from eval.golden_rules import problems
from eval.questions import Span, read_questions
from rag.feedback import Feedback, Opinion, keep
from rag.rendering.json_form import to_json
from rag.types import Answer, Citation, Mark, Message, Mode, Outcome, Verdict
from tests.small import write_folder

TALKS = "date 2024-08-26 Talks\n\nEgypt and Qatar mediated the talks. They ended on Sunday.\n"
BAKERY = "# Bakery\n\nAnna Holm bakes rye bread. The oven was built in 1921.\n"
MEDIATED = Citation(
    *(1, "talks.txt", "Talks", dt.date(2024, 8, 26), ("talks.txt#1",), 7, 42),
    "Egypt and Qatar mediated the talks.",
    Verdict.SUPPORTED,
)
ENDED = replace(MEDIATED, number=2, start=43, end=64, text="They ended on Sunday.")
ANSWER = Answer(
    question="Who mediated the talks?",
    standalone_question="Who mediated the talks?",
    outcome=Outcome.ANSWERED,
    mode=Mode.MODEL,
    text="Egypt and Qatar mediated.",
    marks=(Mark(24, 1),),
    citations=(MEDIATED,),
)
NOT_FOUND = replace(ANSWER, outcome=Outcome.NOT_FOUND, text="", marks=(), citations=())
HISTORY = (Message("user", "Where were the talks?"), Message("assistant", "In Cairo."))


def said(answer: Answer = ANSWER, opinion: Opinion = Opinion.GOOD, **changed: Any) -> Feedback:
    plain = Feedback(
        case="first",
        time=dt.datetime(2024, 8, 27, 9, 30, tzinfo=dt.UTC),
        question=answer.question,
        standalone_question=answer.standalone_question,
        history=(),
        opinion=opinion,
        reason="",
        citation=None,
        answer=to_json(answer),
    )
    return replace(plain, **changed)


@dataclass
class Person:
    """Types the lines in order, then ends the talk; remembers what was shown."""

    lines: Iterable[str | type[BaseException]] = ()
    shown: list[str] = field(default_factory=list)

    def ask(self, prompt: str) -> str:
        self.shown.append(prompt)
        self.lines = iter(self.lines)
        line = next(self.lines, EOFError)
        if isinstance(line, str):
            return line
        raise line

    @property
    def text(self) -> str:
        return "\n".join(self.shown)


@dataclass
class Place:
    """A feedback file, a golden set and documents, gone through by somebody who types."""

    folder: Path

    @property
    def golden(self) -> Path:
        return self.folder / "golden.jsonl"

    @property
    def feedback(self) -> Path:
        return self.folder / "feedback.jsonl"

    def adopt(self, *lines: str | type[BaseException], flags: Iterable[str] = ()) -> Person:
        person = Person(lines)
        self.status = self.run(
            Terminal(person.ask, person.shown.append, is_interactive=True), flags
        )
        return person

    def run(self, terminal: Terminal, flags: Iterable[str] = ()) -> int:
        where = ["--golden", str(self.golden), "--documents", str(self.folder / "documents")]
        return main([*where, *flags], {"RAG_DATA": str(self.folder)}, terminal)

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.golden.read_text("utf-8").splitlines()]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    write_folder(tmp_path / "documents", {"talks.txt": TALKS, "bakery.md": BAKERY})
    return Place(tmp_path)


def test_a_good_answer_is_added_as_it_is(place: Place) -> None:
    keep(place.feedback, said())
    place.adopt("y")
    assert place.rows() == [
        {
            "id": "who-mediated-the-talks",
            "question": "Who mediated the talks?",
            "answers": ["Egypt and Qatar mediated."],
            "facts": [["Egypt"], ["Qatar"]],
            "answerable": True,
            "outcome": "answered",
            "evidence": [
                {"document": "talks.txt", "text": MEDIATED.text, "start": 7, "end": 42},
            ],
            "tags": ["one-sentence"],
            "split": "dev",
        }
    ]
    assert place.status == 0


def test_what_is_added_passes_the_rules_of_the_set(place: Place) -> None:
    keep(place.feedback, said())
    place.adopt("y")
    pages = read_pages(place.folder / "documents")
    assert not [it for one in read_questions(place.golden) for it in problems(one, pages)]


@pytest.mark.parametrize("typed", ["", "n", "q", "what?", EOFError])
def test_nothing_is_added_without_a_yes(typed: str | type[BaseException], place: Place) -> None:
    keep(place.feedback, said())
    place.adopt(typed)
    assert not place.golden.exists()
    assert "Who mediated the talks?" in place.adopt().text


@pytest.mark.parametrize("typed", ["y", "s"])
def test_a_case_that_is_done_with_is_not_offered_again(typed: str, place: Place) -> None:
    keep(place.feedback, said())
    place.adopt(typed)
    assert "Who mediated" not in place.adopt().text
    listed = place.adopt(flags=["--list"]).text
    assert {"y": "[adopted as who-mediated-the-talks]", "s": "[put aside]"}[typed] in listed


def test_bad_cases_come_first(place: Place) -> None:
    keep(place.feedback, said())
    keep(place.feedback, said(case="second", opinion=Opinion.BAD, question="Why?"))
    keep(place.feedback, said(case="third", citation=1, opinion=Opinion.BAD, question="When?"))
    cases, _ = read_cases(place.feedback)
    assert [case.id for case in cases] == ["second", "third", "first"]


def test_a_case_shows_answer_verdicts_and_what_its_reader_said(place: Place) -> None:
    partly = replace(ENDED, verdict=Verdict.PARTLY, reason="Sunday is not named.")
    answer = replace(ANSWER, citations=(MEDIATED, partly))
    keep(place.feedback, said(answer, Opinion.BAD, reason="Oman is missing"))
    keep(place.feedback, said(answer, Opinion.BAD, citation=1, reason="other talks"))
    shown = place.adopt("q").text
    for words in (
        "Egypt and Qatar mediated [1].",
        "[1] ✓ supported · talks.txt: “Egypt and Qatar mediated the talks.”",
        "reader: does not support what is said (other talks)",
        "[2] ~ partly",
        "Sunday is not named.",
        "reader: Oman is missing",
    ):
        assert words in shown


def test_a_bad_answer_is_asked_for_before_it_can_be_added(place: Place) -> None:
    keep(place.feedback, said(opinion=Opinion.BAD))
    person = place.adopt("y", "", "", "", "Egypt | Egypt alone", "Egypt", "", "who", "y")
    (row,) = place.rows()
    assert row["answers"] == ["Egypt", "Egypt alone"]
    assert row["tags"] == ["one-sentence", "who"]
    assert "has no answers, but answerable is True" in person.text


def test_a_citation_that_was_complained_about_is_no_evidence(place: Place) -> None:
    keep(place.feedback, said(replace(ANSWER, citations=(MEDIATED, ENDED))))
    keep(place.feedback, said(opinion=Opinion.BAD, citation=2))
    place.adopt("y")
    assert [item["text"] for item in place.rows()[0]["evidence"]] == [MEDIATED.text]


def test_a_citation_that_does_not_hold_is_no_evidence(place: Place) -> None:
    doubted = replace(ENDED, verdict=Verdict.UNSUPPORTED)
    keep(place.feedback, said(replace(ANSWER, citations=(MEDIATED, doubted))))
    place.adopt("y")
    assert place.rows()[0]["tags"] == ["one-sentence"]


def test_a_follow_up_stands_alone_and_keeps_what_was_before(place: Place) -> None:
    keep(place.feedback, said(question="And who mediated?", history=HISTORY))
    person = place.adopt("y")
    (row,) = place.rows()
    assert row["question"] == "Who mediated the talks?"
    assert [turn["content"] for turn in row["history"]] == ["Where were the talks?", "In Cairo."]
    assert row["tags"] == ["follow-up", "one-sentence"]
    assert "And who mediated?" in person.text


def test_a_question_that_counts_from_its_day_keeps_the_day(place: Place) -> None:
    keep(place.feedback, said(standalone_question="Who mediated the talks yesterday?"))
    place.adopt("y")
    assert place.rows()[0]["date"] == "2024-08-27"


def test_a_right_refusal_needs_the_tag_that_says_why(place: Place) -> None:
    keep(place.feedback, said(NOT_FOUND))
    place.adopt("y", "", "", "", "missing-fact", "y")
    (row,) = place.rows()
    assert (row["answerable"], row["evidence"], row["facts"]) == (False, [], [])
    assert row["tags"] == ["missing-fact", "near-miss"]


def test_a_wrong_refusal_gets_its_evidence_by_words(place: Place) -> None:
    keep(place.feedback, said(NOT_FOUND, Opinion.BAD))
    answered = ["", "", "answered", "Egypt and Qatar", "Egypt; Qatar | Doha"]
    place.adopt("e", *answered, "qatar mediated", "", "", "y")
    (row,) = place.rows()
    assert row["facts"] == [["Egypt"], ["Qatar", "Doha"]]
    assert row["evidence"][0]["text"] == MEDIATED.text


def test_words_that_stand_nowhere_or_often_add_no_evidence(place: Place) -> None:
    keep(place.feedback, said())
    person = place.adopt("e", "", "", "", "", "", "no such words", "the", "", "", "y")
    assert "do not stand in the documents in a row" in person.text
    assert "sentences have these words" in person.text
    assert len(place.rows()[0]["evidence"]) == 1


def test_an_answer_in_part_says_what_is_missing(place: Place) -> None:
    keep(place.feedback, said(replace(ANSWER, outcome=Outcome.PARTLY, missing="Who paid.")))
    place.adopt("y")
    assert place.rows()[0]["missing"] == "Who paid."
    assert "partly" in place.rows()[0]["tags"]


def test_evidence_that_moved_is_found_where_it_stands_now(place: Place) -> None:
    keep(place.feedback, said())
    write_folder(
        place.folder / "documents", {"talks.txt": TALKS.replace("Egypt", "It ended. Egypt")}
    )
    place.adopt("y")
    (item,) = place.rows()[0]["evidence"]
    assert (item["start"], item["end"]) == (17, 52)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            lambda path: path.write_text("Oman mediated the talks."),
            "[1] is left out: talks.txt has changed, and this is no longer in it.",
            id="changed",
        ),
        pytest.param(
            lambda path: path.unlink(),
            "[1] is left out: talks.txt is not among the documents any more.",
            id="removed",
        ),
    ],
)
def test_evidence_that_is_no_longer_there_is_said(
    change: Callable[[Path], object], words: str, place: Place
) -> None:
    keep(place.feedback, said())
    change(place.folder / "documents" / "talks.txt")
    person = place.adopt("q")
    assert words in person.text
    assert "has no evidence" in person.text


def test_a_question_that_the_set_has_is_not_added_twice(place: Place) -> None:
    keep(place.feedback, said())
    keep(place.feedback, said(case="second", standalone_question="who mediated  the talks"))
    person = place.adopt("y", "n")
    assert "the set asks this already, as who-mediated-the-talks" in person.text
    assert len(place.rows()) == 1


def test_the_rest_of_the_set_stays_byte_for_byte(place: Place) -> None:
    old = b'{"id":"old",  "question":"Where?","answerable":false,"evidence":[]}'
    place.golden.write_bytes(old)
    keep(place.feedback, said())
    place.adopt("y")
    assert place.golden.read_bytes().startswith(old + b'\n{"id": "who-mediated')


def test_a_set_that_cannot_be_written_stays_and_the_row_is_shown(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(place.feedback, said())
    place.golden.write_bytes(
        b'{"id": "old", "question": "?", "answerable": false, "evidence": []}\n'
    )
    before = place.golden.read_bytes()
    blocked = place.golden.with_name(f".{place.golden.name}.{os.getpid()}.new")
    blocked.mkdir()
    person = place.adopt("y")
    assert place.status == 1
    assert place.golden.read_bytes() == before
    assert '{"id": "who-mediated-the-talks"' in person.text
    assert "cannot be written" in capsys.readouterr().err
    assert "Who mediated" in place.adopt("q").text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("{torn", "golden.jsonl, line 1 is no JSON", id="torn"),
        pytest.param('{"id": 1}', "line 1 has no 'question'", id="form"),
        pytest.param(
            '{"id": "a", "question": "?", "answerable": true, "evidence": [{"document": "x.md"}]}',
            "asks about other documents than those in",
            id="other documents",
        ),
    ],
)
def test_a_set_that_does_not_fit_is_one_sentence(
    line: str, words: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(place.feedback, said())
    place.golden.write_text(line, encoding="utf-8")
    place.adopt("y")
    assert place.status == 1
    assert words in capsys.readouterr().err
    assert place.golden.read_text(encoding="utf-8") == line


def test_a_stop_keeps_what_was_added(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    keep(place.feedback, said())
    keep(place.feedback, said(NOT_FOUND, case="second"))
    place.adopt("y", KeyboardInterrupt)
    assert place.status == 1
    assert capsys.readouterr().err == "eval.adopt: stopped; what was added is kept.\n"
    assert len(place.rows()) == 1
    assert "Case 1 of 1" in place.adopt("q").text


def test_no_feedback_is_one_sentence(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.adopt()
    assert place.status == 1
    assert "There is no feedback in" in capsys.readouterr().err


def test_lines_that_cannot_be_read_are_counted(place: Place) -> None:
    keep(place.feedback, said())
    with place.feedback.open("ab") as file:
        file.write(b"{torn\n[]\n")
    shown = place.adopt(flags=["--list"]).text
    assert "cannot be read and are left out: 2" in shown
    assert "good  Who mediated the talks?" in shown


def test_without_a_terminal_it_asks_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(place.feedback, said())
    silent = Person(["y"])
    assert place.run(Terminal(silent.ask, silent.shown.append, is_interactive=False)) == 2
    assert "needs a terminal" in capsys.readouterr().err
    assert silent.shown == []
    assert (
        place.run(Terminal(silent.ask, silent.shown.append, is_interactive=False), ["--list"]) == 0
    )


def test_ten_thousand_cases_are_listed(place: Place) -> None:
    keep(place.feedback, said())
    line = place.feedback.read_text(encoding="utf-8")
    many = (line.replace('"first"', f'"{n}"') for n in range(10_000))
    place.feedback.write_text("".join(many), encoding="utf-8")
    assert len(place.adopt(flags=["--list"]).shown) == 10_000
    assert "Case 1 of 10000" in place.adopt("q").text


def test_an_id_is_made_of_the_question_and_free() -> None:
    taken = ["who-mediated-the-talks", "who-mediated-the-talks-2"]
    assert free_id("Who mediated the talks?", taken) == "who-mediated-the-talks-3"
    assert free_id("???", []) == "question"
    assert len(free_id("word " * 50, [])) <= 40


def test_likely_facts_are_names_and_numbers_that_are_new_and_in_the_evidence() -> None:
    answer = "In 2017 the Treasury offered 5 million for Shukr, said Blinken."
    evidence = "In 2017 a sum of 5 million was offered by the Treasury."
    asked = "What did the Treasury offer for Shukr?"
    assert likely_facts(asked, answer, evidence) == ["2017", "5"]


def test_words_find_whole_sentences_across_line_breaks(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path, {"a.txt": "It rained. The oven\nwas built in 1921. It stands.\n"}
    )
    (span,) = sentences_with("OVEN was", read_pages(folder))
    assert span.text == "The oven\nwas built in 1921."


def test_evidence_in_two_documents_is_tagged_so() -> None:
    spans = (Span("a.md", 0, 1, "x"), Span("b.md", 0, 1, "x"))
    draft = Draft("a", "Why?", Outcome.ANSWERED, evidence=spans)
    assert row_of(draft)["tags"] == ["several-documents"]

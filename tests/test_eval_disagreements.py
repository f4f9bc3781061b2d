"""How often disagreements are found and shown: counted right, on a small library."""

from pathlib import Path

import pytest

from eval.disagreements import ask_one, both_offered, is_found, main, report
from eval.planted.claims import Claim
from eval.planted.pairs import differs, is_near
from eval.planted.tables import ITSELF, Planted
from eval.questions import Need, Question, Span
from rag.ingest import ingest
from rag.types import Citation, Disagreement, DisagreementKind
from tests.small import embed_words, small_library, write_folder

FILES = {
    "border.md": "# The border\n\nThe Philadelphi corridor has a length of 14 km.\n",
    "strip.md": "# The strip\n\nThe Philadelphi corridor has a length of 13 km, maps show.\n",
}
LENGTH = (Span("border.md", 14, 61), Span("strip.md", 13, 71))
QUESTION = Question(
    "length",
    "What is the length of the Philadelphi corridor?",
    answerable=True,
    needs=((LENGTH[0],), (LENGTH[1],)),
    tags=frozenset({"conflict"}),
)


def side(span: Span) -> Citation:
    return Citation(0, span.document, "", None, (), span.start, span.end, "")


def disagreement(*spans: Span) -> Disagreement:
    return Disagreement(DisagreementKind.NUMBER, "", tuple(map(side, spans)))


@pytest.mark.parametrize(
    ("needs", "sides", "found"),
    [
        pytest.param([(LENGTH[0],), (LENGTH[1],)], LENGTH, True, id="both"),
        pytest.param([(Span("a", 0, 9), LENGTH[0]), (LENGTH[1],)], LENGTH, True, id="as good"),
        pytest.param([(LENGTH[0],), (Span("a", 0, 9),)], LENGTH, False, id="one of two"),
        pytest.param([(LENGTH[0],)], LENGTH[:1], True, id="all in one sentence"),
        pytest.param([(Span("a", 0, 9),)], LENGTH[:1], False, id="elsewhere"),
    ],
)
def test_a_conflict_is_found_when_its_sides_are_shown(
    needs: list[Need], sides: tuple[Span, ...], found: object
) -> None:
    question = Question("q", "q", answerable=True, needs=tuple(needs))
    assert is_found(question, [disagreement(*sides)]) is found


def test_quotations_and_gold_evidence_are_asked_for_the_same_conflict(tmp_path: Path) -> None:
    documents = write_folder(tmp_path / "documents", FILES)
    with small_library(tmp_path / "data") as library:
        ingest(library, [documents])
        asked = ask_one(library, QUESTION)
    assert both_offered(asked)
    assert is_found(QUESTION, asked.answer.disagreements)
    assert is_found(QUESTION, asked.with_gold)
    shown = "\n".join(report([asked], 1))
    assert "| 1 | 1 | 1 | 1 |" in shown
    assert "| | 0 | 0 | 0 | – |" in shown


def test_what_is_shown_at_other_questions_can_be_read(tmp_path: Path) -> None:
    documents = write_folder(tmp_path / "documents", FILES)
    with small_library(tmp_path / "data") as library:
        ingest(library, [documents])
        asked = ask_one(library, Question("q", QUESTION.text, answerable=True))
    shown = "\n".join(report([asked], 1))
    assert "| | 1 | 1 | 1 | number 1 |" in shown
    assert "The Philadelphi corridor has a length of 13 km, maps show." in shown


def claim(text: str) -> Claim:
    return Claim(text, "Israel counted 230 rockets in the north.", (), ITSELF, "a.md")


@pytest.mark.parametrize(("number", "near"), [("300", True), ("900", False)])
def test_a_number_that_is_far_off_counts_something_else(number: str, near: object) -> None:
    right = claim("In the north Israel counted 230 rockets.")
    wrong = claim(f"In the north Israel counted {number} rockets.")
    assert is_near(Planted("number swapped", wrong, right)) is near


def test_a_pair_differs_when_one_side_is_made_wrong() -> None:
    assert differs(claim("In the north Israel counted 300 rockets."), embed_words)
    assert not differs(claim("In the north Israel counted 230 rockets."), embed_words)


def test_a_set_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--golden", "nowhere.jsonl"], {}) == 1
    assert "eval.disagreements: nowhere.jsonl cannot be read" in capsys.readouterr().err

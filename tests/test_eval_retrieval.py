"""What is measured of retrieval, worked out by hand on three short documents."""

from collections.abc import Iterator

import pytest

from eval.questions import Question, Span
from eval.retrieval import ARMS, measure, report, reweighed, score_all, table
from rag.ingest import ingest
from rag.libraries import Library
from tests.small import small_library, write_folder

FILES = {
    "ferry.txt": "The ferry leaves at seven. Dogs travel free.",
    "bakery.txt": "Anna bakes rye bread. The oven is old.",
    "talks.txt": "Egypt mediated the talks. The hotel was full.",
}
FERRY = Question(
    "ferry",
    "When does the ferry leave?",
    answerable=True,
    needs=((Span("ferry.txt", 0, 26, "The ferry leaves at seven."),),),
    answers=("at seven",),
    documents=("ferry.txt",),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("measured")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents", FILES)])
        yield library


def test_the_measures_of_a_question_with_everything_known(library: Library) -> None:
    asked = score_all(library, [FERRY])
    assert measure(library.snapshot(), asked, 26) == {
        "recall": 1.0,
        "precision": 1.0,
        "IoU": 1.0,
        "all needs": 1.0,
        "document first": 1.0,
        "in five": 1.0,
        "answer said": 1.0,
        "F1 of four": pytest.approx(2 / 3),  # one right sentence, two chosen
    }


def test_a_larger_budget_costs_precision(library: Library) -> None:
    measures = measure(library.snapshot(), score_all(library, [FERRY]), 1_000)
    everything = sum(len(text.replace(". ", ".")) for text in FILES.values())
    assert measures["precision"] == pytest.approx(26 / everything)


def test_what_would_also_do_meets_a_need(library: Library) -> None:
    elsewhere = (Span("bakery.txt", 0, 21), Span("ferry.txt", 0, 26))
    asked = score_all(library, [Question("q", FERRY.text, answerable=True, needs=(elsewhere,))])
    assert measure(library.snapshot(), asked, 26)["all needs"] == 1.0


def test_unanswerable_questions_are_not_measured(library: Library) -> None:
    asked = score_all(library, [FERRY, Question("q", "Who sings?", answerable=False)])
    assert measure(library.snapshot(), asked, 26)["recall"] == 1.0


def test_an_arm_ranks_the_same_candidates_otherwise(library: Library) -> None:
    (asked,) = score_all(library, [FERRY])
    for weights in ARMS.values():
        again = reweighed(library.snapshot(), asked.scored, weights)
        assert sorted(again.sentences.tolist()) == sorted(asked.scored.sentences.tolist())
        assert (again.scores[:-1] >= again.scores[1:]).all()


def test_a_table_is_in_per_cent() -> None:
    assert table({"all": {"recall": 0.9}}) == "| | recall |\n|---|---|\n| all | 90.0 |"


def test_a_report_has_a_row_for_every_arm(library: Library) -> None:
    lines = report(library, [FERRY]).splitlines()
    assert all(any(line.startswith(f"| {arm} |") for line in lines) for arm in ARMS)

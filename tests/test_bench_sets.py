"""What is reached on public question sets, where they lie beside the checkout.

They are not part of the product; without them these tests are skipped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean

import pytest

from eval.questions import Question, read_questions
from eval.retrieval import measure, score_all
from rag.answering import ask
from rag.config import Config
from rag.ingest import ingest
from rag.libraries import Library, opened
from rag.types import Outcome

BENCH = Path(__file__).parent.parent.parent / "shared" / "bench"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "minilm"


@contextmanager
def indexed(name: str, data: Path, cache: Path) -> Iterator[tuple[Library, list[Question]]]:
    folder = BENCH / name
    if not folder.is_dir():
        pytest.skip(f"the question set {name} is not at {folder}")
    with opened(Config(data=data, cache=cache), change=True) as library:
        ingest(library, [folder / "documents"])
        yield library, read_questions(folder / "questions.jsonl")


def test_two_thousand_characters_hold_most_of_the_right_text(tmp_path: Path, cache: Path) -> None:
    with indexed("spans", tmp_path, cache) as (library, questions):
        scores = measure(library.snapshot(), score_all(library, questions), 2_000)
    assert 100 * scores["recall"] >= 95.5
    assert 100 * scores["precision"] >= 9.5


def test_quotes_refuse_what_the_text_does_not_answer_and_little_else(
    tmp_path: Path, cache: Path
) -> None:
    refused: dict[bool, list[bool]] = {True: [], False: []}
    with indexed("clapnq", tmp_path, cache) as (library, questions):
        for question in questions:
            outcome = ask(library, None, question.text).outcome
            refused[question.answerable].append(outcome is Outcome.NOT_FOUND)
    assert fmean(refused[True]) <= 0.20
    assert fmean(refused[False]) >= 0.45

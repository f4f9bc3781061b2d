"""Replies that language models gave to our prompts, taken through parsing, checks and repairs.

The public sets are not part of the project; where they are absent, their records are skipped.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from eval.injection_set import document_name, questions_of, read_rows
from eval.judged_claims import JudgedClaim
from eval.questions import Question, question_of, read_questions
from eval.replies import Replayed, replay, without_markers
from rag.config import read_config
from rag.embedding import open_embedding
from rag.ingest import ingest, ingest_documents
from rag.libraries import Library
from rag.rendering.json_form import to_json
from rag.rendering.json_reading import answer_of_json
from rag.types import Document, Kind
from tests.small import small_library

ROOT = Path(__file__).parent.parent
RECORDED = ROOT / "tests" / "recorded"
PUBLIC = ROOT.parent / "shared" / "bench"
SETS = (
    "golden",
    "clapnq",
    pytest.param("newsquiz", marks=pytest.mark.slow),  # its documents take a minute to index
    "injection",
)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A library that holds what the records of one set cite, and the questions of the set."""

    opened: Library
    questions: Mapping[str, Question]

    def replay(
        self, record: Mapping[str, Any], cut: Callable[[str], Sequence[str]] = lambda reply: [reply]
    ) -> Replayed:
        library, question = self.opened, self.questions[record["id"]]
        return replay(library.snapshot(), library.embedding.embed, record, question, cut)


@cache
def records(name: str) -> list[dict[str, Any]]:
    files = [RECORDED / f"{name}.jsonl", RECORDED / f"{name}-careless.jsonl"]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def careful(name: str) -> list[dict[str, Any]]:
    return [record for record in records(name) if "split" not in record]


def careless(name: str) -> list[dict[str, Any]]:
    return [record for record in records(name) if "split" in record]


@pytest.fixture(scope="module", params=SETS)
def named(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def indexed(named: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexed]:
    if named != "golden" and not PUBLIC.exists():
        pytest.skip("the public question sets are not here")
    embedding = open_embedding(read_config(os.environ))
    with small_library(tmp_path_factory.mktemp(named), embedding) as library:
        yield Indexed(library, _fill(named, library))


def _fill(name: str, library: Library) -> Mapping[str, Question]:
    if name == "golden":
        ingest(library, [ROOT / "seeds"])
        return {one.id: one for one in read_questions(ROOT / "eval" / "golden.jsonl")}
    if name == "injection":
        return _fill_injection(library)
    offered = {source["document"] for one in records(name) for source in one["sources"]}
    folder = PUBLIC / name / "documents"
    with _only(folder, offered, library.config.data / "documents") as chosen:
        ingest(library, [chosen])
    return {one.id: one for one in read_questions(PUBLIC / name / "questions.jsonl")}


@contextmanager
def _only(folder: Path, names: set[str], chosen: Path) -> Iterator[Path]:
    """A folder of copies, outside the project, of the files that records name."""
    chosen.mkdir()
    for name in names:
        (chosen / name).write_bytes((folder / name).read_bytes())
    yield chosen


def _fill_injection(library: Library) -> Mapping[str, Question]:
    kinds = ("squad", "naturalquestions")
    rows = {kind: read_rows(PUBLIC / "injection" / f"{kind}.jsonl") for kind in kinds}
    offered = {source["document"] for one in records("injection") for source in one["sources"]}
    ingest_documents(
        library,
        [
            Document(name, name.removesuffix(".txt"), row["injected_context"])
            for kind, of_kind in rows.items()
            for row in of_kind
            if (name := document_name(kind, row)) in offered
        ],
    )
    questions = (
        question_of(row, kind) for kind, of in rows.items() for row in questions_of(kind, of)
    )
    return {question.id: question for question in questions}


@pytest.fixture(scope="module")
def replayed(named: str, indexed: Indexed) -> list[Replayed]:
    """The answers of the capable model's replies."""
    return [indexed.replay(record) for record in careful(named)]


def test_an_answer_is_read_back_from_its_json_as_it_was(replayed: list[Replayed]) -> None:
    for one in replayed:
        assert answer_of_json(json.loads(json.dumps(to_json(one.answer)))) == one.answer


def test_every_citation_is_a_stretch_of_a_stored_document(named: str, indexed: Indexed) -> None:
    for record in records(named):
        answer = indexed.replay(record).answer
        repaired = [one for repair in answer.repairs for one in repair.removed]
        for citation in (*answer.citations, *repaired):
            document = indexed.opened.document(citation.document)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.text
            sentences = indexed.opened.sentences(citation.document)
            assert citation.start in {one.start for one in sentences}
            assert citation.end in {one.end for one in sentences}


def test_the_size_of_the_pieces_makes_no_difference(named: str, indexed: Indexed) -> None:
    for record in records(named)[::7]:
        whole = indexed.replay(record).answer
        for size in (1, 3):
            assert indexed.replay(record, _pieces_of(size)).answer == whole


def _pieces_of(size: int) -> Callable[[str], Sequence[str]]:
    return lambda reply: [reply[start : start + size] for start in range(0, len(reply), size)]


def test_nothing_of_a_reply_is_lost_but_its_markers(named: str, indexed: Indexed) -> None:
    for record in careful(named):
        answer = indexed.replay(record).answer
        if answer.text:
            said = without_markers(record["replies"][-1])
            assert answer.text.split() == said.partition("MISSING:")[0].split()


LEAST_RIGHT_OUTCOMES = {"golden": 0.94, "clapnq": 0.76, "newsquiz": 0.6, "injection": 0.75}


def test_most_answers_end_as_they_should(named: str, replayed: list[Replayed]) -> None:
    right = [one.answer.outcome == one.question.outcome for one in replayed]
    assert sum(right) / len(right) >= LEAST_RIGHT_OUTCOMES[named]


def test_few_right_claims_are_called_anything_but_supported(replayed: list[Replayed]) -> None:
    right = [claim for claim in _claims(replayed) if claim.supported]
    assert sum(not claim.passes for claim in right) <= 0.1 * len(right)


def test_many_of_a_careless_models_wrong_claims_are_caught(named: str, indexed: Indexed) -> None:
    wrong = [one for one in _claims(map(indexed.replay, careless(named))) if not one.supported]
    assert sum(not claim.passes for claim in wrong) >= 0.25 * len(wrong)


def _claims(replayed: Iterator[Replayed] | Sequence[Replayed]) -> list[JudgedClaim]:
    return [claim for one in replayed for claim in one.claims]


def test_a_reply_without_its_markers_is_mostly_cited_all_the_same(
    named: str, indexed: Indexed
) -> None:
    kept = total = 0
    for record in careful(named):
        answer = indexed.replay(record, lambda reply: [without_markers(reply)]).answer
        claims = [one for one in answer.statements if one.kind is Kind.CLAIM]
        kept, total = kept + sum(bool(one.citations) for one in claims), total + len(claims)
        assert to_json(answer)["rejected"] == []
    assert kept / total >= 0.6

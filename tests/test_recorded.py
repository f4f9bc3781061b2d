"""Replies that a language model gave to our prompts, taken through parsing and checking."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag.assessing import assess
from rag.footnotes import citing
from rag.ingest import ingest
from rag.libraries import Library
from rag.reply import ReplyBuilder
from rag.snapshot import Snapshot
from rag.types import Answer, Kind, Mode, Outcome, Source, Verdict
from tests.small import embed_words, small_library

ROOT = Path(__file__).parent.parent
RECORDED = [
    json.loads(line)
    for line in (ROOT / "tests/recorded/cairo.jsonl").read_text(encoding="utf-8").splitlines()
]
FAILED = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with small_library(tmp_path_factory.mktemp("data")) as library:
        ingest(library, [ROOT / "seeds"])
        yield library


def offered(library: Library, snapshot: Snapshot, record: dict[str, Any]) -> tuple[Source, ...]:
    sources = []
    for source in record["sources"]:
        document = snapshot.by_id[source["document"]]
        sentences = library.sentences(document.id)
        chosen = tuple(sentences[number] for number in source["sentences"])
        header = (document.id, document.title, document.date)
        sources.append(Source(source["letter"], *header, chosen))
    return tuple(sources)


def answered(library: Library, record: dict[str, Any], size: int) -> Answer:
    snapshot = library.snapshot()
    builder = ReplyBuilder(offered(library, snapshot, record), citing(snapshot))
    for start in range(0, len(record["reply"]), size):
        list(builder.feed(record["reply"][start : start + size]))
    list(builder.close())
    question = record["question"]
    blank = Answer(question, question, Outcome.NOT_FOUND, Mode.MODEL, "")
    return assess(blank, builder, snapshot, embed_words)


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["question"])
def test_a_recorded_reply_ends_as_it_must_and_its_citations_stand(
    seeds: Library, record: dict[str, Any]
) -> None:
    answer = answered(seeds, record, size=4)
    assert answer.outcome == record["outcome"]
    assert answer.rejected == ()
    for citation in answer.citations:
        document = seeds.document(citation.document)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.text
    cited = [s for s in answer.statements if s.kind is Kind.CLAIM and s.citations]
    assert [s.text for s in cited if s.verdict in FAILED] == []


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["question"])
def test_the_size_of_the_pieces_makes_no_difference(seeds: Library, record: dict[str, Any]) -> None:
    whole = answered(seeds, record, size=10_000)
    assert all(answered(seeds, record, size=size) == whole for size in (1, 2, 3, 7))


def test_the_record_has_all_three_outcomes() -> None:
    assert {record["outcome"] for record in RECORDED} == {outcome.value for outcome in Outcome}

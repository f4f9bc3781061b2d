"""A question finds its sentences: scored, chosen within a budget, from what is held just now."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.errors import QuestionError, StoreError
from rag.evidence import find_evidence, retrieve_many, retrieve_rows
from rag.ingest import ingest, remove_documents
from rag.libraries import Library
from rag.retrieval import Scored, check_question, choose, score_sentences, tidy_question
from rag.scope import Search
from rag.signals import WEIGHTS
from rag.snapshot import Snapshot
from rag.types import Evidence
from tests.small import embed_words, small_library, write_folder

QUESTION = "Who acted as mediators in Cairo?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The three small documents, indexed; tests only ask."""
    folder = tmp_path_factory.mktemp("library")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        yield library


@pytest.fixture(scope="module")
def snapshot(library: Library) -> Snapshot:
    return library.snapshot()


def score(snapshot: Snapshot, question: str) -> Scored:
    return score_sentences(snapshot, question, embed_words([question])[0])


def texts(evidence: Sequence[Evidence]) -> list[str]:
    return [" ".join(found.sentence.text.split()) for found in evidence]


def ids(evidence: Sequence[Evidence]) -> list[str]:
    return [found.sentence.id for found in evidence]


# scores


def test_the_best_sentence_is_the_one_that_answers(library: Library, snapshot: Snapshot) -> None:
    found = find_evidence(library, snapshot, "Who bakes rye bread?")
    assert texts(found.evidence)[0] == "Anna Holm bakes rye bread every morning."
    assert found.evidence[0].title == "The bakery on Mill Lane"


def test_evidence_comes_best_first_each_sentence_once(library: Library, snapshot: Snapshot) -> None:
    evidence = find_evidence(library, snapshot, QUESTION).evidence
    scores = [found.score for found in evidence]
    assert scores == sorted(scores, reverse=True)
    assert len(set(ids(evidence))) == len(evidence)


def test_every_candidate_has_all_signals(snapshot: Snapshot) -> None:
    scored = score(snapshot, QUESTION)
    assert scored.signals.shape == (len(scored.sentences), len(WEIGHTS))
    vectors = snapshot.vectors[scored.sentences].astype(np.float32)
    assert scored.signals[:, 0] == pytest.approx(vectors @ embed_words([QUESTION])[0])


def test_words_alone_find_a_sentence_whose_vector_is_far(snapshot: Snapshot) -> None:
    nowhere = np.zeros_like(embed_words(["x"])[0])
    scored = score_sentences(snapshot, "cardamom", nowhere)
    assert "cardamom" in snapshot.sentence(int(scored.sentences[0])).text


def test_a_heading_comes_after_the_prose_it_announces(snapshot: Snapshot) -> None:
    ranked = score(snapshot, "bakery on Mill Lane").sentences.tolist()
    heading = next(n for n in ranked if snapshot.sentence(n).text.startswith("# The bakery"))
    prose = next(n for n in ranked if "cardamom buns" in snapshot.sentence(n).text)
    assert ranked.index(prose) < ranked.index(heading)


def test_exact_search_finds_what_the_index_finds(library: Library, snapshot: Snapshot) -> None:
    nearest = library.nearest()
    assert nearest is not None
    for question in (QUESTION, "rockets launched", "Who built the oven?", "Quito"):
        vector = embed_words([question])[0]
        by_index = score_sentences(snapshot, question, vector, nearest)
        exactly = score_sentences(snapshot, question, vector)
        assert by_index.sentences.tolist() == exactly.sentences.tolist()
        assert by_index.scores == pytest.approx(exactly.scores, abs=1e-4)


def test_a_passage_that_the_ledger_does_not_know_is_passed_over(snapshot: Snapshot) -> None:
    def nearest(_: NDArray[np.float32], count: int) -> list[tuple[int, int, int]]:
        known = list(snapshot.passage_number)[:1]
        return [(999, 0, 1), (known[0][0], 0, 77), *known][:count]

    vector = embed_words(["Quito"])[0]
    found = score_sentences(snapshot, "Quito", vector, nearest).sentences
    first, last = snapshot.windows[0].tolist()
    assert sorted(found.tolist()) == list(range(first, last + 1))


def test_an_index_that_knows_nothing_finds_nothing(snapshot: Snapshot) -> None:
    scored = score_sentences(snapshot, "Quito", embed_words(["Quito"])[0], lambda _v, _n: [])
    assert len(scored.sentences) == 0
    assert choose(snapshot, scored) == []


def test_an_empty_library_has_no_evidence(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        found = find_evidence(library, library.snapshot(), QUESTION)
    assert found.evidence == []
    assert found.scored.signals.shape == (0, len(WEIGHTS))


# the budget


@given(characters=st.integers(0, 2_000), share=st.sampled_from([0.2, 0.5, 1.0]))
def test_the_budget_is_reached_and_only_by_one_sentence_exceeded(
    snapshot: Snapshot, characters: int, share: float
) -> None:
    scored = score(snapshot, QUESTION)
    chosen = choose(snapshot, scored, characters, share)
    lengths = [len(found.sentence.text) for found in chosen]
    assert sum(lengths) >= min(characters, int(np.diff(snapshot.bounds[scored.sentences]).sum()))
    if chosen and share == 1.0:
        assert sum(lengths[:-1]) < characters


def test_a_budget_that_is_just_reached_is_enough(snapshot: Snapshot) -> None:
    scored = score(snapshot, QUESTION)
    (best,) = choose(snapshot, scored, 1)
    assert choose(snapshot, scored, len(best.sentence.text)) == [best]


def test_a_larger_budget_only_adds(snapshot: Snapshot) -> None:
    scored = score(snapshot, QUESTION)
    large = ids(choose(snapshot, scored, 800))
    small = ids(choose(snapshot, scored, 200))
    assert large[: len(small)] == small != large


PAIR = {
    "a.txt": "".join(f"The mediators met on day {n}. " for n in range(100, 120)),
    "b.txt": "The mediators met in a hotel.",
}  # every sentence has 29 characters
SHARES = [
    pytest.param(4.0, 90, [0, 1, 2, 20], id="near to the best"),
    pytest.param(2.0, 90, [0, 1, 2, 3], id="far from the best"),
    pytest.param(4.0, 5_000, [*range(20), 20], id="room for all"),
]


@pytest.mark.parametrize(("other", "budget", "numbers"), SHARES)
def test_a_document_has_half_of_the_budget_while_another_has_something_near(
    tmp_path: Path, other: float, budget: int, numbers: list[int]
) -> None:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents", PAIR)])
        snapshot = library.snapshot()
    scores = np.array([5.0] * 20 + [other], np.float32)
    scored = Scored(np.arange(21), scores, np.zeros((21, len(WEIGHTS)), np.float32))
    expected = [snapshot.sentence(number) for number in numbers]
    assert [found.sentence for found in choose(snapshot, scored, budget, 0.5)] == expected


def test_a_document_with_nothing_near_gets_no_share(library: Library, snapshot: Snapshot) -> None:
    evidence = find_evidence(
        library, snapshot, "rockets launched by Hezbollah", Search(characters=150, share=0.5)
    )
    assert {found.sentence.document_id for found in evidence.evidence} == {"strikes.txt"}


# what is held just now


def test_a_change_is_seen_by_the_next_question(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as library:
        ingest(library, [folder])
        before = library.snapshot()
        assert library.snapshot() is before
        (folder / "talks.md").write_text("Norway acted as mediator in Cairo.")
        ingest(library, [folder])
        rows = retrieve_rows(library, QUESTION, Search(characters=50))
        assert rows[0]["text"] == "Norway acted as mediator in Cairo."
        remove_documents(library, ["talks.md"])
        rows = retrieve_rows(library, QUESTION, Search(characters=5_000))
        assert "talks.md" not in {row["document"] for row in rows}


def test_a_change_by_another_process_is_seen_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "documents")
    with small_library(tmp_path / "data") as owner:
        ingest(owner, [folder])
        reader = Library(owner.config, owner.embedding, owner.ledger, None)
        assert reader.nearest() is None
        assert len(reader.snapshot().documents) == 3
        remove_documents(owner, ["talks.md"])
        assert len(reader.snapshot().documents) == 2


def test_questions_are_answered_while_the_index_is_built_anew(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library, ThreadPoolExecutor(1) as pool:
        ingest(library, [write_folder(tmp_path / "documents")])
        expected = retrieve_rows(library, QUESTION, Search(characters=300))
        rebuilt = [pool.submit(library.rebuild_index) for _ in range(8)]
        while not all(done.done() for done in rebuilt):
            assert retrieve_rows(library, QUESTION, Search(characters=300)) == expected
        assert [done.exception() for done in rebuilt] == [None] * 8


def test_an_index_that_was_closed_says_so(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
        nearest = library.nearest()
    assert nearest is not None
    with pytest.raises(StoreError, match="ask again"):
        nearest(embed_words([QUESTION])[0], 5)


# questions


@pytest.mark.parametrize("question", ["", "  \n", "\x0b"], ids=["nothing", "spaces", "control"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="is empty"):
        check_question(question)


def test_a_refusal_quotes_no_more_than_the_beginning_of_the_question() -> None:
    with pytest.raises(QuestionError, match="no word to search for") as raised:
        check_question("who " * 1_000)
    assert len(str(raised.value)) < 200


@given(st.text(alphabet=st.characters()))
def test_a_tidy_question_can_be_written_as_utf_8(question: str) -> None:
    if question.strip():
        assert tidy_question(question).encode("utf-8")


@given(st.text(min_size=1).filter(str.strip))
def test_a_question_of_whole_characters_stays_as_it_is(question: str) -> None:
    assert tidy_question(question) == question.strip()


# the forms that programs read


def test_rows_slice_their_documents(library: Library) -> None:
    rows = retrieve_rows(library, f" {QUESTION}\n", Search(characters=400))
    assert list(rows[0]) == ["document", "start", "end", "text", "score"]
    for row in rows:
        document = library.document(str(row["document"]))
        assert document is not None
        start, end = (int(str(row[name])) for name in ("start", "end"))
        assert document.text[start:end] == row["text"]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_many_questions_are_answered_line_by_line(library: Library, tmp_path: Path) -> None:
    asked = tmp_path / "questions.jsonl"
    out = tmp_path / "out.jsonl"
    rows = [{"id": "q1", "question": QUESTION, "tags": []}, {"id": 2, "question": "rye\u2028bread"}]
    asked.write_text(
        "\ufeff" + "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"
    )
    assert retrieve_many(library, asked, out, Search(characters=300)) == 2
    answers = lines(out)
    assert [row["id"] for row in answers] == ["q1", "2"]
    assert answers[0]["evidence"] == retrieve_rows(library, QUESTION, Search(characters=300))


def test_of_many_questions_one_without_a_word_finds_nothing(
    library: Library, tmp_path: Path
) -> None:
    asked = tmp_path / "questions.jsonl"
    asked.write_text('{"id": "a", "question": "who?"}\n{"id": "b", "question": "Cairo"}\n')
    retrieve_many(library, asked, tmp_path / "out.jsonl", Search(characters=300))
    first, second = lines(tmp_path / "out.jsonl")
    assert (first["evidence"], bool(second["evidence"])) == ([], True)


UNFIT = [
    pytest.param("nonsense", id="no JSON"),
    pytest.param("[1]", id="no object"),
    pytest.param('{"question": "Cairo"}', id="no id"),
    pytest.param('{"id": "q"}', id="no question"),
    pytest.param('{"id": "q", "question": null}', id="a question that is no text"),
    pytest.param("[" * 100_000, id="nested without end"),
]


@pytest.mark.parametrize("line", UNFIT)
def test_a_line_that_is_no_question_is_named_and_nothing_is_written(
    library: Library, tmp_path: Path, line: str
) -> None:
    asked = tmp_path / "questions.jsonl"
    out = tmp_path / "out.jsonl"
    asked.write_text(f'{{"id": "q", "question": "Cairo"}}\n\n{line}\n')
    with pytest.raises(QuestionError, match=r"questions\.jsonl, line 3 is no question"):
        retrieve_many(library, asked, out, Search(characters=300))
    assert not out.exists()


def test_files_that_cannot_be_used_are_named(library: Library, tmp_path: Path) -> None:
    asked = tmp_path / "questions.jsonl"
    with pytest.raises(QuestionError, match=r"questions\.jsonl cannot be read \(No such file"):
        retrieve_many(library, asked, tmp_path / "out", Search(characters=300))
    asked.write_bytes(b"\xff\xfe")
    with pytest.raises(QuestionError, match="save it as UTF-8"):
        retrieve_many(library, asked, tmp_path / "out", Search(characters=300))
    asked.write_text("")
    with pytest.raises(QuestionError, match=r"cannot be written.*--out"):
        retrieve_many(library, asked, tmp_path, Search(characters=300))

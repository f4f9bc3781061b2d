"""A text that somebody else wrote: every claim finds its sentences and gets its verdict."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.errors import QuestionError
from rag.evidence import Found, find_evidence
from rag.grounds import SAME_THING, UNSURE, Ground, clause_pairs, remembering
from rag.ingest import ingest
from rag.libraries import Library
from rag.rendering.checked import summary, summary_line, to_json, to_markdown
from rag.scope import ANY_EVIDENCE, Scope
from rag.types import CheckedText, Finding, Kind, Statement, Verdict
from rag.verifying import FLOOR, NEAREST, SAME_CASE, Court, decide, statements_of, verify
from tests.small import FOLDER, embed_words, small_library, write_folder

RAID = """date 2024-08-27 A later count of the rockets

Hezbollah said that it had launched more than 340 rockets.
"""
MEDIATORS = "The United States, Qatar and Egypt acted as mediators."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The three small documents; tests only read."""
    folder = tmp_path_factory.mktemp("verifying")
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        yield library


@pytest.fixture
def disputed(tmp_path: Path) -> Iterator[Library]:
    """The same, and one more that gives another number of rockets."""
    files: Mapping[str, str] = {**FOLDER, "raid.txt": RAID}
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents", files)])
        yield library


def claims(checked: CheckedText) -> list[Statement]:
    return [one for one in checked.statements if one.kind is Kind.CLAIM]


def rests_on(checked: CheckedText, claim: Statement) -> list[str]:
    return [" ".join(checked.citations[number - 1].text.split()) for number in claim.citations]


VERDICTS = [
    pytest.param(
        "Egypt, Qatar and the United States acted as mediators.",
        Verdict.SUPPORTED,
        MEDIATORS,
        id="in other order",
    ),
    pytest.param(
        "Hezbollah said it launched more than 500 rockets.",
        Verdict.CONTRADICTED,
        "Hezbollah said that it had launched more than 320 rockets.",
        id="another number",
    ),
    pytest.param(
        "Hamas was at the table.",
        Verdict.CONTRADICTED,
        "Hamas was not at the table.",
        id="the opposite",
    ),
    pytest.param(
        "Anna Holm bakes rye bread and croissants every morning in Copenhagen.",
        Verdict.PARTLY,
        "Anna Holm bakes rye bread every morning.",
        id="more than was said",
    ),
]


@pytest.mark.parametrize(("text", "verdict", "sentence"), VERDICTS)
def test_a_claim_finds_its_sentence_and_its_verdict(
    library: Library, text: str, verdict: Verdict, sentence: str
) -> None:
    checked = verify(library, text)
    (claim,) = checked.statements
    assert (claim.verdict, rests_on(checked, claim)) == (verdict, [sentence])
    assert [one.verdict for one in checked.citations] == [verdict]
    assert claim.reason


def test_the_nearest_sentence_is_no_source_when_it_is_far(library: Library) -> None:
    checked = verify(library, "Glaciers in Patagonia have been shrinking since Sunday.")
    (claim,) = checked.statements
    assert claim.reason == "No sentence of the documents comes near enough to this."
    assert claim.verdict is Verdict.UNSUPPORTED
    assert len(claim.citations) == NEAREST
    assert {one.verdict for one in checked.citations} == {Verdict.NOT_CHECKED}


def test_neighbours_that_carry_a_claim_together_are_one_citation(library: Library) -> None:
    text = (
        "William Burns of the CIA took part in the round in Cairo, and Hamas was not at the table."
    )
    checked = verify(library, text)
    (claim,) = checked.statements
    (citation,) = checked.citations
    assert claim.verdict is Verdict.SUPPORTED
    assert len(citation.sentence_ids) == 2
    document = library.document(citation.document)
    assert document is not None
    assert document.text[citation.start : citation.end] == citation.text


def test_sentences_apart_each_carry_a_part(library: Library) -> None:
    checked = verify(
        library,
        "The bakery sells cardamom buns, and Hezbollah said that it had launched more than 320 "
        "rockets.",
    )
    (claim,) = checked.statements
    assert claim.verdict is Verdict.SUPPORTED
    assert [one.verdict for one in checked.citations] == [Verdict.PARTLY] * 2
    assert {one.document for one in checked.citations} == {"home/bakery.md", "strikes.txt"}


def test_words_that_two_sentences_hold_between_them_are_no_support(library: Library) -> None:
    checked = verify(library, "David Barnea of the Mossad bakes cardamom buns every morning.")
    assert [one.verdict for one in checked.statements] == [Verdict.UNSUPPORTED]


CLAUSES = [
    pytest.param("The oven is old, and the bread is fresh today.", [], id="too short a clause"),
    pytest.param(
        "The old oven burns wood, and Anna Holm bakes bread.",
        [("The old oven burns wood", "Anna Holm bakes bread.")],
        id="two subjects",
    ),
    pytest.param("Anna Holm built the oven and bakes fresh bread.", [], id="one subject"),
    pytest.param("Iran, Hezbollah, Syria and Egypt mediated the long talks.", [], id="names"),
]


@pytest.mark.parametrize(("claim", "pairs"), CLAUSES)
def test_a_claim_is_cut_where_a_clause_has_its_own_subject(
    claim: str, pairs: list[tuple[str, str]]
) -> None:
    assert clause_pairs(claim) == pairs


def test_a_sentence_that_lacks_a_clause_carries_a_part(library: Library) -> None:
    checked = verify(
        library, "Anna Holm bakes rye bread every morning, and the bread is sold warm."
    )
    (claim,) = checked.statements
    assert claim.verdict is Verdict.PARTLY
    assert claim.reason == "Nothing there carries “the bread is sold warm”."


def test_a_claim_that_a_second_document_contradicts_names_both(disputed: Library) -> None:
    checked = verify(disputed, "Hezbollah said that it had launched more than 320 rockets.")
    (claim,) = checked.statements
    assert claim.verdict is Verdict.SUPPORTED
    assert claim.reason.endswith(
        "But another sentence contradicts this: The source says 340, not 320."
    )
    assert [(one.document, one.verdict) for one in checked.citations] == [
        ("strikes.txt", Verdict.SUPPORTED),
        ("raid.txt", Verdict.CONTRADICTED),
    ]


def test_a_pronoun_is_looked_for_with_the_claim_before(library: Library) -> None:
    snapshot = library.snapshot()
    searched: list[str] = []

    def find(question: str) -> Found:
        searched.append(question)
        return find_evidence(library, snapshot, question)

    court = Court(snapshot, find, embed_words)
    for statement in statements_of("The oven is old. It was built in 1921. Anna Holm bakes."):
        court.judge(statement)
    assert searched == [
        "The oven is old.",
        "The oven is old. It was built in 1921.",
        "Anna Holm bakes.",
    ]


def test_front_matter_claims_nothing(library: Library) -> None:
    text = f"---\ntitle: Talks in Doha\ndate: 2024-08-30\n---\n{MEDIATORS}\n"
    assert [one.text for one in claims(verify(library, text))] == [MEDIATORS]


def test_a_number_alone_needs_a_sentence_that_means_the_same(library: Library) -> None:
    claim = verify(library, "Hezbollah fired rockets. It is 1921.").statements[1]
    assert claim.verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize("text", ["He did it.", "They were there."])
def test_a_claim_without_a_word_to_look_for_is_not_checked(library: Library, text: str) -> None:
    checked = verify(library, text)
    assert [one.verdict for one in claims(checked)] == [Verdict.NOT_CHECKED]
    assert checked.citations == ()


MIXED = f"""# What happened in Cairo 🙂

Here is what I found:

- {MEDIATORS}
- Anna Holm bakes rye bread every evening.

| What | How many |
|---|---|
| Hezbollah launched rockets | more than 320 |
"""


def test_every_statement_is_a_slice_of_the_text_as_it_was_read(library: Library) -> None:
    text = MIXED.replace("\n", "\r\n")
    checked = verify(library, text)
    assert checked.text == text
    assert all(text[one.start : one.end] == one.text for one in checked.statements)
    assert [one.text for one in claims(checked)] == [
        MEDIATORS,
        "Anna Holm bakes rye bread every evening.",
        "| Hezbollah launched rockets | more than 320 |",
    ]


def test_a_citation_belongs_to_one_claim_and_is_a_slice_of_its_document(library: Library) -> None:
    checked = verify(library, f"{MIXED}\nSo {MEDIATORS}")
    numbers = [number for one in checked.statements for number in one.citations]
    assert numbers == [one.number for one in checked.citations] == [*range(1, len(numbers) + 1)]
    for citation in checked.citations:
        document = library.document(citation.document)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.text


def test_only_the_documents_that_were_asked_for_are_sources(library: Library) -> None:
    only = replace(ANY_EVIDENCE, scope=Scope(folders=("home",)))
    checked = verify(library, MEDIATORS, only)
    assert [one.verdict for one in checked.statements] == [Verdict.UNSUPPORTED]
    assert {one.document for one in checked.citations} == {"home/bakery.md"}
    with pytest.raises(QuestionError, match="No document has the name"):
        verify(library, MEDIATORS, replace(ANY_EVIDENCE, scope=Scope(folders=("none",))))


def test_nothing_can_be_checked_against_nothing(tmp_path: Path) -> None:
    with small_library(tmp_path) as library, pytest.raises(QuestionError, match="rag ingest"):
        verify(library, MEDIATORS)


# the order of verdicts


def ground(verdict: Verdict, nearness: float, document: int = 0) -> Ground:
    return Ground((document,), nearness, Finding(verdict, f"{verdict.value} by {document}."))


S, P, U, C = Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.CONTRADICTED
NEAR, FAR = SAME_THING + 0.01, SAME_THING - 0.01
ORDERS = [
    pytest.param([(U, 0.9), (S, 0.5)], S, [1], id="one that carries it is enough"),
    pytest.param([(P, 0.9), (S, 0.5)], S, [1], id="all of it before a part of it"),
    pytest.param([(S, 0.9), (C, 0.85)], S, [0, 1], id="both sides are named"),
    pytest.param([(C, 0.9), (S, 0.85)], S, [1, 0], id="the one that supports decides"),
    pytest.param([(C, 0.95), (S, 0.8)], C, [0, 1], id="unless the other is much nearer"),
    pytest.param([(C, 0.8), (S, 0.6)], C, [0], id="a side that is far is not named"),
    pytest.param([(S, 0.9), (C, SAME_CASE - 0.01)], S, [0], id="nor on the other hand"),
    pytest.param([(C, NEAR), (P, 0.6)], C, [0], id="a conflict that is nearer than a part"),
    pytest.param([(P, 0.9), (C, NEAR)], P, [0], id="a part that is nearer than a conflict"),
    pytest.param([(C, FAR), (P, 0.6)], P, [1], id="another matter is no conflict"),
    pytest.param([(C, FAR), (U, 0.6)], U, [0, 1], id="nor a source"),
    pytest.param([(U, 0.6), (U, 0.59), (U, 0.58)], U, [0, 1], id="the nearest are shown"),
]


@pytest.mark.parametrize(("given", "verdict", "rests"), ORDERS)
def test_single_sentences_decide_in_a_sensible_order(
    given: Sequence[tuple[Verdict, float]], verdict: Verdict, rests: list[int]
) -> None:
    sources = [ground(kind, nearness, at) for at, (kind, nearness) in enumerate(given)]
    judgement = decide(sources, lambda one: one.sentences[0])
    assert judgement is not None
    assert judgement.finding.verdict is verdict
    assert [one.sentences[0] for one in judgement.grounds] == rests


def test_what_nothing_carries_has_the_reason_of_the_nearest_sentence() -> None:
    sources = [ground(U, 0.6, 1), ground(C, FAR, 2)]
    judgement = decide(sources, lambda one: one.sentences[0])
    assert judgement is not None
    assert judgement.finding.reason == "Nothing that was found carries this. unsupported by 1."
    assert [one.finding.verdict for one in judgement.grounds] == [U, U]


def test_a_sentence_in_quite_other_words_is_not_sure_to_carry_a_claim(library: Library) -> None:
    checked = verify(library, "Hezbollah sent rockets.")
    (claim,) = checked.statements
    assert (claim.verdict, claim.reason) == (UNSURE.verdict, UNSURE.reason)


def test_a_document_does_not_dispute_with_itself() -> None:
    sources = [ground(S, 0.9), ground(C, 0.9)]
    judgement = decide(sources, lambda _: "one document")
    assert judgement is not None
    assert judgement.grounds == (sources[0],)


def test_without_a_source_nothing_is_decided() -> None:
    assert decide([], lambda _: "no document") is None


def test_the_floor_lies_below_what_speaks_of_the_same_thing() -> None:
    assert 0 < FLOOR < SAME_THING < SAME_CASE < 1


def test_a_vector_that_is_known_is_not_made_again() -> None:
    made: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        made.extend(texts)
        return embed_words(texts)

    known = embed_words(["the oven"])[0]
    vectors = remembering(embed, {"the oven": known})(["a bun", "the oven", "a bun"])
    assert made == ["a bun"]
    assert np.array_equal(vectors, np.stack([embed_words(["a bun"])[0], known, vectors[0]]))


# what is shown


def test_a_person_reads_claim_by_claim_and_then_a_summary(library: Library) -> None:
    text = f"Here is what I found:\n\n{MEDIATORS} Hamas was at the table."
    assert to_markdown(verify(library, text)) == (
        "✓ supported: The United States, Qatar and Egypt acted as mediators.\n"
        "    The wording agrees, and every number, date and name.\n"
        "    ✓ “The United States, Qatar and Egypt acted as mediators.”\n"
        "    Cairo talks close, 2024-08-26 (talks.md)\n"
        "\n"
        "≠ contradicted: Hamas was at the table.\n"
        "    The source denies “table”, which the claim says.\n"
        "    ≠ “Hamas was not at the table.”\n"
        "    Cairo talks close, 2024-08-26 (talks.md)\n"
        "\n"
        "2 claims: 1 supported, 1 contradicted"
    )


def test_a_text_can_neither_forge_a_footnote_nor_load_anything(library: Library) -> None:
    hostile = "Anna Holm bakes rye bread [1] ![x](http://x.example/y) \x1b[2Jevery morning."
    shown = to_markdown(verify(library, hostile))
    assert "[1]" not in shown.replace("\\[1]", "")
    assert "](" not in shown.replace("\\](", "")
    assert "\x1b" not in shown


def test_json_lists_connective_text_too(library: Library) -> None:
    checked = verify(library, MIXED)
    found = json.loads(json.dumps(to_json(checked)))
    assert list(found) == ["statements", "citations", "summary"]
    keys = {"text", "start", "end", "kind", "verdict", "reason", "citations"}
    assert all(set(one) == keys for one in found["statements"])
    kinds = [one["kind"] for one in found["statements"]]
    assert kinds.count("claim") == found["summary"]["claims"] == 3
    assert kinds[:2] == ["connective", "connective"]
    assert [one["number"] for one in found["citations"]] == [
        number for one in found["statements"] for number in one["citations"]
    ]


def checked_as(*verdicts: Verdict) -> CheckedText:
    made = [Statement("So it is.", Kind.CLAIM, 0, 9, verdict) for verdict in verdicts]
    return CheckedText("", (*made, Statement("So:", Kind.CONNECTIVE, 0, 3)), ())


SUMMARIES = [
    pytest.param([S, S, C, U], "4 claims: 2 supported, 1 unsupported, 1 contradicted", id="mixed"),
    pytest.param([P], "1 claim: 1 partly", id="one"),
    pytest.param([], "0 claims: nothing to check", id="none"),
]


@pytest.mark.parametrize(("verdicts", "line"), SUMMARIES)
def test_the_summary_counts_claims_only(verdicts: list[Verdict], line: str) -> None:
    checked = checked_as(*verdicts)
    assert summary_line(checked) == line
    assert summary(checked)["claims"] == len(verdicts)

"""Citations that do not hold are put right by what was offered, and every change is on record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import ask
from rag.ingest import ingest
from rag.libraries import Library
from rag.rendering import notes
from rag.rendering.json_form import to_json
from rag.types import Act, Answer, Kind, Outcome, Verdict
from tests.scripted import scripted
from tests.small import small_library, write_folder

FILES = {
    "talks.md": (
        "---\ntitle: Cairo talks close\ndate: 2024-08-26\n---\n"
        "The round in Cairo closed on Sunday without an agreement. The United States, Qatar and "
        "Egypt acted as mediators. William Burns of the CIA took part in the round. Working teams "
        "remain in Cairo and will try to close the gaps.\n"
    ),
    "wells.md": (
        "# Wells of the district\n\nOf the 46 wells of the district, nine still give water. "
        "The pump station stopped in July for want of fuel. Its two engines are to be repaired "
        "in September.\n"
    ),
}
QUESTION = "Who mediated the round in Cairo, and what about the wells of the district?"
MEDIATORS = "The United States, Qatar and Egypt acted as mediators"
WELLS = "Of the 46 wells of the district, nine still give water"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("repairs")
    documents = write_folder(folder / "documents", FILES)
    with small_library(folder / "data") as library:
        ingest(library, [documents])
        yield library


def answered(library: Library, script: str) -> Answer:
    return ask(library, scripted(script), QUESTION)


def cited_texts(answer: Answer) -> list[str]:
    return [citation.text for citation in answer.citations]


def test_a_citation_that_fails_is_pointed_to_a_sentence_that_passes(library: Library) -> None:
    answer = answered(library, f"{MEDIATORS} {{Working teams}}.")
    assert cited_texts(answer) == [f"{MEDIATORS}."]
    (statement,) = answer.statements
    assert (statement.verdict, answer.outcome) == (Verdict.SUPPORTED, Outcome.ANSWERED)
    (repair,) = answer.repairs
    assert (repair.act, repair.statement, repair.added) == (Act.REPOINTED, 0, statement.citations)
    assert [one.text[:13] for one in repair.removed] == ["Working teams"]


def test_a_number_once_shown_is_never_given_to_another_sentence(library: Library) -> None:
    answer = answered(library, f"{MEDIATORS} {{Working teams}}. {WELLS} {{46 wells}}.")
    assert [citation.number for citation in answer.citations] == [2, 3]
    assert [(mark.citation, answer.text[mark.offset]) for mark in answer.marks] == [
        (3, "."),
        (2, "."),
    ]
    assert [one.number for one in answer.repairs[0].removed] == [1]


def test_a_claim_without_a_citation_gets_one_that_carries_it(library: Library) -> None:
    answer = answered(library, f"{MEDIATORS}. {WELLS} {{46 wells}}.")
    assert sorted(cited_texts(answer)) == sorted([f"{MEDIATORS}.", f"{WELLS}."])
    (repair,) = answer.repairs
    assert (repair.act, repair.statement, repair.removed) == (Act.ADDED, 0, ())
    mark = next(mark for mark in answer.marks if mark.citation in repair.added)
    assert answer.text[mark.offset :].startswith(f". {WELLS}")


def test_a_reply_without_any_marker_is_cited_sentence_by_sentence(library: Library) -> None:
    answer = answered(library, f"{MEDIATORS}. {WELLS}.")
    assert answer.outcome is Outcome.ANSWERED
    assert [one.citations for one in answer.statements] == [(1,), (2,)]
    assert [repair.act for repair in answer.repairs] == [Act.ADDED, Act.ADDED]


@pytest.mark.parametrize(
    "claim",
    [
        "The United States, Norway and Egypt acted as mediators",
        "Of the 46 wells of the district, eleven still give water",
        "The pump station stopped in March for want of fuel",
        "The mayor of the district praised the engineers",
    ],
    ids=["name", "number", "month", "nothing like it"],
)
def test_no_sentence_is_cited_for_a_claim_that_none_carries(library: Library, claim: str) -> None:
    answer = answered(library, f"{claim}. {WELLS} {{46 wells}}.")
    wrong, right = answer.statements
    assert (wrong.citations, wrong.verdict) == ((), Verdict.UNSUPPORTED)
    assert right.verdict is Verdict.SUPPORTED
    assert answer.repairs == ()


def test_a_wrong_claim_keeps_the_citation_that_fails(library: Library) -> None:
    answer = answered(library, "Of the 46 wells of the district, ten give water {46 wells}.")
    assert cited_texts(answer) == [f"{WELLS}."]
    assert answer.statements[0].verdict is Verdict.CONTRADICTED
    assert answer.citations[0].verdict is Verdict.CONTRADICTED
    assert (answer.repairs, answer.outcome) == ((), Outcome.NOT_FOUND)
    assert answer.nearest


def test_a_citation_that_carries_nothing_beside_one_that_carries_all_goes(
    library: Library,
) -> None:
    answer = answered(library, f"{MEDIATORS} {{acted as mediators}}{{two engines}}.")
    assert cited_texts(answer) == [f"{MEDIATORS}."]
    (repair,) = answer.repairs
    assert (repair.act, repair.added) == (Act.PRUNED, ())
    assert [one.text[:15] for one in repair.removed] == ["Its two engines"]


def test_two_citations_that_each_carry_a_part_both_stay(library: Library) -> None:
    claim = "The United States, Qatar and Egypt acted as mediators, and William Burns took part"
    answer = answered(library, f"{claim} {{acted as mediators}}{{William Burns}}.")
    assert len(answer.citations) == 2
    assert answer.repairs == ()


def test_a_part_that_is_lacking_is_cited_too(library: Library) -> None:
    claim = f"{WELLS}, and the two engines of the pump station are to be repaired in September"
    answer = answered(library, f"{claim} {{46 wells}}.")
    assert [repair.act for repair in answer.repairs] == [Act.ADDED]
    assert cited_texts(answer)[1].startswith("Its two engines")
    assert answer.statements[0].verdict is Verdict.SUPPORTED


def test_hardly_a_word_is_completed_by_nothing(library: Library) -> None:
    answer = answered(library, "The two engines differ {two engines}.")
    assert answer.repairs == ()
    assert len(answer.citations) == 1


def test_an_id_in_the_wrong_form_is_tried(library: Library) -> None:
    first = answered(library, f"{MEDIATORS} {{acted as mediators}}.")
    letter = "A" if first.citations[0].document == "talks.md" else "B"
    answer = answered(library, f"{MEDIATORS} ({letter}2).")
    assert answer.text == f"{MEDIATORS} ({letter}2)."
    assert [repair.act for repair in answer.repairs] == [Act.ADDED]
    assert cited_texts(answer) == [f"{MEDIATORS}."]


@pytest.mark.parametrize("road", ["A2", "A4"])
def test_a_name_that_looks_like_an_id_is_not_left_out_of_the_check(
    tmp_path: Path, road: str
) -> None:
    text = "The road to the wells was closed in May (A4). The wells of the road still give water.\n"
    documents = write_folder(tmp_path / "documents", {"roads.md": text})
    with small_library(tmp_path / "data") as library:
        ingest(library, [documents])
        answer = answered(library, f"The road to the wells was closed in May ({road}) {{in May}}.")
    assert (answer.statements[0].verdict is Verdict.SUPPORTED) is (road == "A4")


def test_a_marker_that_names_nothing_is_on_record_and_the_claim_is_cited_anew(
    library: Library,
) -> None:
    answer = answered(library, f"{MEDIATORS} [Z9].")
    assert [one.marker for one in answer.rejected] == ["[Z9]"]
    assert cited_texts(answer) == [f"{MEDIATORS}."]


def test_an_announcement_of_two_sides_that_follow_needs_no_source(library: Library) -> None:
    told = f"{MEDIATORS} {{acted as}}. {WELLS} {{46 wells}}."
    answer = answered(library, f"Accounts of the round differ. {told}")
    assert [one.kind for one in answer.statements] == [Kind.CONNECTIVE, Kind.CLAIM, Kind.CLAIM]
    alone = answered(library, f"{told} Accounts of the round differ.")
    assert alone.statements[-1].kind is Kind.CLAIM


def test_what_was_changed_is_said_in_words_and_in_json(library: Library) -> None:
    answer = answered(library, f"{MEDIATORS} {{Working teams}}. {WELLS}.")
    said = " ".join(notes(answer))
    assert "Citation [1] was re-pointed to [2]." in said
    assert "Cited by the program, not by the model: [3]." in said
    shown = to_json(answer)["repairs"]
    assert isinstance(shown, list)
    assert [(one["act"], one["statement"], one["added"]) for one in shown] == [
        ("re-pointed", 0, [2]),
        ("added", 1, [3]),
    ]
    assert shown[0]["removed"][0]["text"].startswith("Working teams")


SENTENCES = st.sampled_from(
    [
        f"{MEDIATORS}",
        f"{WELLS}",
        "Accounts differ",
        "The pump station stopped in July",
        "Nobody knows who built the wells in 1890",
        "It is **not** clear (A1)",
    ]
)
WISHES = st.sampled_from(
    ["", " {Working teams}", " {46 wells}", "{two engines}", " [Q7]", " [A1-2]"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCES, WISHES), min_size=1, max_size=4))
def test_whatever_is_repaired_marks_citations_and_statements_agree(
    library: Library, said: list[tuple[str, str]]
) -> None:
    script = " ".join(f"{sentence}{wish}." for sentence, wish in said)
    answer = answered(library, script)
    numbers = [citation.number for citation in answer.citations]
    assert numbers == sorted(set(numbers))
    assert {mark.citation for mark in answer.marks} == set(numbers)
    assert {n for one in answer.statements for n in one.citations} == set(numbers)
    assert all(0 <= mark.offset <= len(answer.text) for mark in answer.marks)
    assert [mark.offset for mark in answer.marks] == sorted(mark.offset for mark in answer.marks)
    for citation in answer.citations:
        document = library.document(citation.document)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.text
    for repair in answer.repairs:
        statement = answer.statements[repair.statement]
        assert statement.kind is Kind.CLAIM
        assert set(repair.added) <= set(statement.citations)
        assert not {one.number for one in repair.removed} & set(statement.citations)

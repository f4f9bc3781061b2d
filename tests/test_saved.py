"""A saved answer, held against the documents as they are later."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError, SavedError
from rag.ingest import ingest
from rag.libraries import Library
from rag.rendering.compared import summary_line, to_json, to_markdown
from rag.rendering.json_form import text_hash
from rag.saved import NOT_THERE, RENAMED, RESPACED, STILL_THERE, UNREADABLE, recheck
from rag.saved.files import MOST_BYTES, MOST_CITATIONS, read_json, read_saved, write_saved
from rag.types import Compared, Place, SavedAnswer, SavedCitation, Standing
from tests.small import BAKERY, FOLDER, TALKS, small_library, write_folder

BODY = TALKS.split("---\n", 2)[2]
MEDIATORS = "The United States, Qatar and Egypt\nacted as mediators."
ROW: dict[str, Any] = {
    "number": 1,
    "document": "talks.md",
    "title": "Cairo talks close",
    "date": "2024-08-26",
    "start": 58,
    "end": 112,
    "text": MEDIATORS,
    "hash": text_hash(MEDIATORS),
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
        yield library


def citation_of(text: str, document: str = "talks.md", body: str = BODY) -> SavedCitation:
    """A citation of a small document as it was at first."""
    start = body.index(text)
    end = start + len(text)
    return SavedCitation(1, document, "A title", None, start, end, text, text_hash(text))


def later(library: Library, files: dict[str, str], *gone: str) -> None:
    """Some files are written anew or removed, and the documents follow."""
    folder = write_folder(library.config.data.parent / "documents", files)
    for name in gone:
        (folder / name).unlink()
    ingest(library, [folder])


def stands(library: Library, citation: SavedCitation) -> Compared:
    (compared,) = recheck(library.ledger, SavedAnswer("q", (citation,)))
    return compared


# how a citation stands


def test_a_sentence_at_its_old_place_is_the_same(library: Library) -> None:
    compared = stands(library, citation_of(MEDIATORS))
    assert (compared.standing, compared.now) == (Standing.SAME, None)


def test_a_sentence_elsewhere_in_its_document_has_moved(library: Library) -> None:
    later(library, {"talks.md": TALKS.replace("The round in Cairo closed", "It closed")})
    compared = stands(library, citation_of(MEDIATORS))
    assert compared.standing is Standing.MOVED
    assert compared.now == Place("talks.md", 42, 96, MEDIATORS)


def test_of_several_places_the_one_next_to_the_old_one_is_named(library: Library) -> None:
    often = TALKS.replace("Hamas was", f"{MEDIATORS}\n\nHamas was")
    later(library, {"talks.md": often.replace("The round in Cairo", "It") + MEDIATORS})
    compared = stands(library, citation_of(MEDIATORS))
    assert compared.now is not None
    assert compared.now.start == 42


def test_a_sentence_that_was_reworded_has_changed_and_is_shown_as_it_is_now(
    library: Library,
) -> None:
    later(library, {"talks.md": TALKS.replace("Qatar and Egypt", "Oman and Egypt")})
    compared = stands(library, citation_of(MEDIATORS))
    assert compared.standing is Standing.CHANGED
    assert compared.now is not None
    assert compared.now.text == MEDIATORS.replace("Qatar", "Oman")


def test_two_sentences_are_held_against_two(library: Library) -> None:
    both = (
        "Hamas was not at the table. Working teams remain in Cairo and will try to close the gaps."
    )
    later(library, {"talks.md": TALKS.replace("not at the table", "not there")})
    compared = stands(library, citation_of(both))
    assert compared.now is not None
    assert compared.now.text == both.replace("not at the table", "not there")


def test_a_paragraph_that_was_only_wrapped_anew_says_so(library: Library) -> None:
    later(library, {"talks.md": TALKS.replace("Egypt\nacted", "Egypt acted")})
    compared = stands(library, citation_of(MEDIATORS))
    assert (compared.standing, compared.reason) == (Standing.CHANGED, RESPACED)


def test_a_sentence_that_was_struck_out_has_nothing_near(library: Library) -> None:
    later(library, {"talks.md": "Glaciers melt in Chile."})
    compared = stands(library, citation_of(MEDIATORS))
    assert (compared.standing, compared.reason) == (Standing.CHANGED, NOT_THERE)


def test_a_sentence_of_a_document_that_was_removed_is_gone(library: Library) -> None:
    later(library, {}, "talks.md")
    assert stands(library, citation_of(MEDIATORS)).standing is Standing.GONE


def test_a_sentence_of_a_document_with_a_new_name_has_moved_there(library: Library) -> None:
    quoted = f"{BAKERY}\n{MEDIATORS}\n"
    later(library, {"cairo.md": TALKS, "a.md": quoted, "z.md": quoted}, "talks.md")
    compared = stands(library, citation_of(MEDIATORS))
    assert (compared.standing, compared.reason) == (Standing.MOVED, RENAMED)
    assert compared.now == Place("cairo.md", 58, 112, MEDIATORS)


def test_a_quotation_that_was_edited_is_altered_whatever_the_documents_say(
    library: Library,
) -> None:
    edited = replace(citation_of(MEDIATORS), text=MEDIATORS.replace("Qatar", "Oman"))
    compared = stands(library, edited)
    assert (compared.standing, compared.reason) == (Standing.ALTERED, STILL_THERE)
    assert compared.now == Place("talks.md", 58, 112, MEDIATORS)
    later(library, {"talks.md": TALKS.replace("The round in Cairo closed", "It closed")})
    assert stands(library, edited).now == Place("talks.md", 42, 96, MEDIATORS)
    later(library, {}, "talks.md")
    assert stands(library, edited).standing is Standing.ALTERED


def test_an_edited_quotation_that_says_what_the_document_says_now_is_altered(
    library: Library,
) -> None:
    edited = replace(citation_of(MEDIATORS), hash="0" * 16)
    assert stands(library, edited).standing is Standing.ALTERED


def test_a_footnote_without_text_is_altered(library: Library) -> None:
    assert stands(library, SavedCitation(7)).reason == UNREADABLE


def test_nothing_is_compared_with_no_documents_at_all(tmp_path: Path) -> None:
    with small_library(tmp_path / "data") as library:
        assert recheck(library.ledger, SavedAnswer("q", ())) == []
        with pytest.raises(QuestionError, match="run: rag ingest"):
            stands(library, citation_of(MEDIATORS))


# what is said of it


def test_a_person_sees_what_stands_and_what_does_not(library: Library) -> None:
    later(library, {"talks.md": TALKS.replace("closed on Sunday", "closed on Monday")})
    closed = citation_of("The round in Cairo closed on Sunday without an agreement.")
    burns = citation_of("Anna Holm bakes rye bread every morning.", "home/bakery.md", BAKERY)
    answer = SavedAnswer("q", (closed, replace(burns, number=2), SavedCitation(3)))
    assert to_markdown(recheck(library.ledger, answer)) == (
        "≠ [1] changed\n"
        "    “The round in Cairo closed on Sunday without an agreement.”\n"
        "    A title (talks.md), characters 0–57\n"
        "    The document does not have this any more; the nearest it has now is shown.\n"
        "    now: talks.md, characters 0–57\n"
        "    “The round in Cairo closed on Monday without an agreement.”\n"
        "\n"
        "✓ [2] same\n"
        "    “Anna Holm bakes rye bread every morning.”\n"
        "    A title (home/bakery.md), characters 27–67\n"
        "\n"
        "! [3] altered\n"
        "    This footnote is missing or cannot be read any more.\n"
        "\n"
        "3 citations: 1 same, 1 changed, 1 altered"
    )


def test_a_program_sees_the_same() -> None:
    citation = citation_of(MEDIATORS)
    compared = Compared(citation, Standing.MOVED, "Why.", Place("b.md", 1, 2, "x"))
    assert json.loads(json.dumps(to_json(SavedAnswer("q", (citation,)), [compared]))) == {
        "question": "q",
        "citations": [
            {
                **ROW,
                "title": "A title",
                "date": None,
                "standing": "moved",
                "reason": "Why.",
                "now": {"document": "b.md", "start": 1, "end": 2, "text": "x"},
            }
        ],
        "summary": {"citations": 1, "same": 0, "moved": 1, "changed": 0, "gone": 0, "altered": 0},
    }


def test_no_citation_is_nothing_to_check() -> None:
    assert summary_line([]) == "0 citations: nothing to check"


# reading and writing files


def json_of(**changes: object) -> str:
    return json.dumps({"question": "q", "statements": [], "citations": [ROW | changes]})


def read_row(**changes: object) -> SavedCitation:
    answer = read_json(json_of(**changes))
    assert answer is not None
    (citation,) = answer.citations
    return citation


def test_json_is_read_as_it_was_printed() -> None:
    citation = read_row()
    assert citation == replace(
        citation_of(MEDIATORS), title="Cairo talks close", date=citation.date
    )
    assert str(citation.date) == "2024-08-26"


def test_json_from_before_there_were_hashes_is_read() -> None:
    old = json.loads(json_of())
    del old["citations"][0]["hash"]
    assert read_json(json.dumps(old)) == read_json(json_of())


WRONG: list[tuple[str, object]] = [
    ("number", "1"),
    ("number", None),
    ("document", 7),
    ("title", ["x"]),
    ("date", 20240826),
    ("start", "58"),
    ("start", -58),
    ("start", 6.2),
    ("start", 113),
    ("end", None),
    ("text", {"a": 1}),
    ("text", ""),
]


@pytest.mark.parametrize(("key", "value"), WRONG, ids=[f"{k} {v!r}" for k, v in WRONG])
def test_an_entry_with_a_wrong_value_has_no_text(key: str, value: object) -> None:
    assert read_row(**{key: value}).text == ""


@pytest.mark.parametrize("noted", [7, None, "", "x" * 16, [text_hash(MEDIATORS)]])
def test_a_hash_that_is_none_does_not_fit(noted: object) -> None:
    assert read_row(hash=noted).hash != text_hash(MEDIATORS)


def test_a_day_that_is_none_and_half_a_character_do_no_harm(library: Library) -> None:
    citation = read_row(date="yesterday", title="a\ud800b", text="\udc00", end=10**30)
    assert (citation.date, citation.title, citation.text) == (None, "a?b", "?")
    assert stands(library, citation).standing is Standing.ALTERED


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(list(ROW)), values), values, values)
def test_json_with_anything_in_it_can_be_read_and_shown(
    row: dict[str, object], question: object, other: object
) -> None:
    text = json.dumps({"question": question, "statements": [], "citations": [ROW | row, other]})
    answer = read_json(text)
    assert answer is not None
    shown = [Compared(citation, Standing.SAME) for citation in answer.citations]
    to_markdown(shown).encode()
    json.dumps(to_json(answer, shown), ensure_ascii=False).encode()


NONE = {
    "nothing": b"",
    "a text": b"# Notes\n\nIt rained.[^1]\n\n[^1]: So I heard.\n",
    "noise": bytes(range(1, 256)) * 40_000,
    "zeros": bytes(1_000_000),
    "half a character": b"Asked of Footnote on 2024-08-26\xc3",
    "broken JSON": b'{"citations": [',
    "a list": b"[1, 2]",
    "another object": b'{"citations": {}, "statements": []}',
    "a deep one": b'{"citations":' + b"[" * 200_000,
    "a deep one that ends": b'{"citations":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "a long number": b'{"citations": [' + b"9" * 10_000 + b'], "statements": []}',
}


@pytest.mark.parametrize("data", NONE.values(), ids=NONE)
def test_what_is_no_saved_answer_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(SavedError, match=r"a\.json (is no saved answer|is larger than)"):
        read_saved(path)


def test_what_is_too_much_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(SavedError, match="larger than 5,000,000 bytes"):
        read_saved(path)
    rows = [ROW] * (MOST_CITATIONS + 1)
    path.write_text(json.dumps({"statements": [], "citations": rows}))
    with pytest.raises(SavedError, match="has 1,001 citations"):
        read_saved(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_a_shell_may_write_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "answer.txt"
    path.write_text(json_of(), encoding=encoding)
    assert read_saved(path) == read_json(json_of())


def test_a_file_is_written_in_place_of_the_one_before(tmp_path: Path) -> None:
    write_saved(tmp_path / "a.md", "one\n")
    write_saved(tmp_path / "a.md", "two \ud800\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"two ?\n"


def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "file").write_text("x")
    for name, why in (
        ("none/a.md", "No such file or directory"),
        ("folder.md", "Is a directory"),
        ("file/a.md", "Not a directory"),
        (f"{'x' * 300}.md", "File name too long"),
    ):
        with pytest.raises(SavedError, match=rf"cannot be written \({why}\)"):
            write_saved(tmp_path / name, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.md"]


def test_the_small_documents_are_those_the_citations_are_of() -> None:
    assert FOLDER["talks.md"] == TALKS
    assert BODY[58:112] == MEDIATORS

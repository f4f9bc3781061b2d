"""Conversations as they are kept in the data folder, over real answers about small documents."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering import ask
from rag.config import Config
from rag.context import number_evidence
from rag.conversations import Conversations
from rag.conversations.since import placed, since
from rag.conversations.titles import LONGEST, title_of
from rag.conversations.turns import KeptTurn, of_bytes, to_bytes
from rag.errors import ConversationError
from rag.evidence import find_evidence
from rag.ingest import ingest
from rag.ledger import FILE_NAME, open_ledger
from rag.libraries import Library
from rag.rendering.json_form import to_json
from rag.rendering.json_reading import answer_of_json
from rag.scope import ANY_EVIDENCE, Scope
from rag.types import (
    Act,
    Answer,
    Citation,
    Disagreement,
    DisagreementKind,
    Kind,
    Mark,
    Mode,
    Outcome,
    Rejected,
    Repair,
    Standing,
    Statement,
    Verdict,
)
from tests.servers import in_a_folder, on_servers
from tests.small import TALKS, small_library, write_folder

MEDIATORS = "Who acted as mediators in Cairo?"
BUNS = "What does the bakery sell on Fridays?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
        yield library


@pytest.fixture
def kept(library: Library) -> Conversations:
    return conversations_of(library)


def conversations_of(library: Library) -> Conversations:
    return Conversations(library.config.data, library.config.ledger_url)


def turn(library: Library, question: str, name: str = "") -> KeptTurn:
    """A question answered in quotes, with the evidence that was found for it."""
    found = find_evidence(library, library.snapshot(), question, ANY_EVIDENCE)
    answer = ask(library, None, question)
    return KeptTurn(name or question, question, answer, number_evidence(found.evidence))


# what is kept comes back


def test_a_turn_comes_back_as_it_was(library: Library, kept: Conversations) -> None:
    asked = replace(turn(library, MEDIATORS), error="It is down.", scope=Scope(tags=("gaza",)))
    name = kept.keep(asked).id
    assert kept.turns(name) == [asked]


def test_turns_come_back_in_their_order(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    kept.keep(turn(library, BUNS), name)
    assert [one.question for one in kept.turns(name)] == [MEDIATORS, BUNS]


def test_the_title_is_the_first_question(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    assert kept.keep(turn(library, BUNS), name).title == MEDIATORS


def test_a_conversation_begins_under_the_id_that_is_given(
    library: Library, kept: Conversations
) -> None:
    kept.keep(turn(library, MEDIATORS), "0123456789ab", begins=True)
    kept.keep(turn(library, BUNS), "0123456789ab")
    assert [one.id for one in kept.entries()] == ["0123456789ab"]
    assert len(kept.turns("0123456789ab")) == 2


def test_a_turn_that_went_on_is_kept_once(library: Library, kept: Conversations) -> None:
    done = turn(library, MEDIATORS)
    name = kept.keep(replace(done, finished=False)).id
    kept.keep(done, name)
    assert kept.turns(name) == [done]


def test_a_turn_stands_in_the_place_of_another(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS, "first")).id
    kept.keep(turn(library, MEDIATORS, "second"), name)
    again = turn(library, BUNS, "third")
    kept.keep(again, name, instead="second")
    assert [one.id for one in kept.turns(name)] == ["first", "third"]


def test_the_turn_of_another_tab_is_not_overwritten(library: Library, kept: Conversations) -> None:
    begun = turn(library, MEDIATORS)
    name = kept.keep(replace(begun, finished=False)).id
    kept.keep(turn(library, BUNS), name)
    kept.keep(begun, name)
    assert [one.question for one in kept.turns(name)] == [MEDIATORS, BUNS]
    assert all(one.finished for one in kept.turns(name))


def test_another_process_that_does_not_own_the_folder_keeps_and_reads(
    library: Library, kept: Conversations
) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    folder, url = library.config.data, library.config.ledger_url
    program = f"""
from pathlib import Path
from dataclasses import replace
from rag.conversations import Conversations
kept = Conversations(Path({str(folder)!r}), {url!r})
(turn,) = kept.turns({name!r})
kept.keep(replace(turn, id="other", question="And who else?"), {name!r})
"""
    assert library.is_owner
    subprocess.run([sys.executable, "-c", program], check=True)
    assert [one.question for one in kept.turns(name)] == [MEDIATORS, "And who else?"]


def test_a_folder_of_an_earlier_version_gets_the_tables(tmp_path: Path) -> None:
    config = on_servers(Config(data=tmp_path))
    open_ledger(tmp_path, config.ledger_url).close()
    blank = KeptTurn("a", "Who?", Answer("Who?", "Who?", Outcome.NOT_FOUND, Mode.QUOTES, ""))
    name = Conversations(tmp_path, config.ledger_url).keep(blank).id
    assert Conversations(tmp_path, config.ledger_url).turns(name) == [blank]


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "nowhere")
    assert kept.entries() == []
    assert kept.conversation("a") is None
    assert kept.turns("a") == []
    assert not (tmp_path / "nowhere").exists()


# list, search, rename, delete


def test_the_newest_is_listed_first(library: Library, kept: Conversations) -> None:
    first = kept.keep(turn(library, MEDIATORS, "a")).id
    second = kept.keep(turn(library, BUNS, "b")).id
    assert [one.id for one in kept.entries()] == [second, first]
    kept.keep(turn(library, BUNS, "c"), first)
    assert [one.id for one in kept.entries()] == [first, second]
    assert [one.id for one in kept.entries(limit=1)] == [first]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        pytest.param("MEDIATORS", [MEDIATORS], id="a question, in other letters"),
        pytest.param("cardamom", [BUNS], id="an answer"),
        pytest.param("qatar cairo", [MEDIATORS], id="words from both"),
        pytest.param("cardamom cairo", [], id="words of two conversations"),
        pytest.param("%", [], id="a sign that means something to the database"),
        pytest.param("", [BUNS, MEDIATORS], id="nothing"),
        pytest.param(" \x00 ", [BUNS, MEDIATORS], id="nothing to be seen"),
    ],
)
def test_conversations_are_searched(
    library: Library, kept: Conversations, search: str, found: list[str]
) -> None:
    kept.keep(turn(library, MEDIATORS))
    kept.keep(turn(library, BUNS))
    assert [one.title for one in kept.entries(search)] == found


def test_a_new_title_is_found_and_changes_no_order(library: Library, kept: Conversations) -> None:
    first = kept.keep(turn(library, MEDIATORS, "a")).id
    kept.keep(turn(library, BUNS, "b"))
    assert kept.rename(first, "  Große \n Straße ")
    assert [one.title for one in kept.entries("GROSSE STRASSE")] == ["Große Straße"]
    assert [one.title for one in kept.entries()] == [BUNS, "Große Straße"]


def test_a_deleted_conversation_is_gone_with_its_turns(
    library: Library, kept: Conversations
) -> None:
    name = kept.keep(turn(library, MEDIATORS, "a")).id
    other = kept.keep(turn(library, BUNS, "b")).id
    assert kept.delete(name)
    assert (kept.conversation(name), kept.turns(name)) == (None, [])
    assert [one.id for one in kept.entries()] == [other]


def test_what_is_not_there_is_neither_renamed_nor_deleted(kept: Conversations) -> None:
    assert not kept.rename("unknown", "A title")
    assert not kept.delete("unknown")


def test_an_answer_to_a_deleted_conversation_says_so(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    kept.delete(name)
    with pytest.raises(ConversationError, match="was deleted in the meantime"):
        kept.keep(turn(library, MEDIATORS), name)
    assert kept.entries() == []


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who mediated?", "Who mediated?"),
        ("Who\n mediated\x1b[2J?", "Who mediated[2J?"),
        (" \x00 ", "Untitled"),
        ("word " * 30, "word " * 14 + "word…"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_title_is_one_short_line(question: str, title: str) -> None:
    assert title_of(question) == title
    assert len(title) <= LONGEST


def test_half_a_character_is_kept_too(kept: Conversations) -> None:
    half = "\ud83d?"
    asked = KeptTurn("a", half, Answer(half, half, Outcome.NOT_FOUND, Mode.QUOTES, half))
    assert kept.turns(kept.keep(asked).id) == [asked]
    assert [one.title for one in kept.entries()] == ["??"]


# failures are one sentence each


@in_a_folder
def test_a_full_disk_is_one_sentence(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    full = Conversations(library.config.data)
    _at_connect(full, "PRAGMA max_page_count = 1")
    large = replace(turn(library, BUNS), error="x" * 500_000)
    with pytest.raises(ConversationError, match=r"cannot be kept \(database or disk is full\)"):
        full.keep(large, name)
    assert len(kept.turns(name)) == 1


@in_a_folder
def test_a_disk_that_cannot_be_written_can_still_be_read(
    library: Library, kept: Conversations
) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    locked = Conversations(library.config.data)
    _at_connect(locked, "PRAGMA query_only = ON")
    assert len(locked.turns(name)) == 1
    with pytest.raises(ConversationError, match=r"cannot be kept .*readonly"):
        locked.keep(turn(library, BUNS), name)


@in_a_folder
def test_a_writer_that_takes_too_long_costs_the_keeping(library: Library) -> None:
    kept = Conversations(library.config.data, patience=0.05)
    kept.keep(turn(library, MEDIATORS))
    writer = sqlite3.connect(library.config.data / FILE_NAME)
    writer.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(ConversationError, match="database is locked"):
            kept.keep(turn(library, BUNS))
        assert len(kept.entries()) == 1
    finally:
        writer.close()


@in_a_folder
def test_a_folder_that_is_gone_is_one_sentence(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ConversationError, match="unable to open database file"):
        Conversations(tmp_path / "gone").keep(turn(library, MEDIATORS))


@in_a_folder
def test_a_turn_of_another_version_is_one_sentence(library: Library, kept: Conversations) -> None:
    name = kept.keep(turn(library, MEDIATORS)).id
    file = sqlite3.connect(library.config.data / FILE_NAME)
    file.execute("UPDATE turns SET body = '{}'")
    file.execute("UPDATE turns SET body = CAST(body AS BLOB)")
    file.commit()
    file.close()
    with pytest.raises(ConversationError, match="another version of Footnote"):
        kept.turns(name)


def _at_connect(kept: Conversations, command: str) -> None:
    """Have every connection begin with a command, as a disk does that is full or locked."""
    import sqlalchemy as sql

    sql.event.listen(kept._engine, "connect", lambda connection, _: connection.execute(command))


# what has become of the sources


def test_sources_that_are_as_they_were_are_the_same(library: Library) -> None:
    cited = turn(library, MEDIATORS).answer.citations
    compared = since(library.ledger, cited)
    assert compared
    assert {one.standing for one in compared} == {Standing.SAME}
    assert [placed(*pair) for pair in zip(cited, compared, strict=True)] == list(cited)


def test_a_sentence_that_moved_is_found_where_it_is_now(library: Library, tmp_path: Path) -> None:
    (_, cited) = turn(library, MEDIATORS).answer.citations
    _rewrite(library, tmp_path, TALKS.replace("The round in", "At last the round in"))
    (compared,) = since(library.ledger, [cited])
    assert compared.standing is Standing.MOVED
    place = placed(cited, compared)
    document = library.document(place.document)
    assert document is not None
    assert document.text[place.start : place.end] == cited.text


def test_a_sentence_that_was_changed_leads_to_what_there_is_now(
    library: Library, tmp_path: Path
) -> None:
    (_, cited) = turn(library, MEDIATORS).answer.citations
    _rewrite(library, tmp_path, TALKS.replace("acted as mediators", "acted as the mediators"))
    (compared,) = since(library.ledger, [cited])
    assert compared.standing is Standing.CHANGED
    document = library.document("talks.md")
    assert document is not None
    place = placed(cited, compared)
    assert "acted as the mediators" in document.text[place.start : place.end]


def test_without_any_document_everything_is_gone(library: Library) -> None:
    from rag.ingest import remove_documents

    cited = turn(library, MEDIATORS).answer.citations
    remove_documents(library, ["talks.md", "strikes.txt", "home/bakery.md"])
    assert {one.standing for one in since(library.ledger, cited)} == {Standing.GONE}


def _rewrite(library: Library, folder: Path, text: str) -> None:
    ingest(library, [write_folder(folder / "documents", {"talks.md": text})])


# the way through JSON and back

numbers = st.integers(0, 10**6)
names = st.text(max_size=8)
days = st.none() | st.dates()
citations = st.builds(
    Citation,
    numbers,
    names,
    names,
    days,
    st.tuples(names),
    numbers,
    numbers,
    names,
    st.sampled_from(Verdict),
    names,
)
sides = st.builds(
    Citation, st.just(0), names, names, days, st.tuples(names), numbers, numbers, names
)
answers = st.builds(
    Answer,
    question=names,
    standalone_question=names,
    outcome=st.sampled_from(Outcome),
    mode=st.sampled_from(Mode),
    text=names,
    statements=st.tuples(
        st.builds(
            Statement,
            names,
            st.sampled_from(Kind),
            numbers,
            numbers,
            st.sampled_from(Verdict),
            names,
            st.tuples(numbers),
        )
    ),
    marks=st.tuples(st.builds(Mark, numbers, numbers)),
    citations=st.tuples(citations, citations),
    nearest=st.tuples(citations),
    uncited=st.tuples(citations),
    rejected=st.tuples(st.builds(Rejected, names, names)),
    repairs=st.tuples(
        st.builds(
            Repair,
            st.sampled_from(Act),
            numbers,
            st.tuples(citations),
            st.tuples(numbers),
            names,
        )
    ),
    disagreements=st.tuples(
        st.builds(Disagreement, st.sampled_from(DisagreementKind), names, st.tuples(sides))
    ),
    missing=names,
    incomplete=st.booleans(),
    timings=st.dictionaries(names, st.floats(allow_nan=False)),
    model=names,
)
scopes = st.builds(Scope, st.tuples(names), st.tuples(names), st.tuples(names), days, days)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine
@given(answers)
def test_any_answer_is_read_back_from_its_json(answer: Answer) -> None:
    assert answer_of_json(json.loads(json.dumps(to_json(answer)))) == answer


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine
@given(answers, scopes, st.booleans(), st.booleans())
def test_any_turn_is_read_back_from_its_bytes(
    answer: Answer, scope: Scope, finished: bool, stopped: bool
) -> None:
    turn = KeptTurn(
        "a",
        answer.question,
        answer,
        finished=finished,
        stopped=stopped,
        asked=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
        scope=scope,
    )
    assert of_bytes(to_bytes(turn)) == turn


def test_a_day_comes_back_as_a_day() -> None:
    answer = Answer("q", "q", Outcome.ANSWERED, Mode.QUOTES, "t", timings={})
    turn = KeptTurn("a", "q", answer, scope=Scope(since=date(2024, 8, 1)))
    assert of_bytes(to_bytes(turn)).scope.since == date(2024, 8, 1)

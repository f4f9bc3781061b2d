"""Conversations as Markdown, as JSON and in the terminal; and what has become of their sources."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app
from rag.cli import checking as _checking  # it adds its commands to the application
from rag.cli import conversations as _conversations  # and this
from rag.config import Config
from rag.conversations import Conversations
from rag.conversations.export import to_document
from rag.conversations.turns import KeptTurn
from rag.ledger import FILE_NAME
from rag.rendering.export import read_document
from rag.rendering.html import citations_html
from rag.rendering.numbering import last_number, shifted
from rag.rendering.since import since_html, since_line
from rag.types import (
    Act,
    Answer,
    Citation,
    Compared,
    Mark,
    Mode,
    Outcome,
    Place,
    Repair,
    SavedCitation,
    Standing,
    Verdict,
)
from tests.servers import on_servers, settings_of
from tests.small import CAIRO

assert _checking
assert _conversations
DAY = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
BURNS = replace(CAIRO, number=2, start=430, end=470, text="William Burns took part.")
ANSWER = Answer(
    question="Who mediated the talks?",
    standalone_question="Who mediated the talks?",
    outcome=Outcome.ANSWERED,
    mode=Mode.MODEL,
    text="The US, **Qatar** and Egypt did. So did Burns.",
    marks=(Mark(32, 1), Mark(46, 2)),
    citations=(CAIRO, BURNS),
    model="small",
)
MEDIATED = KeptTurn("a", "Who mediated *the* talks?", ANSWER, asked=DAY)
AGAIN = replace(MEDIATED, id="b", question="And who else?", error="It is down.")
SAVED = SavedCitation(1, "talks.md", "Talks", date(2024, 8, 26), 0, 9, "They met.", "0" * 16)


def cited(number: int) -> Citation:
    return replace(CAIRO, number=number)


# as Markdown


def test_the_footnotes_of_a_conversation_are_numbered_through() -> None:
    document = to_document("The talks", [MEDIATED, AGAIN])
    saved = read_document(document)
    assert saved is not None
    assert [one.number for one in saved.citations] == [1, 2, 3, 4]
    assert [one.text for one in saved.citations] == [CAIRO.text, BURNS.text] * 2
    assert "Egypt did.[^3] So did Burns.[^4]" in document


def test_every_question_is_a_heading_of_characters_that_do_nothing() -> None:
    lines = to_document("The <b>talks", [MEDIATED, AGAIN]).splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings == [
        r"# The \<b\>talks",
        r"## Who mediated \*the\* talks?",
        "## And who else?",
    ]


def test_the_document_says_when_each_question_was_asked_and_what_failed() -> None:
    document = to_document("The talks", [MEDIATED, AGAIN])
    assert document.count("Asked of Footnote on 2026-11-03, answered by small.") == 2
    assert "It is down." in document


def test_a_number_that_was_repaired_away_is_not_given_again() -> None:
    gone = Repair(Act.REPOINTED, 0, (cited(7),), (2,), "")
    answer = replace(ANSWER, repairs=(gone,))
    assert last_number(answer) == 7
    moved = shifted(answer, 10)
    assert [one.number for one in moved.citations] == [11, 12]
    assert (moved.repairs[0].removed[0].number, moved.repairs[0].added) == (17, (12,))


# what has become of the sources


@pytest.mark.parametrize(
    ("standings", "line"),
    [
        ([], ""),
        ([Standing.SAME, Standing.SAME], ""),
        ([Standing.CHANGED], "of 1 cited sentence 1 changed."),
        (
            [Standing.GONE, Standing.SAME, Standing.MOVED, Standing.GONE],
            "of 4 cited sentences 1 elsewhere now, 2 gone with the document.",
        ),
    ],
)
def test_one_line_says_what_has_become_of_the_sources(standings: list[Standing], line: str) -> None:
    begin = "Since this answer its sources have changed: " * bool(line)
    assert since_line([Compared(SAVED, standing) for standing in standings]) == begin + line


def test_a_citation_shows_the_sentence_that_is_there_now_as_text() -> None:
    now = Place("talks.md", 0, 9, "They <b>left</b>.")
    shown = since_html(Compared(SAVED, Standing.CHANGED, "It is another one.", now))
    assert "Since then: It is another one." in shown
    assert "They &lt;b&gt;left&lt;/b&gt;." in shown


def test_below_a_footnote_stands_what_has_become_of_it() -> None:
    listed = citations_html([cited(1), cited(2)], lambda _: "#", {2: "<i>gone</i>"})
    first, second = listed.split("</li>")[:2]
    assert "<i>gone</i>" not in first
    assert second.endswith("<i>gone</i>")


# in the terminal


@dataclass(frozen=True)
class Terminal:
    data: Path

    def rag(self, *arguments: str) -> Result:
        settings = settings_of(self.config)
        return CliRunner().invoke(app, ["--data", str(self.data), *arguments], env=settings)

    @property
    def config(self) -> Config:
        return on_servers(Config(data=self.data))

    def kept(self) -> Conversations:
        return Conversations(self.data, self.config.ledger_url)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def name(terminal: Terminal) -> str:
    kept = terminal.kept()
    name = kept.keep(MEDIATED).id
    kept.keep(AGAIN, name)
    return name


def test_conversations_are_listed(terminal: Terminal, name: str) -> None:
    done = terminal.rag("conversations", "list")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{name}\t")
    assert done.stdout.endswith("\tWho mediated *the* talks?\n")


def test_conversations_are_listed_as_json_and_searched(terminal: Terminal, name: str) -> None:
    listed = terminal.rag("conversations", "list", "--json", "--search", "burns")
    assert [one["id"] for one in json.loads(listed.stdout)] == [name]
    none = terminal.rag("conversations", "list", "--json", "--search", "bakery")
    assert json.loads(none.stdout) == []


def test_without_any_conversation_the_list_says_so(terminal: Terminal) -> None:
    done = terminal.rag("conversations", "list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no conversation is kept yet" in done.stderr
    assert not (terminal.data / FILE_NAME).exists()


def test_a_conversation_is_shown_with_what_has_become_of_its_sources(
    terminal: Terminal, name: str
) -> None:
    done = terminal.rag("conversations", "show", name)
    assert done.exit_code == 0
    assert "> Who mediated *the* talks?" in done.stdout
    assert "Egypt did.[1] So did Burns.[2]" in done.stdout
    assert "of 2 cited sentences 2 gone with the document." in done.stdout
    assert "It is down." in done.stdout


def test_a_conversation_is_printed_as_json(terminal: Terminal, name: str) -> None:
    found = json.loads(terminal.rag("conversations", "show", name, "--json").stdout)
    assert found["title"] == "Who mediated *the* talks?"
    first = found["turns"][0]
    assert (first["question"], first["answer"]["text"]) == (MEDIATED.question, ANSWER.text)
    assert [one["verdict"] for one in first["answer"]["citations"]] == [Verdict.SUPPORTED.value] * 2


def test_the_markdown_of_a_conversation_can_be_checked_again(terminal: Terminal, name: str) -> None:
    saved = terminal.data / "talks.md"
    saved.write_text(terminal.rag("conversations", "show", name, "--markdown").stdout, "utf-8")
    found = read_document(saved.read_text("utf-8"))
    assert found is not None
    assert len(found.citations) == 4


def test_a_conversation_is_deleted(terminal: Terminal, name: str) -> None:
    done = terminal.rag("conversations", "delete", name)
    assert (done.exit_code, done.stdout) == (0, "deleted Who mediated *the* talks?\n")
    assert terminal.kept().entries() == []


@pytest.mark.parametrize("command", ["show", "delete"])
def test_an_unknown_conversation_is_one_sentence(terminal: Terminal, command: str) -> None:
    done = terminal.rag("conversations", command, "nothing")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("rag: There is no conversation nothing; it may have been")

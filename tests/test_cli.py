"""The terminal: answers on stdout, all else on stderr, and a status that says how it went."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app
from rag.cli import asking as _asking  # it adds its commands to the application
from rag.cli import checking as _checking  # so does this
from rag.cli import documents as _documents  # and this
from rag.config import Config
from rag.drafts import MOST_BYTES
from rag.libraries import opened
from tests.model_server import Answer, Fault, ModelServer, Part, Refuse, word_vector
from tests.scripted import cited
from tests.small import BAKERY, FOLDER, TALKS, write_folder

assert _asking
assert _checking
assert _documents
RAG = Path(sys.executable).parent / "rag"
QUESTION = "Who acted as mediators in Cairo?"
MEDIATORS = "The United States, Qatar and Egypt acted as mediators"
SETTINGS = ("DATA", "DOCUMENTS", "MODEL", "EMBEDDING", "CACHE", "LEDGER_URL", "CHROMA_URL")
UNSET = dict.fromkeys([*(f"RAG_{name}" for name in SETTINGS), "OPENAI_API_KEY", "OPENAI_BASE_URL"])
KEYS = (
    "question standalone_question outcome missing mode incomplete statements citations nearest "
    "rejected timings model"
).split()


@dataclass(frozen=True)
class Terminal:
    """A terminal in which these variables are set."""

    variables: dict[str, str]

    def rag(self, *arguments: str | Path, stdin: str | bytes = "") -> Result:
        """Run a command in this process: fast, and without its own ways with streams."""
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(app, words, input=stdin, env={**UNSET, **self.variables})

    def start(self, *arguments: str | Path) -> "subprocess.Popen[str]":
        """Begin a command in a process of its own."""
        clean = {name: value for name, value in os.environ.items() if name not in UNSET}
        return subprocess.Popen(
            [RAG, *arguments],
            env=clean | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
        )

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run a command in a process of its own; its status, stdout and stderr."""
        with self.start(*arguments) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def but(self, **variables: str) -> "Terminal":
        """The same terminal with other variables."""
        return replace(self, variables=self.variables | variables)


def reply(messages: list[dict[str, str]]) -> list[Part]:
    """An answer in two statements, one of them with a marker that names nothing."""
    script = f"{MEDIATORS} {{acted as mediators}}. It rained [Q7]."
    return list(cited(script, messages[-1]["content"]))


def serving(answer: Answer) -> ModelServer:
    return ModelServer(answer, models=("small", "words"))


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with serving(reply) as server:
        yield server


@pytest.fixture(scope="module")
def indexed(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """The three small documents, indexed, with a language model; tests only ask."""
    return ingested(tmp_path_factory.mktemp("terminal"), server)


@pytest.fixture
def fresh(server: ModelServer, tmp_path: Path) -> Terminal:
    """The same in folders of the test's own, which it may change."""
    return ingested(tmp_path, server)


def ingested(folder: Path, server: ModelServer) -> Terminal:
    terminal = Terminal(
        {
            "RAG_DATA": str(folder / "data"),
            "RAG_DOCUMENTS": str(write_folder(folder / "documents")),
            "RAG_EMBEDDING": "openai:words",
            "OPENAI_BASE_URL": server.url,
        }
    )
    done = terminal.rag("ingest")
    assert (done.exit_code, done.stdout) == (
        0,
        "3 added, 0 changed, 0 removed, 0 unchanged, 0 failed\n",
    )
    return terminal


@pytest.fixture(scope="module")
def built_in(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """The three small documents, indexed with the built-in embedding; no language model."""
    folder = tmp_path_factory.mktemp("built-in")
    terminal = Terminal(
        {
            "RAG_DATA": str(folder / "data"),
            "RAG_DOCUMENTS": str(write_folder(folder / "documents")),
            "RAG_CACHE": str(tmp_path_factory.getbasetemp() / "minilm"),
        }
    )
    assert terminal.rag("ingest").exit_code == 0
    return terminal


def folder_of(terminal: Terminal, name: str = "RAG_DOCUMENTS") -> Path:
    return Path(terminal.variables[name])


def assert_quoted(done: Result, words: str) -> None:
    """One line on stderr about the model, the documents' own words on stdout, status 1."""
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert words in line
    assert "Quoted word for word; no language model wrote this." in done.stdout


def assert_named(done: Result, words: str) -> None:
    """One sentence on stderr, status 1, nothing else."""
    assert done.exit_code == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("rag: ")
    assert words in line


# ask


def test_a_question_can_be_asked_of_some_documents_only(indexed: Terminal) -> None:
    status, out, err = indexed.run("retrieve", "Cairo", "--document", "strikes*", "--json")
    assert (status, err) == (0, "")
    assert {row["document"] for row in json.loads(out)["evidence"]} == {"strikes.txt"}
    status, out, err = indexed.run("ask", "Who was in Cairo?", "--folder", "nowhere")
    assert (status, out) == (1, "")
    assert "rag documents list" in err


def test_a_day_that_is_none_is_a_question_of_usage(indexed: Terminal) -> None:
    assert indexed.rag("ask", QUESTION, "--since", "yesterday").exit_code == 2
    assert indexed.rag("retrieve", QUESTION, "--as-of", "2024-08-27").exit_code == 0


def test_an_answer_has_its_footnotes_below(indexed: Terminal) -> None:
    done = indexed.rag("ask", QUESTION)
    assert done.exit_code == 0
    answer, _, below = done.stdout.partition("\n\n")
    assert answer == f"{MEDIATORS}[1]. It rained."
    assert f"[1] ✓ supported\n    “{MEDIATORS}.”\n    Cairo talks close, 2024-08-26" in below
    assert "Marker [Q7] was left out" in below
    assert done.stderr == ""


def test_json_is_one_object_with_all_that_was_promised(indexed: Terminal) -> None:
    done = indexed.rag("ask", QUESTION, "--json")
    answer = json.loads(done.stdout)
    assert set(KEYS) <= set(answer)
    assert (answer["outcome"], answer["mode"], answer["model"]) == ("answered", "model", "small")
    assert set(answer["statements"][0]) >= {"text", "kind", "verdict", "citations"}
    (citation,) = answer["citations"]
    wanted = (
        "number document title date sentence_ids start end pages text hash verdict reason".split()
    )
    assert list(citation) == wanted
    body = TALKS.split("---\n", 2)[2]
    assert body[citation["start"] : citation["end"]] == citation["text"]
    assert [one["marker"] for one in answer["rejected"]] == ["[Q7]"]
    assert answer["timings"]["total"] > 0
    assert done.stderr == ""


def test_a_question_may_come_from_stdin(indexed: Terminal) -> None:
    done = indexed.rag("ask", "-", "--json", stdin=f"{QUESTION}\n")
    assert json.loads(done.stdout)["question"] == QUESTION
    found = indexed.rag("retrieve", "-", "--json", stdin=QUESTION)
    assert json.loads(found.stdout)["question"] == QUESTION


def test_a_conversation_may_come_from_a_file(built_in: Terminal, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "Qatar."}]
    path = tmp_path / "history.json"
    path.write_text(json.dumps(turns))
    done = built_in.rag("ask", "And when did they close?", "--json", "--history", path)
    answer = json.loads(done.stdout)
    assert answer["standalone_question"] == f"{QUESTION} And when did they close?"


def test_without_a_model_the_documents_are_quoted_and_that_is_said(built_in: Terminal) -> None:
    done = built_in.rag("ask", QUESTION)
    assert done.exit_code == 0
    assert f"{MEDIATORS}.[" in done.stdout
    assert "no language model" in done.stdout


def test_what_is_not_in_the_documents_is_said_with_the_nearest_sentences(
    built_in: Terminal,
) -> None:
    done = built_in.rag("ask", "Which football club won the cup in Manchester?")
    assert done.exit_code == 0
    assert done.stdout.startswith("Not in your documents.")
    assert done.stdout.count("\n- “") == 3


def test_an_index_of_nothing_says_what_to_do(fresh: Terminal, tmp_path: Path) -> None:
    done = fresh.but(RAG_DATA=str(tmp_path / "new")).rag("ask", QUESTION, "--json")
    assert json.loads(done.stdout)["outcome"] == "not_found"
    assert done.stderr == "rag: no documents are indexed yet; run: rag ingest FOLDER\n"


# what a terminal would obey


def test_nothing_that_steers_a_terminal_is_printed(fresh: Terminal) -> None:
    path = folder_of(fresh) / "otter\x07\x1b[31m.txt"
    path.write_text("The otter \x1b]0;owned\x07sleeps in the river.\n\x1b[2JTitle\n")
    outputs = [fresh.rag("ingest"), fresh.rag("documents", "list")]
    with serving(lambda _: ["The otter \x1b[2Jsleeps [A1]."]) as server:
        here = fresh.but(OPENAI_BASE_URL=server.url)
        outputs += [here.rag("ask", "Where does the otter sleep?")]
        outputs += [here.rag("retrieve", "Where does the otter sleep?")]
    path.write_bytes(b"\0")
    outputs.append(fresh.rag("ingest"))
    assert "otter" in "".join(done.stdout for done in outputs)
    assert not [done for done in outputs if "\x1b" in done.output or "\x07" in done.output]


def test_a_document_goes_into_a_pipe_character_for_character(fresh: Terminal) -> None:
    text = "The otter \x1b[31msleeps\x1b[0m.\r\nIt is a héron, 🙂.\t"
    (folder_of(fresh) / "otter.txt").write_bytes(text.encode())
    fresh.rag("ingest")
    with fresh.start("documents", "show", "otter.txt") as process:
        out, _ = process.communicate()
    assert out == text.replace("\r\n", "\n")  # as this test reads its pipe
    assert process.returncode == 0


# retrieve


def test_evidence_is_listed_best_first(indexed: Terminal) -> None:
    done = indexed.rag("retrieve", "Who bakes rye bread?", "--characters", "100")
    first, *others = done.stdout.splitlines()
    assert first.endswith("  home/bakery.md  Anna Holm bakes rye bread every morning.")
    scores = [float(line.split()[0]) for line in [first, *others]]
    assert scores == sorted(scores, reverse=True)


def test_evidence_as_json(indexed: Terminal) -> None:
    done = indexed.rag("retrieve", "Who bakes rye bread?", "--json")
    found = json.loads(done.stdout)
    assert list(found) == ["question", "evidence"]
    body = BAKERY
    for row in found["evidence"]:
        if row["document"] == "home/bakery.md":
            assert body[row["start"] : row["end"]] == row["text"]


def test_many_questions_go_from_file_to_file(indexed: Terminal, tmp_path: Path) -> None:
    asked, out = tmp_path / "questions.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": f"q{n}", "question": QUESTION, "answerable": True} for n in range(3)]
    asked.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = indexed.rag("retrieve", "--questions", asked, "--out", out, "--characters", "100")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"3 questions answered in {out}\n"
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in found] == ["q0", "q1", "q2"]
    assert found[0]["evidence"][0].keys() == {"document", "start", "end", "text", "score"}


USAGE = [
    pytest.param(["retrieve"], id="no question"),
    pytest.param(["retrieve", "x", "--questions", "q"], id="a question and a file"),
    pytest.param(["retrieve", "--questions", "q"], id="no file to write"),
    pytest.param(["retrieve", "x", "--characters", "0"], id="no characters"),
    pytest.param(["ask"], id="nothing to ask"),
    pytest.param(["app", "--port", "99999"], id="no such port"),
    pytest.param(["ask", "x", "--save", "a.txt"], id="neither Markdown nor JSON"),
    pytest.param(["ask", "x", "--save", "md"], id="a file without a kind"),
    pytest.param(["check", "a.txt", "b.txt"], id="two texts"),
    pytest.param(["check", "a.txt", "--saved", "a.md"], id="a text and a saved answer"),
    pytest.param(["check", "-", "--saved", "a.md"], id="stdin and a saved answer"),
    pytest.param(["check", "--saved", "a.md", "--tag", "x"], id="a saved answer of some documents"),
    pytest.param(["check", "--saved", "a.md", "--since", "2024-01-01"], id="and of some days"),
    pytest.param(["check", "--saved", "a.md", "--save", "b.md"], id="a saved answer to be saved"),
    pytest.param(["check", "a.txt", "--save", "b.txt"], id="a check saved as something else"),
    pytest.param(["check", "--since", "yesterday"], id="no such day"),
    pytest.param(["ask", "x", "--loud"], id="unknown flag"),
    pytest.param(["sing"], id="unknown command"),
    pytest.param(["documents", "remove"], id="nothing to remove"),
]


@pytest.mark.parametrize("words", USAGE)
def test_a_command_that_is_not_understood_is_2(indexed: Terminal, words: list[str]) -> None:
    done = indexed.rag(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Usage: " in done.stderr


# check


CHECKED = [
    pytest.param(f"{MEDIATORS}.", 0, "1 claim: 1 supported", id="supported"),
    pytest.param(f"{MEDIATORS} in 2019.", 0, "1 claim: 1 partly", id="partly"),
    pytest.param("Hamas was at the table.", 1, "1 claim: 1 contradicted", id="contradicted"),
    pytest.param("Glaciers melt in Chile.", 1, "1 claim: 1 unsupported", id="unsupported"),
    pytest.param("Here is the text:", 0, "0 claims: nothing to check", id="no claim"),
]


@pytest.mark.parametrize(("text", "status", "summary"), CHECKED)
def test_a_text_is_checked_and_the_status_says_how_it_stands(
    indexed: Terminal, tmp_path: Path, text: str, status: int, summary: str
) -> None:
    path = tmp_path / "text.md"
    path.write_text(text)
    done = indexed.rag("check", path)
    assert (done.exit_code, done.stderr) == (status, "")
    assert done.stdout.splitlines()[-1] == summary
    for words in (["check"], ["check", "-"]):
        assert indexed.rag(*words, stdin=text).output == done.output


def test_a_claim_is_shown_with_what_it_rests_on(indexed: Terminal) -> None:
    status, out, err = indexed.run("check", "--help")
    assert (status, err) == (0, "")
    assert "at least in part" in " ".join(out.split())
    assert indexed.rag("check", stdin=f"{MEDIATORS}.").stdout.startswith(
        f"✓ supported: {MEDIATORS}.\n"
        "    The wording agrees, and every number, date and name.\n"
        f"    ✓ “{MEDIATORS}.”\n"
        "    Cairo talks close, 2024-08-26 (talks.md)\n"
    )


def test_a_checked_text_as_json_counts_in_the_text_as_it_was_read(indexed: Terminal) -> None:
    text = f"\ufeff🙂 Here is more:\r\n\r\n* {MEDIATORS}.\r\n"
    done = indexed.rag("check", "--json", stdin=text.encode())
    found = json.loads(done.stdout)
    assert list(found) == ["statements", "citations", "summary"]
    lead, claim = found["statements"]
    assert (lead["kind"], claim["kind"], claim["verdict"]) == ("connective", "claim", "supported")
    assert text[1:][claim["start"] : claim["end"]] == claim["text"] == f"{MEDIATORS}."
    (citation,) = found["citations"]
    assert claim["citations"] == [citation["number"]]
    body = TALKS.split("---\n", 2)[2]
    assert body[citation["start"] : citation["end"]] == citation["text"]
    assert found["summary"]["supported"] == 1


def test_a_text_is_checked_against_some_documents_only(indexed: Terminal) -> None:
    done = indexed.rag("check", "--folder", "home", stdin=f"{MEDIATORS}.")
    assert (done.exit_code, "talks.md" in done.stdout) == (1, False)
    assert_named(indexed.rag("check", "--folder", "none", stdin=MEDIATORS), "rag documents list")


UNREADABLE = [
    pytest.param(b"", "is empty", id="empty"),
    pytest.param(b" \n\t\r\n", "is empty", id="white space"),
    pytest.param(b"\x7fELF\0\1\2", "is no text file", id="binary"),
    pytest.param(b"It rained. " * (MOST_BYTES // 10), "is larger than 200,000 bytes", id="large"),
]


@pytest.mark.parametrize(("data", "words"), UNREADABLE)
def test_a_text_that_cannot_be_checked_is_named(
    indexed: Terminal, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "text.md"
    path.write_bytes(data)
    assert_named(indexed.rag("check", path), words)
    assert_named(indexed.rag("check", stdin=data), f"the text on stdin {words}")


def test_a_text_that_is_not_there_is_named(indexed: Terminal, tmp_path: Path) -> None:
    assert_named(indexed.rag("check", tmp_path / "nothing.md"), "nothing.md cannot be read")
    assert_named(indexed.rag("check", tmp_path), "cannot be read (Is a directory)")


def test_a_guess_at_the_encoding_of_a_text_is_said(indexed: Terminal) -> None:
    text = "Le café a ouvert en mai à côté de la gare."
    done = indexed.rag("check", stdin=text.encode("cp1252"))
    assert done.stdout.startswith("✗ unsupported: Le caf")
    (line,) = done.stderr.splitlines()
    assert line.startswith("rag: the text on stdin: read as ")


def test_a_text_is_not_checked_against_nothing(indexed: Terminal, tmp_path: Path) -> None:
    here = indexed.but(RAG_DATA=str(tmp_path / "new"))
    assert_named(
        here.rag("check", stdin=MEDIATORS), "No documents are indexed yet; run: rag ingest"
    )


# an answer that is saved


SAVED = ["a.md", "b.JSON"]


@pytest.mark.parametrize("name", SAVED)
def test_an_answer_is_saved_as_well_as_printed(
    indexed: Terminal, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    done = indexed.rag("ask", QUESTION, "--save", path, "--as-of", "2024-08-27")
    assert (done.exit_code, done.stdout) == (0, indexed.rag("ask", QUESTION).stdout)
    assert done.stderr.startswith(f"saved in {path}; ")
    saved = path.read_text(encoding="utf-8")
    if name == "a.md":
        assert saved.startswith(f"# {QUESTION}\n\n{MEDIATORS}[^1]. It rained.\n\n**Answered")
        assert "Asked of Footnote on 2024-08-27, answered by small." in saved
    else:
        printed = json.loads(indexed.rag("ask", QUESTION, "--json").stdout)
        assert json.loads(saved) | {"timings": {}} == printed | {"timings": {}}


@pytest.mark.parametrize("name", [*SAVED, "redirected.txt"])
def test_an_answer_that_was_saved_is_checked_later(
    fresh: Terminal, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name == "redirected.txt":
        path.write_text(fresh.rag("ask", QUESTION, "--json").stdout)
    else:
        fresh.rag("ask", QUESTION, "--save", path)
    done = fresh.rag("check", "--saved", path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"✓ [1] same\n    “{MEDIATORS}.”\n")
    (folder_of(fresh) / "talks.md").write_text(TALKS.replace("closed on Sunday", "closed"))
    fresh.rag("ingest")
    done = fresh.rag("check", "--saved", path)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 citation: 1 moved")
    (folder_of(fresh) / "talks.md").write_text(TALKS.replace("Qatar", "Oman"))
    fresh.rag("ingest")
    done = fresh.rag("check", "--saved", path)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "1 citation: 1 changed")
    assert "“The United States, Oman and Egypt acted as mediators.”" in done.stdout
    done = fresh.rag("check", "--saved", path, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["summary"]["changed"] == 1
    fresh.rag("documents", "remove", "talks.md")
    done = fresh.rag("check", "--saved", path)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "1 citation: 1 gone")


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_answer_that_was_edited_is_altered(
    indexed: Terminal, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    indexed.rag("ask", QUESTION, "--save", path)
    path.write_text(path.read_text(encoding="utf-8").replace("Qatar", "Oman"), encoding="utf-8")
    done = indexed.rag("check", "--saved", path)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "1 citation: 1 altered")


@pytest.mark.parametrize("name", ["a.md", "a.json"])
def test_a_checked_text_is_saved_and_checked_again_later(
    indexed: Terminal, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    done = indexed.rag("check", "--save", path, stdin=f"{MEDIATORS}.")
    assert (
        done.stderr
        == f"saved in {path}; see later whether it still stands: rag check --saved {path}\n"
    )
    later = indexed.rag("check", "--saved", path)
    assert (later.exit_code, later.stdout.splitlines()[-1]) == (0, "1 citation: 1 same")


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_answer_without_citations_says_so(
    built_in: Terminal, tmp_path: Path, name: str
) -> None:
    question = "Which football club won the cup in Manchester?"
    built_in.rag("ask", question, "--save", tmp_path / name)
    done = built_in.rag("check", "--saved", tmp_path / name)
    assert (done.exit_code, done.stdout) == (0, "0 citations: nothing to check\n")


def test_an_answer_that_cannot_be_saved_is_printed_all_the_same(
    indexed: Terminal, tmp_path: Path
) -> None:
    done = indexed.rag("ask", QUESTION, "--save", tmp_path / "none" / "a.md")
    assert (done.exit_code, done.stdout) == (1, indexed.rag("ask", QUESTION).stdout)
    (line,) = done.stderr.splitlines()
    assert line.endswith(
        "a.md cannot be written (No such file or directory); name another file with --save."
    )


def test_an_answer_that_was_cut_is_saved_and_said_to_be(indexed: Terminal, tmp_path: Path) -> None:
    with serving(lambda _: ["It closed on Sunday [A1]. Then", Fault.CUT]) as server:
        here = indexed.but(OPENAI_BASE_URL=server.url)
        done = here.rag("ask", QUESTION, "--save", tmp_path / "a.md")
    assert done.exit_code == 1
    assert "Incomplete: the reply was cut off" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["rag:", "saved"]


def test_a_file_that_is_no_saved_answer_is_named(indexed: Terminal, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nIt rained.\n")
    for name, words in (
        ("notes.md", "is no saved answer"),
        ("none.md", "cannot be read (No such file or directory)"),
        ("", "cannot be read (Is a directory)"),
    ):
        assert_named(indexed.rag("check", "--saved", tmp_path / name), words)


def test_a_saved_answer_is_not_checked_against_nothing(indexed: Terminal, tmp_path: Path) -> None:
    indexed.rag("ask", QUESTION, "--save", tmp_path / "a.md")
    here = indexed.but(RAG_DATA=str(tmp_path / "new"))
    assert_named(here.rag("check", "--saved", tmp_path / "a.md"), "No documents are indexed yet")


def test_nothing_in_a_saved_answer_steers_a_terminal(indexed: Terminal, tmp_path: Path) -> None:
    indexed.rag("ask", QUESTION, "--save", tmp_path / "a.json")
    answer = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    answer["citations"][0] |= {"title": "\x1b[2Jx", "text": "\x1b]0;y\x07", "document": "\x9bz"}
    (tmp_path / "a.json").write_text(json.dumps(answer))
    done = indexed.rag("check", "--saved", tmp_path / "a.json")
    assert done.stdout.startswith("! [1] altered\n    “]0;y”\n    [2Jx, 2024-08-26 (z), ")


# documents


def test_documents_are_listed_with_date_and_title(indexed: Terminal) -> None:
    lines = indexed.rag("documents", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == sorted(FOLDER)
    assert lines[2] == "talks.md\t2024-08-26\t5 sentences\tCairo talks close"
    rows = json.loads(indexed.rag("documents", "list", "--json").stdout)
    assert [row["id"] for row in rows] == sorted(FOLDER)


def test_a_document_that_is_not_there_is_named(indexed: Terminal) -> None:
    assert_named(indexed.rag("documents", "show", "nothing.md"), "No document is named nothing.md")


def test_a_document_is_removed_and_a_second_time_is_named(fresh: Terminal) -> None:
    done = fresh.rag("documents", "remove", "talks.md", "talks.md")
    assert (done.exit_code, done.stdout) == (0, "removed 1\n")
    done = fresh.rag("documents", "remove", "talks.md", "talks.md", "strikes.txt")
    assert (done.exit_code, done.stdout) == (1, "removed 1\n")
    assert "rag: no document is named talks.md; see: rag documents list\n" in done.stderr
    assert "rag: strikes.txt: its file is now " in done.stderr
    assert fresh.rag("documents", "list").stdout.startswith("home/bakery.md")
    assert not (folder_of(fresh) / "talks.md").exists()
    assert fresh.rag("ingest").stdout.startswith("0 added, 0 changed, 0 removed, 1 unchanged")


# ingest


def test_an_ingest_says_what_it_did(fresh: Terminal) -> None:
    folder = folder_of(fresh)
    (folder / "talks.md").write_text("The talks moved to Doha.")
    (folder / "strikes.txt").unlink()
    (folder / "new.txt").write_bytes("Le café a ouvert en mai à côté de la gare.".encode("cp1252"))
    (folder / "bad.txt").write_bytes(b"\0")
    done = fresh.rag("ingest", "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert report["added"] == ["new.txt"]
    assert (report["changed"], report["removed"]) == (["talks.md"], ["strikes.txt"])
    assert report["unchanged"] == ["home/bakery.md"]
    assert [name for name, _ in report["failed"]] == ["bad.txt"]
    assert "rag: new.txt: read as" in done.stderr
    assert "rag: bad.txt is no text file" in done.stderr


def test_a_file_whose_name_is_not_utf_8_is_named_and_the_others_are_read(fresh: Terminal) -> None:
    (folder_of(fresh) / os.fsdecode(b"caf\xe9.txt")).write_text("The café is open.")
    (folder_of(fresh) / "new.txt").write_text("The bar is open.")
    done = fresh.rag("ingest")
    assert (done.exit_code, done.stdout.split(",")[0]) == (1, "1 added")
    assert "rag: caf?.txt has a name that is not UTF-8; rename it." in done.stderr


# bad input: one sentence, status 1, nothing lost


BAD_PATHS: list[tuple[str, bytes | None, str]] = [
    ("a missing folder", None, "nowhere does not exist"),
    ("an empty folder/", None, "holds no documents"),
    ("an empty file.txt", b"", "is empty"),
    ("no text.txt", b"\0\1\2", "is no text file"),
    ("a picture.png", b"\x89PNG", "is of a kind that is not read"),
]


@pytest.mark.parametrize(("name", "data", "words"), BAD_PATHS, ids=[row[0] for row in BAD_PATHS])
def test_what_cannot_be_indexed_is_named_and_nothing_is_lost(
    indexed: Terminal, tmp_path: Path, name: str, data: bytes | None, words: str
) -> None:
    path = tmp_path / ("nowhere" if "missing" in name else name)
    if name.endswith("/"):
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)
    done = indexed.rag("ingest", path)
    assert (done.exit_code, done.stdout.split(", ")[-1]) == (1, "1 failed\n")
    (line,) = done.stderr.splitlines()
    assert words in line
    assert indexed.rag("documents", "list").stdout.count("\n") == len(FOLDER)


QUESTIONS = [
    pytest.param("", "is empty", id="nothing"),
    pytest.param("who was that?", "no word to search for", id="stop words"),
    pytest.param("🙂", "no word to search for", id="emoji"),
]


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_a_question_that_asks_nothing_is_named(
    indexed: Terminal, question: str, words: str
) -> None:
    assert_named(indexed.rag("ask", question), words)
    assert_named(indexed.rag("ask", "-", "--json", stdin=question), words)
    assert_named(indexed.rag("retrieve", "-", stdin=question), words)


HISTORIES = ["[", '{"role": "user"}', "[1]", '[{"role": "user"}]', "[" * 100_000]


@pytest.mark.parametrize("text", HISTORIES, ids=["cut", "object", "number", "half", "deep"])
def test_a_history_that_is_none_is_named(indexed: Terminal, tmp_path: Path, text: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(text)
    assert_named(indexed.rag("ask", QUESTION, "--history", path), "no history")
    assert_named(indexed.rag("ask", QUESTION, "--history", tmp_path), "no history")


def test_a_question_file_that_is_none_is_named(indexed: Terminal, tmp_path: Path) -> None:
    (tmp_path / "asked").write_text('{"id": 1}\n')
    for asked, out in ((tmp_path / "none", "out"), (tmp_path / "asked", "out")):
        done = indexed.rag("retrieve", "--questions", asked, "--out", tmp_path / out)
        assert_named(done, asked.name)
    (tmp_path / "asked").write_text("")
    done = indexed.rag("retrieve", "--questions", tmp_path / "asked", "--out", tmp_path / "no/out")
    assert_named(done, "cannot be written")


def test_a_server_that_cannot_be_reached_is_named(built_in: Terminal) -> None:
    with ModelServer() as gone:
        pass
    here = built_in.but(OPENAI_BASE_URL=gone.url, RAG_MODEL="small")
    assert_quoted(here.rag("ask", QUESTION), "cannot be used: nothing answers at that address")


def test_without_its_model_the_json_is_that_of_quotations(built_in: Terminal) -> None:
    with ModelServer(lambda _: [Refuse(500, "out of memory")]) as server:
        done = built_in.but(OPENAI_BASE_URL=server.url).rag("ask", QUESTION, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["mode"] == "quotes"


def test_a_wrong_key_is_named_and_not_shown(built_in: Terminal) -> None:
    with ModelServer(key="right") as server:
        here = built_in.but(OPENAI_BASE_URL=server.url, OPENAI_API_KEY="wrong-key")
        done = here.rag("ask", QUESTION)
    assert_quoted(done, "refuses the key in OPENAI_API_KEY")
    assert "wrong-key" not in done.output


def test_an_unknown_model_is_named_with_those_there_are(built_in: Terminal) -> None:
    with ModelServer(lambda _: [Refuse(404, "model huge not found")]) as server:
        done = built_in.but(OPENAI_BASE_URL=server.url, RAG_MODEL="huge").rag("ask", QUESTION)
    assert_quoted(done, "has no model 'huge'; set RAG_MODEL to one it has: small, large.")


def test_a_reply_cut_in_the_middle_is_shown_as_incomplete(indexed: Terminal) -> None:
    with serving(lambda _: ["It closed on Sunday [A1]. Then", Fault.CUT]) as server:
        here = indexed.but(OPENAI_BASE_URL=server.url)
        done = here.rag("ask", QUESTION)
        answer = json.loads(here.rag("ask", QUESTION, "--json").stdout)
    assert done.exit_code == 1
    assert done.stderr == (
        "rag: the reply stopped in the middle, so this is not all of it; ask again.\n"
    )
    assert "Incomplete: the reply was cut off before its end." in done.stdout
    assert (answer["incomplete"], answer["outcome"]) == (True, "partly")


def test_another_embedding_than_the_index_was_made_with_is_named(indexed: Terminal) -> None:
    other = indexed.but(RAG_EMBEDDING="openai:small")
    for words in (["ask", QUESTION], ["ingest"], ["retrieve", QUESTION]):
        assert_named(other.rag(*words), "rag rebuild")
    assert indexed.rag("ask", QUESTION).exit_code == 0


def test_another_embedding_is_taken_on_by_a_rebuild(fresh: Terminal) -> None:
    other = fresh.but(RAG_EMBEDDING="openai:small")
    done = other.rag("rebuild")
    assert done.stdout.startswith("3 documents embedded again, ")
    assert other.rag("ask", QUESTION).exit_code == 0


def test_a_folder_that_another_process_holds_is_named_at_once(indexed: Terminal) -> None:
    values = indexed.variables
    config = Config(
        data=Path(values["RAG_DATA"]), base_url=values["OPENAI_BASE_URL"], embedding="openai:words"
    )
    with opened(config, change=True):
        begun = time.perf_counter()
        for words in (["ingest"], ["rebuild"], ["documents", "remove", "talks.md"]):
            assert_named(indexed.rag(*words), f"in use by process {os.getpid()} ")
        assert time.perf_counter() - begun < 3.0
        assert indexed.rag("ask", QUESTION).exit_code == 0
        assert indexed.rag("documents", "list").stdout.count("\n") == len(FOLDER)


def test_a_data_folder_that_cannot_be_one_is_named(indexed: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for words in (["ask", QUESTION], ["ingest"], ["rebuild"]):
        done = indexed.but(RAG_DATA=str(tmp_path / "file")).rag(*words)
        assert_named(done, "set RAG_DATA to")


# settings


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_EMBEDDING=from-the-file\n")
    with chdir(tmp_path):
        assert_named(Terminal({}).rag("ask", "x"), "'from-the-file'")
        here = Terminal({"RAG_EMBEDDING": "from-outside"})
        assert_named(here.rag("ask", "x"), "'from-outside'")
        assert_named(here.rag("--embedding", "from-a-flag", "ask", "x"), "'from-a-flag'")


def test_every_flag_sets_what_it_says(indexed: Terminal, tmp_path: Path) -> None:
    values = indexed.variables
    flags = ["--data", values["RAG_DATA"], "--documents", values["RAG_DOCUMENTS"]]
    flags += ["--embedding", "openai:words", "--base-url", values["OPENAI_BASE_URL"]]
    with chdir(tmp_path):
        done = Terminal({}).rag(*flags, "--model", "words", "ask", QUESTION, "--json")
        assert json.loads(done.stdout)["model"] == "words"
        assert "3 unchanged" in Terminal({}).rag(*flags, "ingest").stdout


def test_the_doctor_says_1_when_something_is_to_be_mended(indexed: Terminal) -> None:
    done = indexed.rag("doctor")
    assert (done.exit_code, done.stderr) == (0, "")
    assert all(line.startswith("ok  ") for line in done.stdout.splitlines())
    done = indexed.but(RAG_DOCUMENTS="nowhere").rag("doctor")
    assert done.exit_code == 1
    assert "FIX  documents in nowhere: missing; set RAG_DOCUMENTS\n" in done.stdout


# as a process of its own


def test_help_loads_nothing_slow() -> None:
    program = "import sys, atexit; from rag.cli import main; sys.argv = ['rag', '--help']\n"
    program += "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Usage: rag" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    slow = {"numpy", "chromadb", "onnxruntime", "openai", "streamlit", "sqlalchemy", "llama_index"}
    assert "rag" in loaded
    assert not loaded & slow


def test_a_terminal_that_lacks_a_sign_shows_a_question_mark(indexed: Terminal) -> None:
    status, out, err = indexed.but(PYTHONIOENCODING="latin-1").run("ask", QUESTION)
    assert (status, err) == (0, "")
    assert "[1] ? supported" in out


def test_bytes_that_are_no_utf_8_in_a_question_do_no_harm(indexed: Terminal) -> None:
    question = os.fsdecode(b"Who acted as mediators in caf\xe9 Cairo?")
    status, out, err = indexed.run("ask", "--json", question)
    assert (status, err) == (0, "")
    assert json.loads(out)["question"] == "Who acted as mediators in caf\ufffd Cairo?"


def test_a_reader_that_goes_away_ends_the_command_in_peace(fresh: Terminal) -> None:
    (folder_of(fresh) / "long.txt").write_text("The river is long and wide. " * 20_000)
    fresh.rag("ingest")
    with fresh.start("documents", "show", "long.txt") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_command_that_is_stopped_says_so(indexed: Terminal) -> None:
    asked = Event()

    def hang(_: list[dict[str, str]]) -> list[Part]:
        asked.set()
        return ["The talks", Fault.HANG]

    with (
        serving(hang) as server,
        indexed.but(OPENAI_BASE_URL=server.url).start("ask", QUESTION) as process,
    ):
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (1, "rag: stopped; what was acknowledged is kept.\n")


def test_an_ingest_that_is_killed_loses_nothing_and_is_made_good(fresh: Terminal) -> None:
    embedding, over = Event(), Event()

    def embed(text: str) -> list[float]:
        if "heron" in text:
            embedding.set()
            over.wait()
        return word_vector(text)

    (folder_of(fresh) / "heron.txt").write_text("The heron waits by the river.")
    (folder_of(fresh) / "talks.md").write_text("The talks moved to Doha, says the heron.")
    with ModelServer(reply, models=("small", "words"), embed=embed) as server:
        with fresh.but(OPENAI_BASE_URL=server.url).start("ingest") as process:
            assert embedding.wait(30)
            process.kill()
        over.set()
    assert fresh.rag("documents", "show", "talks.md").stdout == TALKS.split("---\n", 2)[2]
    assert fresh.rag("ask", QUESTION).exit_code == 0
    done = fresh.rag("ingest")
    assert done.stdout == "1 added, 1 changed, 0 removed, 2 unchanged, 0 failed\n"

"""``python -m eval.run``, from the command line to the run folder, with a server of its own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from eval.run import main
from eval.running.scoring import METRICS
from tests.model_server import ModelServer, Part, Refuse
from tests.scripted import cited
from tests.small import write_folder

Row = dict[str, Any]
MEDIATORS = "The United States, Qatar and Egypt\nacted as mediators."
ROWS: list[Row] = [
    {
        "id": "mediators",
        "question": "Who acted as mediators in Cairo?",
        "answers": ["The United States, Qatar and Egypt"],
        "facts": [["Qatar"], ["Egypt"]],
        "answerable": True,
        "outcome": "answered",
        "evidence": [{"document": "talks.md", "text": MEDIATORS, "start": 58, "end": 112}],
        "tags": ["who"],
        "split": "dev",
    },
    {
        "id": "oven",
        "question": "When was the oven of the bakery built?",
        "answers": ["in 1921"],
        "answerable": True,
        "documents": ["home/bakery.md"],
        "date": "2024-08-26",
    },
    {"id": "singer", "question": "Who sang?", "answerable": False, "tags": ["who"]},
    {
        "id": "again",
        "question": "And in 1921?",
        "history": [{"role": "user", "content": "Who bakes rye bread?"}],
        "answerable": False,
    },
]
REPLIES = {
    "Who acted as mediators in Cairo?": "Qatar and Egypt acted as mediators {mediators}.",
    "When was the oven of the bakery built?": "The oven was built in 1921 {1921}.",
}
NOTHING = "NOT IN THE DOCUMENTS"


def reply(messages: list[dict[str, str]]) -> list[Part]:
    """What a model says that has read its prompt."""
    prompt = messages[-1]["content"]
    script = next((text for question, text in REPLIES.items() if question in prompt), "")
    return [cited(script, prompt) if script else NOTHING]


def of_the_answers(server: ModelServer) -> int:
    """How many answers the server was asked for."""
    return sum("messages" in request for request in server.requests)


class Bench:
    """A folder of documents, a set of questions, and a command that is run on them."""

    def __init__(self, folder: Path, indexed: Path, server: ModelServer) -> None:
        self.folder = folder
        self.server = server
        self.golden = folder / "questions.jsonl"
        self.documents = indexed / "documents"
        self.data = indexed / "data"
        self.out = folder / "run"
        self.write(ROWS)

    def write(self, rows: list[Row]) -> None:
        self.golden.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    def __call__(self, *flags: str, out: Path | None = None, **settings: str) -> int:
        """Run; settings go over the server's own."""
        given = ["--golden", self.golden, "--documents", self.documents, "--out", out or self.out]
        own = {"OPENAI_BASE_URL": self.server.url, "RAG_EMBEDDING": "openai:small"}
        kept = ["--cache", self.folder / "kept", "--data", self.data]
        return main([*map(str, given), *map(str, kept), *flags], {**own, **settings})

    def rows(self, out: Path | None = None) -> dict[tuple[str, int], Row]:
        lines = ((out or self.out) / "results.jsonl").read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        rows = {(row["id"], row["repeat"]): row for row in found}
        assert len(rows) == len(found)
        return rows

    def read(self, name: str) -> Row:
        found: Row = json.loads((self.out / name).read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents, and a data folder that the first run fills."""
    folder = tmp_path_factory.mktemp("indexed")
    write_folder(folder / "documents")
    return folder


@pytest.fixture
def bench(tmp_path: Path, indexed: Path) -> Iterator[Bench]:
    with ModelServer(reply) as server:
        yield Bench(tmp_path, indexed, server)


def test_a_run_leaves_everything_that_decided_it_and_came_of_it(bench: Bench) -> None:
    assert bench("--quotes") == 0
    config, summary = bench.read("config.json"), bench.read("summary.json")
    assert config["finished"] >= config["started"]
    assert config["settings"]["mode"] == "quotes"
    assert (config["golden"]["questions"], config["documents"]["count"]) == (4, 3)
    assert {"answer.system", "answer.user"} <= config["prompts"].keys()
    assert config["fingerprint"]["embedding"].startswith("openai:small")
    row = bench.rows()["mediators", 0]
    assert row["question"] == ROWS[0]
    assert row["evidence"][0]["document"] == "talks.md"
    assert row["answer"]["mode"] == "quotes"
    assert tuple(row["scores"]) == METRICS
    assert (row["scores"]["outcome_right"], row["scores"]["citation_validity"]) == (1, 1)
    assert (summary["questions"], summary["results"], summary["errors"]) == (4, 4, 0)
    assert summary["metrics"]["fact_recall"]["count"] == 1
    assert summary["by_tag"]["who"]["outcome_right"]["count"] == 2
    assert of_the_answers(bench.server) == 0


def test_retrieval_alone_answers_nothing(bench: Bench) -> None:
    assert bench("--retrieval-only") == 0
    row = bench.rows()["mediators", 0]
    assert (row["answer"], row["scores"]["sentence_recall@10"]) == (None, 1)
    assert row["scores"]["outcome_right"] is None
    assert bench.rows()["oven", 0]["scores"]["document_hit@1"] == 1
    assert (bench.read("summary.json")["outcomes"], of_the_answers(bench.server)) == ({}, 0)


def test_with_a_model_its_prompt_and_its_reply_are_kept(bench: Bench) -> None:
    assert bench() == 0
    row = bench.rows()["mediators", 0]
    assert row["messages"][0]["role"] == "system"
    assert "Who acted as mediators" in row["messages"][-1]["content"]
    assert row["reply"].startswith("Qatar and Egypt acted as mediators [")
    assert row["answer"]["text"] == "Qatar and Egypt acted as mediators."
    assert row["scores"]["citation_f1"] == row["scores"]["fact_recall"] == 1
    follow_up = bench.rows()["again", 0]  # its first prompt made it stand alone
    assert follow_up["messages"][0]["role"] == "system"
    assert bench.read("config.json")["settings"]["model"] == "small"


def test_no_key_is_written_anywhere(bench: Bench) -> None:
    bench("--limit", "1", OPENAI_API_KEY="sk-secret")
    written = [path.read_text(encoding="utf-8") for path in bench.out.iterdir()]
    assert len(written) == 5
    assert not any("sk-secret" in text for text in written)


def test_a_reply_is_paid_for_once_and_a_repeat_is_asked_anew(bench: Bench) -> None:
    bench("--tag", "who")
    asked = of_the_answers(bench.server)
    bench("--tag", "who", "--repeat", "2", out=bench.folder / "other")
    assert of_the_answers(bench.server) == 2 * asked  # the first of both is there
    rows = bench.rows(bench.folder / "other")
    assert {repeat for _, repeat in rows} == {0, 1}
    assert "total" not in rows["mediators", 0]["seconds"]  # it would time the disk
    assert "total" in rows["mediators", 1]["seconds"]
    assert rows["mediators", 0]["reply"] == rows["mediators", 1]["reply"]


def test_repeats_show_their_spread(bench: Bench) -> None:
    bench("--quotes", "--repeat", "3", "--limit", "1")
    summary = bench.read("summary.json")
    assert (summary["questions"], summary["results"]) == (1, 3)
    assert summary["spread"]["outcome_right"] == 0
    assert summary["metrics"]["outcome_right"]["count"] == 1


def failing_every_third() -> Callable[[list[dict[str, str]]], list[Part]]:
    asked = [0]

    def answer(messages: list[dict[str, str]]) -> list[Part]:
        asked[0] += 1
        return [Refuse(400, "the third")] if asked[0] % 3 == 0 else reply(messages)

    return answer


def test_errors_of_the_server_are_no_wrong_answers_and_are_asked_again_on_wish(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.server.answer = failing_every_third()
    bench.write(ROWS[:3])
    assert bench("--at-once", "1") == 1
    (row,) = (row for row in bench.rows().values() if row["status"] == "error")
    assert "the third" in row["error"]
    assert row["answer"] is None
    assert set(row["scores"].values()) == {None}
    summary = bench.read("summary.json")
    assert (summary["errors"], summary["metrics"]["outcome_right"]["count"]) == (1, 2)
    assert "--retry-errors" in capsys.readouterr().err
    asked = of_the_answers(bench.server)
    assert bench() == 1  # it is still there, and nothing is asked
    assert of_the_answers(bench.server) == asked
    assert bench("--retry-errors") == 0
    assert of_the_answers(bench.server) == asked + 1
    assert bench.read("summary.json")["errors"] == 0


def test_a_key_that_is_refused_ends_the_run(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.server.answer = lambda _: [Refuse(401, "no")]
    assert bench("--at-once", "1") == 1
    assert of_the_answers(bench.server) < len(ROWS)
    assert capsys.readouterr().err.splitlines()[-1].startswith("eval.run: http")


def test_a_run_that_was_killed_goes_on_and_asks_the_cut_line_again(bench: Bench) -> None:
    bench("--quotes")
    path = bench.out / "results.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:100])
    assert bench("--quotes", "--at-once", "2") == 0
    assert len(bench.rows()) == 4
    assert path.read_bytes().startswith(b"".join(lines[:2]))


def test_a_finished_run_keeps_its_time_when_nothing_was_left_to_ask(bench: Bench) -> None:
    bench("--retrieval-only")
    config = bench.read("config.json") | {"finished": "2026-01-01T00:00:00+00:00"}
    write_folder(bench.out, {"config.json": json.dumps(config)})
    assert bench("--retrieval-only") == 0
    assert bench.read("config.json")["finished"] == config["finished"]
    rows = (bench.out / "results.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    write_folder(bench.out, {"results.jsonl": "".join(rows[:-1])})
    assert bench("--retrieval-only") == 0
    assert bench.read("config.json")["finished"] > config["finished"]


def test_a_file_for_the_data_folder_is_named_by_its_flag(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.data = bench.golden
    assert bench("--retrieval-only") == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith("(it is a file); name another folder with --data.")


def test_a_folder_with_another_configuration_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench("--retrieval-only")
    before = (bench.out / "results.jsonl").read_bytes()
    assert bench("--quotes", "--limit", "2") == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "another configuration (settings.limit, settings.mode)" in said
    assert (bench.out / "results.jsonl").read_bytes() == before


def test_the_questions_that_failed_are_asked_alone(bench: Bench) -> None:
    wrong = [{**ROWS[0], "facts": [["Norway"]]}, *ROWS[1:3]]
    bench.write(wrong)
    bench("--quotes")
    suite = ET.parse(bench.out / "junit.xml").getroot()[0]
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert "mediators" in failed
    assert suite.get("failures") == str(len(failed))
    other = bench.folder / "other"
    bench("--quotes", "--failing", str(bench.out), out=other)
    assert {name for name, _ in bench.rows(other)} == failed


def test_a_question_without_a_word_to_look_for_finds_nothing(bench: Bench) -> None:
    bench.write([{"id": "q", "question": "And?", "answerable": False, "evidence": []}])
    assert bench() == bench("--retrieval-only", out=bench.folder / "other") == 0
    row = bench.rows()["q", 0]
    assert (row["answer"]["outcome"], row["evidence"]) == ("not_found", [])


ELSEWHERE = {**ROWS[1], "documents": ["gone.md"]}
BAD: dict[str, tuple[str, tuple[str, ...], str]] = {
    "an unknown document": (json.dumps(ELSEWHERE), (), "speaks of gone.md"),
    "two of one name": (f"{json.dumps(ROWS[1])}\n" * 2, (), "two questions called oven"),
    "an empty file": ("\n\n", (), "holds no question"),
    "no JSON": ('{"id": "a"\n', (), "line 1 is no JSON"),
    "no question": ('{"id": "a"}\n', (), "has no 'question'"),
    "no question left": (json.dumps(ROWS[1]), ("--tag", "none"), "has the tag 'none'"),
    "no run to compare": (json.dumps(ROWS[1]), ("--failing", "nowhere"), "is no run folder"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_run_is_one_sentence_and_leaves_no_folder(
    bench: Bench, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, flags, words = BAD[name]
    bench.golden.write_text(text, encoding="utf-8")
    assert bench("--quotes", *flags) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("eval.run: ")
    assert words in said
    assert not bench.out.exists()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda out: out.write_text("x"), "is a file", id="a file"),
        pytest.param(write_folder, "holds other things", id="not a run"),
        pytest.param(
            lambda out: write_folder(out, {"config.json": "["}), "read", id="a broken run"
        ),
    ],
)
def test_a_folder_that_is_no_run_is_left_alone(
    bench: Bench,
    make: Callable[[Path], object],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(bench.out)
    assert bench("--quotes") == 1
    assert words in capsys.readouterr().err.splitlines()[-1]


def test_a_folder_that_cannot_be_made_is_one_sentence(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--quotes", out=bench.golden / "run") == 1
    assert "cannot be written to" in capsys.readouterr().err.splitlines()[-1]


def test_an_index_with_other_documents_is_refused(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--retrieval-only") == 0
    bench.documents = write_folder(bench.folder / "others", {"oven.md": "The oven is new."})
    assert bench("--retrieval-only", out=bench.folder / "other") == 1
    assert "name another folder with --data" in capsys.readouterr().err
    bench.documents = bench.data.parent / "documents"
    assert bench("--retrieval-only", out=bench.folder / "third") == 0  # nothing was taken in


def test_a_folder_without_documents_is_one_sentence(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.documents, bench.data = bench.folder / "nowhere", bench.folder / "data"
    assert bench("--retrieval-only") == 1
    assert "check --documents" in capsys.readouterr().err.splitlines()[-1]


def test_evidence_that_has_moved_is_told(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    moved = {"document": "talks.md", "text": MEDIATORS, "start": 3, "end": 57}
    bench.write([{**ROWS[0], "evidence": [moved]}])
    assert bench("--retrieval-only") == 0
    assert "evidence does not stand where the set says: 1, mediators" in capsys.readouterr().err
    assert bench.read("config.json")["misplaced"] == ["mediators"]


@pytest.mark.parametrize("flags", [("--limit", "0"), ("--split", "train"), ("--repeat", "x")])
def test_a_flag_that_makes_no_sense_is_a_matter_of_usage(
    bench: Bench, flags: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench(*flags)

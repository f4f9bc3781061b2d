"""``python -m eval.run --judge``: what a judge says of answers, and how far it can be trusted."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.judge_support import main as measure
from eval.running.judging import AGREEMENT, FORM, SUPPORT
from eval.running.trust import Trust, keep_trust, known_trust, trust_notes
from rag.config import Config
from rag.prompts import load_prompt
from tests.model_server import ModelServer, Part, Refuse
from tests.scripted import CLAIM, says
from tests.small import write_folder
from tests.test_eval_run import Bench, of_the_answers, reply
from tests.test_judge_support import folder as support  # noqa: F401 - a fixture

ANSWER = re.compile(r"^<answer>\n(.*)\n</answer>$", re.MULTILINE)
RIGHT = re.compile(r"^<right>\n(.*)\n</right>$", re.MULTILINE)


def judging(messages: list[dict[str, str]]) -> list[Part]:
    """A model that answers, and compares by looking for the words of the gold answer."""
    prompt = messages[-1]["content"]
    answer, right, claim = ANSWER.search(prompt), RIGHT.search(prompt), CLAIM.search(prompt)
    if answer and right:
        return [says("supported" if right[1].removeprefix("- ") in answer[1] else "partly")]
    if claim:
        return [says("supported" if "1921" in claim[1] else "unsupported", "A <b> reason.")]
    return reply(messages)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexed")
    write_folder(folder / "documents")
    return folder


@pytest.fixture
def bench(tmp_path: Path, indexed: Path) -> Iterator[Bench]:
    with ModelServer(judging) as server:
        yield Bench(tmp_path, indexed, server)


def test_answers_are_compared_with_gold_and_claims_with_what_they_cite(bench: Bench) -> None:
    assert bench("--judge") == 0
    rows = bench.rows()
    talks, oven = rows["mediators", 0], rows["oven", 0]
    assert talks["judged"]["agreement"]["verdict"] == "partly"  # the United States are missing
    assert (talks["scores"][AGREEMENT], talks["scores"][SUPPORT]) == (0, 0)
    assert (oven["scores"][AGREEMENT], oven["scores"][SUPPORT]) == (1, 1)
    assert oven["judged"]["claims"][0]["reason"].endswith("“A <b> reason.”")
    assert bench.read("summary.json")["metrics"][AGREEMENT]["mean"] == 0.5
    assert bench.read("config.json")["settings"]["judged_by"] == "small"


def test_a_refusal_is_judged_without_asking(bench: Bench) -> None:
    bench("--judge", "--quotes", "--limit", "3")
    singer = bench.rows()["singer", 0]
    assert singer["judged"]["agreement"] is None  # nothing to agree with
    assert singer["scores"][AGREEMENT] is None


def test_replies_are_asked_for_in_a_form(bench: Bench) -> None:
    bench("--judge", "--limit", "1")
    formed = [one for one in bench.server.requests if "response_format" in one]
    assert len(formed) == 2  # the answer and its one claim
    assert formed[0]["response_format"]["json_schema"]["schema"] == FORM


def test_what_is_no_verdict_counts_as_a_no(bench: Bench) -> None:
    def vague(messages: list[dict[str, str]]) -> list[Part]:
        is_judged = "Reply with one JSON object" in messages[-1]["content"]
        return ["Probably."] if is_judged else reply(messages)

    bench.server.answer = vague
    assert bench("--judge", "--limit", "1") == 0
    row = bench.rows()["mediators", 0]
    assert (row["scores"][AGREEMENT], row["scores"][SUPPORT]) == (0, 0)
    assert row["judged"]["agreement"]["verdict"] == "not checked"


def test_an_answer_that_could_not_be_judged_is_an_error_of_the_server(bench: Bench) -> None:
    def failing(messages: list[dict[str, str]]) -> list[Part]:
        return [Refuse(400, "no")] if ANSWER.search(messages[-1]["content"]) else judging(messages)

    bench.server.answer = failing
    assert bench("--judge", "--limit", "1") == 1
    row = bench.rows()["mediators", 0]
    assert row["error"].startswith("The answer could not be judged.")
    assert set(row["scores"].values()) == {None}
    bench.server.answer = judging
    assert bench("--judge", "--limit", "1", "--retry-errors") == 0


@pytest.mark.parametrize(
    ("flag", "url", "said"),
    [
        ("--quotes", "", "no language model to judge"),
        ("--retrieval-only", "http://127.0.0.1:1/v1", "--retrieval-only answers nothing"),
    ],
    ids=["no model", "nothing answered"],
)
def test_where_there_is_nothing_to_judge_it_is_said(
    bench: Bench, flag: str, url: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--judge", flag, OPENAI_BASE_URL=url, RAG_MODEL="small") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert of_the_answers(bench.server) == 0


def test_a_figure_that_rests_on_a_judge_says_how_far_it_agrees_with_people(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    version = load_prompt(Config().prompts, "judge").version
    bench("--judge", "--limit", "1")
    assert "how far it agrees with people is not measured" in capsys.readouterr().out
    keep_trust(bench.folder / "kept", Trust("small", version, 150, 71.4, 0.43))
    bench("--judge", "--limit", "1", out=bench.folder / "other")
    known = "agrees with people on 71 % of 150 public claims (kappa 0.43)"
    assert f"Judged by small, which {known}." in capsys.readouterr().out
    assert known in (bench.folder / "other" / "report.html").read_text(encoding="utf-8")


def test_the_report_shows_what_the_judge_says(bench: Bench) -> None:
    bench("--judge", "--limit", "2")
    report = (bench.out / "report.html").read_text(encoding="utf-8")
    assert "Against the gold answers" in report
    assert "“A &lt;b&gt; reason.”" in report


def test_what_was_measured_of_a_judge_is_found_again(support: Path, tmp_path: Path) -> None:  # noqa: F811
    def agreeing(messages: list[dict[str, str]]) -> list[Part]:
        claim = CLAIM.search(messages[-1]["content"])
        assert claim
        return [says("unsupported" if "1931" in claim[1] else "supported")]

    with ModelServer(agreeing) as server:
        settings = {"OPENAI_BASE_URL": server.url, "RAG_MODEL": "large"}
        settings["RAG_EMBEDDING"] = "openai:small"
        assert measure([str(support), "--cache", str(tmp_path)], settings) == 0
    version = load_prompt(Config().prompts, "judge").version
    trust = known_trust(tmp_path, "large", version)
    assert trust == Trust("large", version, 12, 100.0, 1.0)
    assert known_trust(tmp_path, "large", "another prompt") is None


def test_what_is_kept_of_a_judge_and_cannot_be_read_is_nothing(tmp_path: Path) -> None:
    keep_trust(tmp_path, Trust("small", "1", 2, 50.0, 0.0))
    (path,) = (tmp_path / "judges").iterdir()
    path.write_text(json.dumps({"model": "small"}), encoding="utf-8")
    assert known_trust(tmp_path, "small", "1") is None
    assert "not measured" in trust_notes("small", None)[AGREEMENT]

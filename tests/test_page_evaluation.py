"""A question set is run from the page, stopped, read, compared, and fed from feedback."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from rag.config import Config
from rag.feedback import Opinion, keep
from rag.types import Answer
from rag.ui.evaluation.children import Child, ChildError, last_words, run_to_end
from rag.ui.evaluation.comparing import metrics_html, verdict_html
from rag.ui.evaluation.desk import Desk, Wish
from rag.ui.evaluation.page import evaluation_page, runs_html
from rag.ui.evaluation.report import report_policy, report_response, report_route
from rag.ui.evaluation.runs import GOLDEN, read_run, read_runs, runs_folder, usual_golden
from rag.ui.opening import LibraryEngine
from tests.model_server import ModelServer
from tests.pages import small_engine, visit_page
from tests.test_adopt import ANSWER, MEDIATED
from tests.test_adopt import said as feedback
from tests.test_app import html

QUESTIONS = """
{"id": "bread", "question": "Who bakes rye bread?", "answers": ["Anna Holm"], "facts": [["Anna"]],\
 "answerable": true, "tags": ["who"], "evidence": [{"document": "home/bakery.md",\
 "text": "Anna Holm bakes rye bread every morning."}]}
{"id": "oven", "question": "When was the oven built?", "answers": ["In 1921"],\
 "facts": [["1921"]], "answerable": true, "tags": ["time"], "evidence": [{"document":\
 "home/bakery.md", "text": "The oven was built in 1921 by her great-grandfather."}]}
""".lstrip()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LibraryEngine]:
    """The small documents with a question set of their own, and a server that embeds."""
    with (
        ModelServer() as server,
        small_engine(tmp_path, Config(base_url=server.url, embedding="openai:small")) as engine,
    ):
        usual_golden(engine.config).write_text(QUESTIONS, encoding="utf-8")
        yield engine


def pressed(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return button.click().run()


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def run_it(app: AppTest) -> AppTest:
    """Begin an evaluation by quotation and look until it has ended."""
    app.toggle[0].set_value(True).run()
    pressed(app, "Run the evaluation")
    while "Stop" in labels(app):
        time.sleep(0.2)
        app.run()
    return app


def test_a_set_is_run_and_its_report_shown(engine: LibraryEngine) -> None:
    app = run_it(visit_page(evaluation_page, engine))
    assert not app.exception
    (run,) = read_runs(runs_folder(engine.config))
    assert (run.finished, run.questions, run.mode) == (True, 2, "quotes")
    assert set(run.figures) >= {"Outcome right", "Facts in the answer"}
    assert f"/report/{run.name}" in str(app.get("iframe")[0].proto)
    assert "<td>quotes</td>" in html(app)


def test_of_two_runs_the_verdict_is_shown(engine: LibraryEngine) -> None:
    app = run_it(run_it(visit_page(evaluation_page, engine)))
    assert "Too few: 2 common questions, and a verdict needs 20." in html(app)
    assert "fact_recall ★" in html(app)


def test_a_run_goes_on_without_its_page_and_only_one_at_a_time(engine: LibraryEngine) -> None:
    app = visit_page(evaluation_page, engine)
    pressed(app, "Run the evaluation")
    again = visit_page(evaluation_page, engine)
    assert "Stop" in labels(again)
    assert next(one for one in again.button if one.label == "Run the evaluation").disabled
    pressed(again, "Stop")
    assert "Stop" not in labels(app.run())


def test_a_stopped_run_says_so(engine: LibraryEngine) -> None:
    app = visit_page(evaluation_page, engine)
    pressed(app, "Run the evaluation")
    pressed(app, "Stop")
    assert re.search(r"Stopped after [012] of 2 questions\.", html(app))


def test_a_set_that_cannot_be_read_is_one_sentence(engine: LibraryEngine) -> None:
    app = visit_page(evaluation_page, engine)
    app.text_input(key="golden").set_value("/nowhere/<b>.jsonl").run()
    shown = html(run_it(app))
    assert "/nowhere/&lt;b&gt;.jsonl" in shown
    assert "Traceback" not in shown


def test_a_second_run_is_refused_while_one_is_under_way(engine: LibraryEngine) -> None:
    desk = Desk()
    desk.begin(engine.config, Wish(GOLDEN))
    with pytest.raises(ChildError, match="under way already"):
        desk.begin(engine.config, Wish(GOLDEN))
    desk.stop()
    assert not desk.is_busy


def test_stopping_ends_a_process_that_would_go_on_for_ever() -> None:
    child = Child(Config(), "http.server", ["0", "--bind", "127.0.0.1"])
    assert child.status is None
    child.stop()
    assert child.status is not None
    assert child.was_stopped


def test_the_last_line_to_a_person_comes_without_the_name_of_the_command() -> None:
    assert last_words("9 questions to ask\neval.run: There is no X.\n\n") == "There is no X."
    assert last_words("It stands: here.") == "It stands: here."
    assert last_words("") == ""


def test_what_a_command_prints_and_how_it_ends_comes_back() -> None:
    done = run_to_end(Config(), "eval.compare", ["/none", "/none"])
    assert (done.status, done.out) == (2, "")
    assert done.said.startswith("/none is no run folder")


def test_our_documents_have_our_set_and_others_one_of_their_own(tmp_path: Path) -> None:
    ours = Config(documents=GOLDEN.parents[1] / "seeds", data=tmp_path)
    assert usual_golden(ours) == GOLDEN
    assert usual_golden(replace(ours, documents=tmp_path)) == tmp_path / "golden.jsonl"


@pytest.mark.parametrize("config", ["", "{", "[]", '{"started": "then"}', '{"settings": 1}'])
def test_what_is_no_run_is_not_listed(config: str, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text(config)
    assert read_runs(tmp_path) == []


def test_a_run_is_listed_as_text(tmp_path: Path) -> None:
    config = {"started": "2026-11-25T10:00:00+00:00", "settings": {"model": "<b>", "mode": "model"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    run = read_run(tmp_path)
    assert run is not None
    assert "<td>&lt;b&gt;</td>" in runs_html([run])
    assert "0, not finished" in runs_html([run])


REPORT = b"<h1>x</h1><script>one()</script><script src='http://far.invalid'></script>"


def test_a_report_has_an_origin_of_its_own_and_loads_nothing() -> None:
    rules = report_policy(REPORT).split("; ")
    assert rules[:2] == ["sandbox allow-scripts", "default-src 'none'"]
    scripts = next(rule for rule in rules if rule.startswith("script-src")).split()
    assert len(scripts) == 2, "only the one that stands in the report"
    assert scripts[1].startswith("'sha256-")


def test_a_report_without_scripts_may_run_none() -> None:
    assert "script-src 'none'" in report_policy(b"<h1>x</h1>")


def test_only_reports_of_runs_are_served(tmp_path: Path) -> None:
    (tmp_path / "runs" / "one").mkdir(parents=True)
    (tmp_path / "runs" / "one" / "report.html").write_bytes(REPORT)
    (tmp_path / "report.html").write_bytes(REPORT)
    assert report_response(tmp_path / "runs", "one").status_code == 200
    for name in ("..", ".", "two", "one/..", ".one"):
        assert report_response(tmp_path / "runs", name).status_code == 404


def test_a_report_keeps_its_own_policy_under_the_applications() -> None:
    from rag.ui.safety import SafetyHeaders

    route = report_route(lambda _: Config())
    sent = answered(SafetyHeaders(Starlette(routes=[route])), "/report/none")
    assert sent[b"content-security-policy"].startswith(b"default-src 'self'")
    own = report_response(Path("none"), "x")
    own.headers["content-security-policy"] = "sandbox"
    assert answered(SafetyHeaders(own), "/")[b"content-security-policy"] == b"sandbox"


def answered(app: Any, path: str) -> dict[bytes, bytes]:
    """Ask an application for a path without a server; returns the headers of its response."""
    import asyncio

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "headers": [],
    }
    scope |= {"scheme": "http", "query_string": b"", "server": ("127.0.0.1", 80)}
    asyncio.run(app(scope, receive, send))
    return dict(sent[0]["headers"])


def test_a_verdict_is_shown_in_its_own_words() -> None:
    shown = verdict_html({"name": "drop", "words": "A significant drop: <x>."})
    assert shown == (
        '<p class="verdict judged unsupported" role="status">▼ A significant drop: &lt;x&gt;.</p>'
    )


def test_what_decides_comes_first() -> None:
    one: dict[str, Any] = {
        "count": 3, "a": 0.5, "b": 1.0, "difference": 0.5, "better": 2, "worse": 0,
        "interval": {"low": 0.1, "high": 0.9},
    }  # fmt: skip
    shown = metrics_html({"first": one, "decisive": one}, ["decisive", "absent"])
    assert shown.index("decisive ★") < shown.index("first")
    assert "<td>+0.500</td><td>+0.100 to +0.900</td>" in shown


def test_without_feedback_it_says_where_it_comes_from(engine: LibraryEngine) -> None:
    assert "the thumbs below an answer" in html(visit_page(evaluation_page, engine))


BREAD: Answer = replace(
    ANSWER,
    question="Who bakes rye bread in the mornings?",
    standalone_question="Who bakes rye bread in the mornings?",
    text="Anna Holm bakes it.",
    marks=(),
    citations=(
        replace(
            MEDIATED, document="home/bakery.md", text="Anna Holm bakes rye bread every morning."
        ),
    ),
)


def judged(engine: LibraryEngine, opinion: Opinion) -> AppTest:
    """The page after a reader's opinion, with the dialog open."""
    keep(engine.feedback_file, replace(feedback(BREAD, opinion), reason="so <b>"))
    app = visit_page(evaluation_page, engine)
    assert "so &lt;b&gt;" in html(app)
    return pressed(app, "Make it a test")


def test_a_good_answer_becomes_a_test_question_with_two_clicks(engine: LibraryEngine) -> None:
    app = pressed(judged(engine, Opinion.GOOD), "Add to the test set")
    rows = usual_golden(engine.config).read_text().splitlines()
    assert json.loads(rows[-1])["id"] == "who-bakes-rye-bread-in-the-mornings"
    assert "Added as who-bakes-rye-bread-in-the-mornings" in html(app)
    assert "Make it a test" not in labels(app)


def test_a_bad_answer_has_to_be_completed_first(engine: LibraryEngine) -> None:
    app = pressed(judged(engine, Opinion.BAD), "Add to the test set")
    assert "Before it can be added: has no answers" in html(app)
    assert len(usual_golden(engine.config).read_text().splitlines()) == 2
    app.text_area(key="answers-first").set_value("Anna Holm").run()
    app.text_area(key="facts-first").set_value("Anna").run()
    pressed(app, "Add to the test set")
    added = json.loads(usual_golden(engine.config).read_text().splitlines()[-1])
    assert added["answers"] == ["Anna Holm"]


def test_feedback_that_is_put_aside_is_not_offered_again(engine: LibraryEngine) -> None:
    app = pressed(judged(engine, Opinion.BAD), "Put aside")
    assert "Put aside" in html(app)
    assert "Make it a test" not in labels(app)

"""``/ask``, ``/retrieve``, ``/documents``, ``/source``; health, readiness and figures."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from prometheus_client.parser import text_string_to_metric_families

from rag.answering import ask
from rag.evidence import retrieve_rows
from rag.ingest import ingest
from rag.removals import remove
from rag.rendering.json_form import to_json
from rag.scope import Search
from tests.api import (
    QUESTION,
    SAYS,
    TALKS_SENTENCE,
    Api,
    api_over,
    api_with,
    chat,
    message_of,
    replying,
)
from tests.model_server import ModelServer, Refuse
from tests.small import small_embedding

EVENTS = {"Accept": "text/event-stream"}
SECRET = "mediators"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    answer = replying(f"{SAYS} {{acted as mediators}}. It rained [Q7].")
    with api_with(tmp_path_factory.mktemp("api"), answer) as api:
        yield api


def events(api: Api, body: dict[str, Any]) -> list[tuple[str, Any]]:
    """The events of an answer: names and what they tell."""
    response = api.post("/ask", body, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [block.splitlines() for block in response.text.split("\n\n") if block[:1] != ":"]
    return [(it[0][7:], json.loads(it[1][6:])) for it in lines if it]


def but_times(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "timings"}


def test_an_answer_is_what_the_terminal_prints_as_json(api: Api) -> None:
    body = {"question": QUESTION, "mode": "quotes"}
    expected = json.loads(json.dumps(to_json(ask(api.open_library, None, QUESTION))))
    assert but_times(api.post("/ask", body).json()) == but_times(expected)


def test_events_come_as_they_happen_evidence_first(api: Api) -> None:
    told = events(api, {"question": QUESTION})
    names = [name for name, _ in told]
    assert (names[0], names[-1]) == ("evidence", "answer")
    assert {"text", "mark"} <= set(names)
    assert "".join(data["text"] for name, data in told if name == "text") == f"{SAYS}. It rained."
    assert told[0][1]["sources"][0]["document"] == "talks.md"
    assert told[-1][1]["rejected"][0]["marker"] == "[Q7]"
    assert next(data for name, data in told if name == "mark")["text"] == TALKS_SENTENCE


def test_a_question_can_be_narrowed_and_have_a_history(api: Api) -> None:
    body = {
        "question": "And who launched rockets?",
        "history": [{"role": "user", "content": "What happened on Sunday?"}],
        "mode": "quotes",
        "documents": ["strikes*"],
        "since": "2024-08-25",
        "until": "2024-08-25",
        "as_of": "2024-09-01",
    }
    record = api.post("/ask", body).json()
    assert record["standalone_question"] == "What happened on Sunday? And who launched rockets?"
    assert {one["document"] for one in record["citations"]} == {"strikes.txt"}


def test_a_model_that_fails_is_an_event_and_the_answer_is_quoted(tmp_path: Path) -> None:
    with api_with(tmp_path, lambda _: [Refuse(429, "slow down")]) as api:
        told = events(api, {"question": QUESTION})
    names = [name for name, _ in told]
    assert "model_failed" in names
    assert told[-1][1]["mode"] == "quotes"
    assert "too many requests" in told[-1][1]["failure"]


def test_evidence_is_what_the_terminal_retrieves(api: Api) -> None:
    found = api.post("/retrieve", {"question": QUESTION, "characters": 60}).json()
    assert found["evidence"] == retrieve_rows(api.open_library, QUESTION, Search(characters=60))
    assert len(found["evidence"]) < len(
        api.post("/retrieve", {"question": QUESTION}).json()["evidence"]
    )


def test_documents_are_listed(api: Api) -> None:
    listed = api.get("/documents").json()["documents"]
    assert {one["document"]: one["date"] for one in listed} == {
        "talks.md": "2024-08-26",
        "strikes.txt": "2024-08-25",
        "home/bakery.md": None,
    }


def test_a_source_has_its_text_and_the_stretches_that_are_named(api: Api) -> None:
    source = api.get("/source", params={"doc": "home/bakery.md", "s": "0-11,9999-99999,x"}).json()
    assert source["title"] == "The bakery on Mill Lane"
    (span,) = source["spans"]
    assert span["text"] == source["text"][: span["end"]]


def test_a_browser_is_shown_the_sentence_and_runs_nothing(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        hostile = "# <script>alert(1)</script>\n\nA line & <img src=http://e.vil/x>. Another one.\n"
        (tmp_path / "documents" / "bad.md").write_text(hostile, encoding="utf-8")
        ingest(api.open_library, [tmp_path / "documents"])
        link = "/source?doc=bad.md&s=0-9#s0"
        page = api.get(link, headers={"Accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert '<mark id="s0"' in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_half_a_character_breaks_no_answer(api: Api) -> None:
    body = b'{"question": "Who acted as \\ud800 mediators?"}'
    response = httpx.post(
        f"{api.url}/retrieve", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.json()["question"] == "Who acted as \ud800 mediators?"


def test_what_changes_is_seen_by_the_next_question(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        (tmp_path / "documents" / "new.txt").write_text("Otto Bach sells umbrellas in Ghent.\n")
        ingest(api.open_library, [tmp_path / "documents"])
        record = api.post("/ask", {"question": "Who sells umbrellas in Ghent?"}).json()
        assert record["citations"][0]["document"] == "new.txt"
        remove(api.open_library, ["new.txt"])
        record = api.post("/ask", {"question": "Who sells umbrellas in Ghent?"}).json()
        assert all(one["document"] != "new.txt" for one in record["citations"])


def test_the_process_lives(api: Api) -> None:
    assert api.get("/health").json() == {"status": "ok"}


def test_readiness_says_each_part(api: Api) -> None:
    ready = api.get("/ready").json()
    assert ready["ready"]
    parts = {name: (part["well"], part["text"]) for name, part in ready["parts"].items()}
    assert parts["library"] == (True, "3 documents, 12 sentences, revision 1")
    assert parts["model"] == (True, "small answers")
    assert parts["index"] == (True, "fresh")


def test_a_model_that_is_down_is_said_and_keeps_nobody_from_asking(tmp_path: Path) -> None:
    with ModelServer() as server:
        gone = server.url
    with api_over(tmp_path, gone) as api:
        response = api.get("/ready")
    model = response.json()["parts"]["model"]
    assert (response.status_code, model["well"]) == (200, False)
    assert "answers are quoted" in model["text"]


def test_documents_that_were_indexed_with_another_model_are_not_searched(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        api.open_library.embedding = replace(small_embedding(), identity="another")
        ready, asked = api.get("/ready"), api.post("/v1/chat/completions", chat())
    assert (ready.status_code, ready.json()["ready"], asked.status_code) == (503, False, 503)
    assert "start it again" in message_of(asked)


def test_figures_are_told_in_the_form_of_prometheus(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        api.post("/ask", {"question": QUESTION})
        api.post("/ask", {"question": "?"})
        api.get("/nothing")
        text = api.get("/metrics").text
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    outcome = (("mode", "quotes"), ("outcome", "answered"))
    assert found["footnote_questions_total", *outcome] == 1
    assert found["footnote_errors_total", ("kind", "bad_request")] == 1
    assert found["footnote_errors_total", ("kind", "not_found")] == 1
    assert found["footnote_step_seconds_count", ("step", "retrieval")] == 1
    assert found["footnote_documents",] == 3
    assert found["footnote_sentences",] == 12
    assert found["footnote_revision",] == 1
    assert SECRET not in text


def test_an_error_that_nobody_foresaw_has_an_id_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(texts: Sequence[str]) -> NDArray[np.float32]:
        raise ZeroDivisionError(f"somebody asked {texts}")

    with api_over(tmp_path) as api:
        api.open_library.embedding = replace(small_embedding(), embed=broken)
        response = api.post("/ask", {"question": QUESTION})
    assert response.status_code == 500
    name = message_of(response).removesuffix(".").split()[-1]
    assert "somebody" not in response.text
    assert name in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_it_describes_itself(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    assert {"/v1/chat/completions", "/ask", "/retrieve", "/documents", "/source"} <= set(paths)

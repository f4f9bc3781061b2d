"""Spans of an answer and its steps: exported where an endpoint is set, and no word too much."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rag.answering import answer_events, ask
from rag.config import Config, read_config
from rag.errors import ConfigError, ModelUnreachable, QuestionError
from rag.ingest import ingest
from rag.libraries import Library
from rag.model import Model
from rag.tracing import Span, traced, watched
from rag.tracing.exporting import export_by
from rag.types import AnswerEvent, Message
from tests.api import QUESTION, SAYS
from tests.scripted import scripted
from tests.small import small_library, write_folder

MODEL = scripted(f"{SAYS} {{acted as mediators}}. Hamas was not at the table {{Hamas}}.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
        yield library


def spans_of(events: Iterator[AnswerEvent], *, with_texts: bool = False) -> Sequence[ReadableSpan]:
    """What an exporter gets when these events have come to their end."""
    kept = InMemorySpanExporter()
    export = export_by(SimpleSpanProcessor(kept))
    for _ in watched(events, QUESTION, export, with_texts=with_texts):
        pass
    return kept.get_finished_spans()


def test_an_answer_is_a_span_with_one_for_each_step(library: Library) -> None:
    spans = spans_of(answer_events(library, MODEL, QUESTION))
    names = [span.name for span in spans]
    assert names == ["standalone", "retrieval", "first_word", "model", "checks", "answer"]
    *steps, answer = spans
    assert {step.parent and step.parent.span_id for step in steps} == {answer.context.span_id}
    for before, after in pairwise(steps):
        assert before.end_time == after.start_time
    assert (steps[0].start_time, answer.start_time) == (answer.start_time, steps[0].start_time)


def test_the_spans_count(library: Library) -> None:
    spans = {span.name: dict(span.attributes or {}) for span in spans_of(
        answer_events(library, MODEL, QUESTION)
    )}  # fmt: skip
    assert spans["answer"]["footnote.outcome"] == "answered"
    assert spans["answer"]["gen_ai.request.model"] == "scripted"
    assert spans["checks"]["footnote.citations"] == 2
    assert spans["checks"]["footnote.verdicts.supported"] == 2
    assert spans["retrieval"]["footnote.sentences"] == 12


@pytest.mark.parametrize("with_texts", [False, True], ids=["without", "with"])
def test_texts_are_told_only_if_that_is_switched_on(library: Library, *, with_texts: bool) -> None:
    spans = spans_of(answer_events(library, MODEL, QUESTION), with_texts=with_texts)
    told = " ".join(span.to_json() for span in spans)
    for words in ("mediators", "Hamas", "Cairo"):
        assert (words in told) is with_texts


def test_quotes_have_their_steps(library: Library) -> None:
    names = [span.name for span in spans_of(answer_events(library, None, QUESTION))]
    assert names == ["standalone", "retrieval", "quoting", "answer"]


def test_a_model_that_fails_leaves_a_span_with_the_kind_of_its_error(library: Library) -> None:
    def stream(_: Sequence[Message]) -> Iterator[str]:
        raise ModelUnreachable("nothing answers to “mediators”")
        yield ""

    kept: list[tuple[Span, Sequence[Span]]] = []
    events = answer_events(library, Model("gone", stream), QUESTION)
    with pytest.raises(ModelUnreachable):
        list(watched(events, QUESTION, lambda *both: kept.append(both)))
    ((answer, steps),) = kept
    assert answer.error == "ModelUnreachable"
    assert [(step.name, step.error) for step in steps] == [
        ("retrieval", ""), ("model", "ModelUnreachable"),
    ]  # fmt: skip
    assert "mediators" not in str(kept)


def test_a_question_that_is_none_is_a_span_too(library: Library) -> None:
    kept: list[tuple[Span, Sequence[Span]]] = []
    with pytest.raises(QuestionError):
        list(watched(answer_events(library, None, "?"), "?", lambda *both: kept.append(both)))
    assert (kept[0][0].error, kept[0][1]) == ("QuestionError", [])


def test_whoever_leaves_an_answer_stops_the_model_and_leaves_a_span(library: Library) -> None:
    kept: list[tuple[Span, Sequence[Span]]] = []
    is_closed = threading.Event()

    def stream(_: Sequence[Message]) -> Iterator[str]:
        try:
            yield from ["word "] * 1_000
        finally:
            is_closed.set()

    events = watched(
        answer_events(library, Model("endless", stream), QUESTION),
        QUESTION,
        lambda *both: kept.append(both),
    )
    for _ in range(4):
        next(events)
    events.close()  # type: ignore[attr-defined]
    assert is_closed.is_set()
    assert kept[0][0].error == "Left"


def test_without_an_endpoint_the_events_are_the_very_same(library: Library) -> None:
    events = answer_events(library, None, QUESTION)
    assert traced(events, QUESTION, library.config) is events


def test_without_an_endpoint_nothing_is_loaded() -> None:
    code = (
        "import sys; from rag.config import Config; from rag.tracing import traced;"
        "list(traced(iter([]), 'why', Config()));"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_settings_have_their_variables() -> None:
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/"}
    config = read_config({**endpoint, "RAG_TRACE_TEXTS": "on"})
    assert (config.traces, config.trace_texts) == ("http://127.0.0.1:4318", True)
    assert (Config().traces, Config().trace_texts) == ("", False)
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_ENDPOINT is no web address"):
        read_config({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"})


class _Collector(BaseHTTPRequestHandler):
    """Keeps the spans that it is sent."""

    spans: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        sent = ExportTraceServiceRequest.FromString(
            self.rfile.read(int(self.headers["Content-Length"]))
        )
        for resource in sent.resource_spans:
            (name,) = [it.value.string_value for it in resource.resource.attributes
                       if it.key == "service.name"]  # fmt: skip
            self.spans += [f"{name}: {it.name}" for s in resource.scope_spans for it in s.spans]
        self.send_response(200)
        self.end_headers()


@contextmanager
def collecting() -> Iterator[tuple[str, list[str]]]:
    """Run a collector; yields its address and the names of what it gets."""
    kept: list[str] = []
    handler = type("Kept", (_Collector,), {"spans": kept})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", kept
        server.shutdown()
        thread.join()


ASKING = """
import sys
from dataclasses import replace
from pathlib import Path
from rag.answering import ask
from tests.small import small_library
with small_library(Path(sys.argv[1])) as library:
    library.config = replace(library.config, traces=sys.argv[2])
    print(ask(library, None, "Who acted as mediators in Cairo?").outcome)
"""


def asked(library: Library, endpoint: str) -> tuple[float, str, str]:
    """Ask in a process of its own; its seconds, what it says and what it complains of."""
    folder = library.config.data
    library.close()
    begun = time.monotonic()
    command = [sys.executable, "-c", ASKING, str(folder), endpoint]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.monotonic() - begun, done.stdout, done.stderr


def test_a_collector_gets_the_spans_before_the_process_ends(library: Library) -> None:
    with collecting() as (endpoint, kept):
        asked(library, endpoint)
    steps = ["standalone", "retrieval", "quoting", "answer"]
    assert sorted(kept) == sorted(f"footnote: {name}" for name in steps)


@pytest.mark.parametrize("is_there", [False, True], ids=["down", "silent"])
def test_a_collector_that_does_not_answer_keeps_nobody_waiting(
    library: Library, *, is_there: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        endpoint = f"http://127.0.0.1:{door.getsockname()[1]}"
        if not is_there:
            door.close()
        seconds, said, complaints = asked(library, endpoint)
    assert (said, complaints) == ("answered\n", "")
    assert seconds < 30  # three of them for the collector; without a limit it would be minutes


def test_an_endpoint_does_not_change_an_answer(library: Library) -> None:
    plain = ask(library, MODEL, QUESTION)
    kept: list[Span] = []
    (finished,) = list(watched(
        answer_events(library, MODEL, QUESTION), QUESTION, lambda one, _: kept.append(one)
    ))[-1:]  # fmt: skip
    assert replace(finished.answer, timings={}) == replace(plain, timings={})  # type: ignore[union-attr]

"""Spans go to a collector, by OpenTelemetry's own SDK; import this where an endpoint is set.

The provider is ours and not the process's: other libraries keep their own traces to themselves.
A collector that is down costs the reader of an answer nothing: spans are sent from a thread, for
some seconds at most, and then dropped.
"""

import logging
import os
from collections.abc import Sequence
from functools import cache

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode, set_span_in_context

from rag.tracing import Export, Span

PATIENCE = 3  # seconds for sending, also when the program ends


@cache
def exporter(endpoint: str) -> Export:
    """Where the spans of this process go; one for an endpoint."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it repeats itself endlessly
    return export_by(BatchSpanProcessor(_sender(endpoint)))


def export_by(processor: SpanProcessor) -> Export:
    """An export that hands its spans to a processor."""
    provider = TracerProvider(resource=Resource.create(_name()))
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("footnote")

    def export(answer: Span, steps: Sequence[Span]) -> None:
        whole = tracer.start_span(
            answer.name, None, attributes=answer.facts, start_time=answer.begun
        )
        inside = set_span_in_context(whole)
        for step in steps:
            part = tracer.start_span(
                step.name, inside, attributes=step.facts, start_time=step.begun
            )
            part.set_status(_status(step))
            part.end(step.ended)
        whole.set_status(_status(answer))
        whole.end(answer.ended)

    return export


def _status(span: Span) -> Status:
    """The kind of an error only: its words may hold those of a question."""
    if span.error:
        return Status(StatusCode.ERROR, span.error)
    return Status(StatusCode.UNSET)


def _sender(endpoint: str) -> SpanExporter:
    """By HTTP, as OpenTelemetry does by default, or by gRPC where that is asked for."""
    if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (
            OTLPSpanExporter as ByGrpc,
        )

        return ByGrpc(endpoint=endpoint, timeout=PATIENCE)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=PATIENCE)


def _name() -> dict[str, str]:
    return {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "footnote"}

"""An answer and its steps as spans, for whoever collects traces (OpenTelemetry).

Nothing happens unless an endpoint is set: no vendor is loaded, no event is looked at. With one, the
events of an answer are watched on their way to the reader, whoever that is: page, terminal or API.
The spans hold counts and no word of a question or a document, unless that is switched on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import time_ns

from rag.config import Config
from rag.tracing.facts import Fact, facts_of, step_facts, texts_of
from rag.types import AnswerEvent, AnswerFinished, EvidenceFound

SECOND = 1_000_000_000  # nanoseconds


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in nanoseconds since 1970; ``error`` names the kind of what ended it."""

    name: str
    begun: int
    ended: int
    facts: Mapping[str, Fact] = field(default_factory=dict)
    error: str = ""


Export = Callable[[Span, Sequence[Span]], None]
"""Takes the span of an answer and those of its steps."""


def traced(events: Iterator[AnswerEvent], question: str, config: Config) -> Iterator[AnswerEvent]:
    """The same events; their steps are exported when they are over, if an endpoint is set."""
    if not config.traces:
        return events
    from rag.tracing.exporting import exporter

    return watched(events, question, exporter(config.traces), with_texts=config.trace_texts)


def watched(
    events: Iterator[AnswerEvent], question: str, export: Export, *, with_texts: bool = False
) -> Iterator[AnswerEvent]:
    """The same events; whatever ends them, ``export`` gets the spans. Closing this closes them."""
    watch, error = _Watch(), ""
    try:
        for event in events:
            watch.see(event)
            yield event
    except GeneratorExit:
        error = "Left"
        raise
    except BaseException as failure:
        error = type(failure).__name__
        raise
    finally:
        close: Callable[[], None] = getattr(events, "close", lambda: None)
        close()
        texts = texts_of(question, watch.finished) if with_texts else {}
        export(watch.whole(texts, error), watch.steps(error))


class _Watch:
    """What was seen of an answer, and when."""

    def __init__(self) -> None:
        self.begun = time_ns()
        self.finished: AnswerFinished | None = None
        self._found: tuple[EvidenceFound, int] | None = None

    def see(self, event: AnswerEvent) -> None:
        """Note what the spans will tell."""
        if isinstance(event, EvidenceFound):
            self._found = (event, time_ns())
        if isinstance(event, AnswerFinished):
            self.finished = event

    def whole(self, texts: Mapping[str, Fact], error: str) -> Span:
        """The span of the answer."""
        known = facts_of(self.finished.answer) if self.finished else {}
        return Span("answer", self.begun, time_ns(), {**known, **texts}, error)

    def steps(self, error: str) -> list[Span]:
        """The spans of its steps: as the answer has timed them, or as far as it has come."""
        if self.finished is None:
            return list(self._unfinished(error))
        timings = {name: s for name, s in self.finished.answer.timings.items() if name != "total"}
        ends = _ends(self.begun, list(timings.values()))
        return [
            Span(name, begun, ended, step_facts(name, self.finished.answer, self._sources()))
            for name, (begun, ended) in zip(timings, ends, strict=True)
        ]

    def _unfinished(self, error: str) -> Iterator[Span]:
        if self._found is None:
            return
        _, found = self._found
        yield Span("retrieval", self.begun, found, step_facts("retrieval", None, self._sources()))
        yield Span("model", found, time_ns(), error=error)

    def _sources(self) -> EvidenceFound:
        return self._found[0] if self._found else EvidenceFound(())


def _ends(begun: int, seconds: Sequence[float]) -> Iterator[tuple[int, int]]:
    """When each of the steps began and ended, one behind the other."""
    for one in seconds:
        ended = begun + round(max(one, 0.0) * SECOND)
        yield begun, ended
        begun = ended

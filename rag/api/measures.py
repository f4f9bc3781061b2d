"""What the API counts of itself, for Prometheus; no label holds a word of a question."""

from collections.abc import Callable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from rag.api.engine import ApiEvent, ModelFailed
from rag.types import AnswerFinished

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100)
STEPS = ("standalone retrieval first_word model checks judge quoting total").split()
Amounts = Callable[[], dict[str, float]]
"""Documents, sentences, revision and the like, as they are now."""


class Measures:
    """Counters of one server; several may live in a process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._questions = self._counter("questions", "Questions answered.", "outcome", "mode")
        self._left = self._counter("questions_left", "Questions whose asker went away.")
        self._failures = self._counter("model_failures", "Answers that a model did not finish.")
        self._errors = self._counter("errors", "Requests that failed or were refused.", "kind")
        self._steps = Histogram(
            "footnote_step_seconds",
            "Seconds that a step of an answer took.",
            ["step"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._amounts: dict[str, Gauge] = {}

    def watched(self, events: Iterator[ApiEvent]) -> Iterator[ApiEvent]:
        """The same events, counted on their way; closing this closes them."""
        try:
            for event in events:
                self._count(event)
                yield event
        except GeneratorExit:
            self._left.inc()
            raise
        finally:
            close: Callable[[], None] = getattr(events, "close", lambda: None)
            close()

    def failed(self, kind: str) -> None:
        """Count an error by its kind."""
        self._errors.labels(kind).inc()

    def told(self, amounts: Amounts) -> bytes:
        """Everything in Prometheus's text form."""
        for name, amount in amounts().items():
            self._gauge(name).set(amount)
        return generate_latest(self._registry)

    def _count(self, event: ApiEvent) -> None:
        if isinstance(event, ModelFailed):
            self._failures.inc()
        if isinstance(event, AnswerFinished):
            answer = event.answer
            self._questions.labels(answer.outcome.value, answer.mode.value).inc()
            self._failures.inc(int(answer.incomplete))
            for step, seconds in answer.timings.items():
                if step in STEPS:
                    self._steps.labels(step).observe(seconds)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"footnote_{name}", words, labels, registry=self._registry)

    def _gauge(self, name: str) -> Gauge:
        if name not in self._amounts:
            words = f"{name.replace('_', ' ').capitalize()}, at this moment."
            self._amounts[name] = Gauge(f"footnote_{name}", words, registry=self._registry)
        return self._amounts[name]

"""Figures and names as a reader meets them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from eval.report.reading import Row
from rag.types import Verdict

MILLISECOND, MINUTE = 1e-3, 60.0
OUTCOMES = {"answered": "answered", "partly": "partly answered", "not_found": "not found"}


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's name for people, and what it counts."""

    label: str
    meaning: str


_FAMILIES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Outcomes": {
        "outcome_right": ("Outcome right", "answered, partly answered or refused, as it should be"),
        "refusal_recall": ("Unanswerable refused", "of what the documents do not answer"),
        "refusal_precision": ("Refusals that are right", "of what was refused"),
    },
    "Answers": {
        "fact_recall": ("Facts in the answer", "of the facts that a right answer contains"),
        "exact_match": ("Exact match", "the answer is a gold answer, word for word (SQuAD)"),
        "judged_agreement": ("Agrees with gold, judged", "a language model reads both"),
        "token_f1": ("Words shared with gold", "F1 of words with the nearest gold answer (SQuAD)"),
    },
    "Citations": {
        "citation_f1": ("Citations, F1", "of precision and recall against the gold sentences"),
        "citation_precision": ("Citations, precision", "cited sentences that are gold"),
        "citation_recall": ("Citations, recall", "needed sentences that are cited"),
        "supported_rate": ("Supported", "claims that their cited sentences support"),
        "judged_support": ("Supported, judged", "claims that a language model calls supported"),
        "alce_recall": ("ALCE recall", "claims that their citations together carry"),
        "alce_precision": ("ALCE precision", "citations that their claim cannot do without"),
        "citation_validity": (
            "Valid citations",
            "citations that are, byte for byte, in their document",
        ),
        "uncited_rate": ("Claims without a source", "lower is better"),
    },
    "Retrieval of sentences": {
        "sentence_recall@10": ("Sentences found in ten", "needed sentences among the first ten"),
        "sentence_hit@1": ("Right sentence first", "the first sentence is a needed one"),
        "sentence_hit@5": ("Right sentence in five", "one of the first five is needed"),
        "sentence_hit@10": ("Right sentence in ten", "one of the first ten is needed"),
        "sentence_mrr": ("Sentences, MRR", "one over the rank of the first needed sentence"),
        "sentence_ndcg@10": ("Sentences, nDCG of ten", "needed sentences, the earlier the better"),
    },
    "Retrieval of documents": {
        "document_hit@1": ("Right document first", "the first document is a needed one"),
        "document_hit@5": ("Right document in five", "one of the first five is needed"),
        "document_recall@5": ("Documents found in five", "needed documents among the first five"),
        "document_mrr": ("Documents, MRR", "one over the rank of the first needed document"),
        "document_ndcg@5": ("Documents, nDCG of five", "needed documents, the earlier the better"),
    },
    "Retrieval of characters": {
        "character_recall": ("Characters, recall", "of the gold spans, what was retrieved"),
        "character_precision": ("Characters, precision", "of what was retrieved, the gold spans"),
        "character_iou": ("Characters, IoU", "shared characters, of all that are in either"),
    },
}
FAMILIES: Mapping[str, tuple[str, ...]] = {
    family: tuple(metrics) for family, metrics in _FAMILIES.items()
}
_METRICS = {
    name: Metric(*words) for metrics in _FAMILIES.values() for name, words in metrics.items()
}
_KNOWN = [name for names in FAMILIES.values() for name in names]
HEADLINE = (
    *("outcome_right", "judged_agreement", "judged_support", "fact_recall"),
    *("citation_f1", "supported_rate"),
    *("sentence_recall@10", "sentence_hit@1", "refusal_recall", "refusal_precision"),
    *("sentence_mrr", "sentence_ndcg@10", "character_recall", "character_precision"),
    *("character_iou", "document_hit@1"),
)
HEADLINES = 8
BY_CONSTRUCTION = frozenset({"supported_rate"})  # a quotation supports itself
WITHOUT_TAGS = frozenset({"refusal_precision"})
"""Of a tag they are 0 or 100 by construction: its questions have all to be refused, or none."""


def metric_of(name: str) -> Metric:
    """The words for a metric; one that is not known here keeps its name."""
    return _METRICS.get(name) or Metric(name.replace("_", " "), "")


def families_of(names: Iterable[str]) -> dict[str, list[str]]:
    """The metrics by family, in the order of this page; unknown ones last."""
    there = list(names)
    families = {
        family: [name for name in members if name in there] for family, members in FAMILIES.items()
    }
    families["Others"] = [name for name in there if name not in _KNOWN]
    return {family: members for family, members in families.items() if members}


def headlines_of(names: Iterable[str], mode: object = None) -> list[str]:
    """The few metrics to show first; of quotations none that are right by construction."""
    there = set(names) - (BY_CONSTRUCTION if mode == "quotes" else set())
    return [name for name in HEADLINE if name in there][:HEADLINES]


def number(value: object) -> float | None:
    """A value that can be shown and drawn, or None."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def percent(share: object, digits: int = 1) -> str:
    """A share as ``84.3 %``; a dash where there is none."""
    value = number(share)
    if value is None:
        return "–"
    shown = Decimal(repr(value * 100)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{shown} %"


def interval(figure: Row, digits: int = 1) -> str:
    """The interval of a figure as ``81.0 to 87.2``; empty where there is none."""
    low, high = number(figure.get("low")), number(figure.get("high"))
    if low is None or high is None:
        return ""
    return f"{percent(low, digits)[:-2]} to {percent(high, digits)[:-2]}"


def duration(seconds: float) -> str:
    """A time with two digits that count: ``21 ms``, ``1.3 s``, ``2 min 5 s``."""
    if seconds < MILLISECOND:
        return f"{seconds / MILLISECOND:.1g} ms"
    if seconds < 1:
        return f"{seconds / MILLISECOND:.0f} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), int(MINUTE))
    return f"{minutes} min {rest} s"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 question``, ``1,200 questions``."""
    return f"{number:,} {noun}" + "s" * (number != 1)


def outcome_word(outcome: str) -> str:
    """An outcome in words; an unknown one as it is."""
    return OUTCOMES.get(outcome, outcome)


def css(verdict: str) -> str:
    """The class that colours a verdict; empty for a word that is none."""
    known = [one.value for one in Verdict]
    return verdict.replace(" ", "-") if verdict in known else ""

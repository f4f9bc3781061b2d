"""All lines of a run as its figures: ``summary.json``, and the table that is printed.

Questions that met an error are counted and are in no figure. A question that was asked several
times counts once, with the mean of its scores, so that the intervals are over questions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean, stdev

from eval.metrics import LOWER_IS_BETTER
from eval.metrics.costs import latency, total_tokens
from eval.metrics.intervals import mean_interval
from eval.metrics.outcomes import confusion, refusal_precision, refusal_recall
from eval.running.folder import Row
from eval.running.judging import JUDGED
from eval.running.scoring import METRICS

ALL = (*METRICS, "refusal_precision", "refusal_recall", *JUDGED)
Figures = dict[str, dict[str, float]]
NO_NOTES: Mapping[str, str] = {}
Scored = Mapping[str, Mapping[str, Sequence[float]]]
"""Metric to question to the scores of its repeats."""


def summarise(rows: Sequence[Row], notes: Mapping[str, str] = NO_NOTES) -> Row:
    """Return the content of ``summary.json``; ``notes`` stand beside the figures of a metric."""
    good = [row for row in rows if row["status"] == "ok"]
    repeats = sorted({row["repeat"] for row in good})
    answers = [row["answer"] for row in good if row["answer"]]
    found = [claim for answer in answers for claim in _claims(answer)]
    summary = {
        "questions": len({row["id"] for row in rows}),
        "results": len(rows),
        "errors": len(rows) - len(good),
        "metrics": _noted(figures(good), notes),
        "by_tag": {tag: figures(those) for tag, those in sorted(_by_tag(good).items())},
        "outcomes": confusion(_ends(row) for row in good if row["answer"]),
        "verdicts": dict(Counter(claim["verdict"] for claim in found).most_common()),
        "repairs": dict(Counter(act["act"] for it in answers for act in it["repairs"])),
        "latency": latency(row["seconds"] for row in good),
        "tokens": total_tokens(row["tokens"] for row in good),
    }
    return {**summary, "spread": _spread(good, repeats)} if len(repeats) > 1 else summary


def _noted(figures: Figures, notes: Mapping[str, str]) -> Row:
    return {
        metric: {**figure, "note": notes[metric]} if metric in notes else figure
        for metric, figure in figures.items()
    }


def figures(rows: Iterable[Row]) -> Figures:
    """The mean of every metric that applies to any question, with its interval and count."""
    return {
        metric: _figure([fmean(values) for values in scored.values()])
        for metric, scored in _scored(rows).items()
    }


def _figure(values: Sequence[float]) -> dict[str, float]:
    mean, low, high = mean_interval(values)
    return {"mean": mean, "low": low, "high": high, "count": len(values)}


def _scored(rows: Iterable[Row]) -> Scored:
    scored: dict[str, dict[str, list[float]]] = {metric: defaultdict(list) for metric in ALL}
    for row in rows:
        for metric, value in _all_scores(row):
            if value is not None and metric in scored:
                scored[metric][row["id"]].append(value)
    return {metric: values for metric, values in scored.items() if values}


def _all_scores(row: Row) -> Iterator[tuple[str, float | None]]:
    yield from row["scores"].items()
    if row["answer"]:
        yield "refusal_precision", refusal_precision(*_ends(row))
        yield "refusal_recall", refusal_recall(*_ends(row))


def _ends(row: Row) -> tuple[str, str]:
    """How the question should end, and how it did."""
    question = row["question"]
    wanted = question.get("outcome") or ("answered" if question["answerable"] else "not_found")
    return wanted, row["answer"]["outcome"]


def _by_tag(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for tag in set(row["question"].get("tags") or ()):
            found[tag].append(row)
    return found


def _claims(answer: Row) -> list[Row]:
    if answer["outcome"] == "not_found":
        return []
    return [one for one in answer["statements"] if one["kind"] == "claim"]


def _spread(rows: Sequence[Row], repeats: Sequence[int]) -> dict[str, float]:
    """The standard deviation of every metric's mean over the repeats."""
    means: dict[str, list[float]] = defaultdict(list)
    for repeat in repeats:
        for metric, scored in _scored(row for row in rows if row["repeat"] == repeat).items():
            means[metric].append(fmean(value for (value,) in scored.values()))
    return {metric: stdev(values) for metric, values in means.items() if len(values) > 1}


def table(summary: Row) -> Iterator[str]:
    """The figures as lines to print, in per cent."""
    yield f"{'in per cent':22}{'mean':>7}   95 % interval  questions"
    for metric, it in summary["metrics"].items():
        mean, low, high = (100 * it[name] for name in ("mean", "low", "high"))
        spread = summary.get("spread", {}).get(metric)
        beside = f"   ± {100 * spread:.1f} between repeats" if spread is not None else ""
        name = f"{metric}{' ↓' * (metric in LOWER_IS_BETTER)}"
        yield f"{name:22}{mean:7.1f}   {low:5.1f} – {high:5.1f}{it['count']:11}{beside}"
    if LOWER_IS_BETTER & set(summary["metrics"]):
        yield "↓ lower is better"
    yield from dict.fromkeys(it["note"] for it in summary["metrics"].values() if "note" in it)
    for wanted, got in summary["outcomes"].items():
        ends = ", ".join(f"{count} {end}" for end, count in got.items())
        yield f"should end as {wanted}: {ends}"
    steps = (f"{step} {1000 * it['median']:.0f}" for step, it in summary["latency"].items())
    yield f"median milliseconds: {', '.join(steps) or 'none'}"

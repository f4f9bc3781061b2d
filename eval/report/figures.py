"""The headline figures, and every figure in a table."""

from html import escape

from eval.metrics import LOWER_IS_BETTER
from eval.report import svg
from eval.report.reading import Row, Run
from eval.report.words import (
    families_of,
    headlines_of,
    interval,
    metric_of,
    number,
    percent,
)

BAR_HEIGHT = 12


def headlines(run: Run) -> str:
    """The few figures to read first, each with its interval."""
    metrics = run.summary.get("metrics") or {}
    cards = "".join(_card(name, metrics[name]) for name in headlines_of(metrics, run.mode))
    return f'<ul class="headlines">{cards}</ul>' if cards else _NONE


_NONE = '<p class="quiet">This run has no figures: no question came to a result.</p>'


def all_figures(run: Run) -> str:
    """A table of every metric: mean, interval, over how many questions, spread."""
    metrics = run.summary.get("metrics") or {}
    spread = run.summary.get("spread") or {}
    bodies = [
        f'<tbody><tr><th colspan="5" scope="rowgroup">{family}</th></tr>'
        + "".join(_line(name, metrics[name], spread.get(name)) for name in names)
        + "</tbody>"
        for family, names in families_of(metrics).items()
    ]
    head = "<th>Metric</th><th>Mean</th><th>95 % interval</th><th></th><th>Questions</th>"
    return (
        f"<details><summary>All {len(metrics)} metrics, with what they count</summary><div "
        f'class="wide"><table class="figures"><thead><tr>{head}</tr></thead>{"".join(bodies)}'
        "</table></div></details>"
    )


def _card(name: str, figure: Row) -> str:
    metric = metric_of(name)
    return (
        f"<li><b>{percent(figure.get('mean'), 0).replace(' %', '<i> %</i>')}</b>"
        f"<span>{escape(metric.label)}</span>{_bar(figure)}"
        f"<small>{interval(figure, 0)}{_over(figure)}</small>{_note(figure)}</li>"
    )


def _over(figure: Row) -> str:
    count = figure.get("count")
    return f" · {count:,} questions" if isinstance(count, int) else ""


def _line(name: str, figure: Row, spread: object) -> str:
    metric = metric_of(name)
    deviation = number(spread)
    spread_words = "" if deviation is None else f" ± {deviation * 100:.1f} over repeats"
    lower = (
        " (lower is better)" if name in LOWER_IS_BETTER and "lower" not in metric.meaning else ""
    )
    return (
        f'<tr><th scope="row">{escape(metric.label)} <code>{escape(name)}</code>'
        f"<small>{escape(metric.meaning)}{lower}</small>{_note(figure)}</th>"
        f"<td>{percent(figure.get('mean'))}{spread_words}</td><td>{interval(figure)}</td>"
        f"<td>{_bar(figure)}</td><td>{figure.get('count', '')}</td></tr>"
    )


def _note(figure: Row) -> str:
    """What must be said beside a figure, such as how far a judge can be trusted."""
    return f"<small>{escape(str(figure['note']))}</small>" if figure.get("note") else ""


def _bar(figure: Row) -> str:
    """The interval on a line from 0 to 1; it repeats the words beside it."""
    mean, low, high = (number(figure.get(key)) for key in ("mean", "low", "high"))
    if mean is None:
        return ""
    middle = BAR_HEIGHT / 2
    shapes = [svg.line((4, middle), (svg.WIDTH - 4, middle), "grid")]
    if low is not None and high is not None:
        shapes.append(svg.line((_x(low), middle), (_x(high), middle), "whisker all"))
    shapes.append(svg.dot(_x(mean), middle, "dot all", 5))
    return (
        f'<svg class="strip" viewBox="0 0 {svg.WIDTH} {BAR_HEIGHT}" aria-hidden="true">'
        f"{''.join(shapes)}</svg>"
    )


def _x(share: float) -> float:
    return 6 + min(max(share, 0.0), 1.0) * (svg.WIDTH - 12)

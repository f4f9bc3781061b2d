"""A chart for every metric: the figure of each tag as a dot, its interval as a line.

The interval of the whole set runs down as a band, so that a tag which differs can be seen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from eval.metrics import LOWER_IS_BETTER
from eval.report import svg
from eval.report.reading import Row, Run
from eval.report.words import (
    WITHOUT_TAGS,
    counted,
    families_of,
    headlines_of,
    interval,
    metric_of,
    number,
    percent,
)

MOST_TAGS = 24
LONGEST = 20  # characters of a tag that are shown
LEFT, RIGHT, TOP, ROW = 142, 276, 6, 17
FIGURES = 308  # where the numbers end
ALL = "all questions"


def tag_charts(run: Run) -> str:
    """The headline metrics' charts; the others follow, folded, by family."""
    metrics = set(run.summary.get("metrics") or {}) - WITHOUT_TAGS
    first = headlines_of(metrics, run.mode)
    tags = tags_of(run)
    folded = []
    for family, names in families_of(metrics).items():
        rest = [name for name in names if name not in first]
        if rest:
            charts = "".join(tag_chart(run, name, tags) for name in rest)
            folded.append(
                f"<details><summary>{family}: {len(rest)} more</summary>"
                f'<div class="charts">{charts}</div></details>'
            )
    shown = "".join(tag_chart(run, name, tags) for name in first)
    return f'<div class="charts">{shown}</div>{"".join(folded)}{_left_out(run)}'


def tags_of(run: Run) -> list[str]:
    """The tags with the most questions, the largest first."""
    return [tag for tag, _ in _counts(run).most_common(MOST_TAGS)]


def _counts(run: Run) -> Counter[str]:
    return Counter(tag for result in run.results for tag in sorted(result.question.tags))


def _left_out(run: Run) -> str:
    missing = len(_counts(run)) - MOST_TAGS
    words = f"{counted(missing, 'tag')} with fewer questions are not drawn."
    return f'<p class="quiet">{words}</p>' if missing > 0 else ""


def tag_chart(run: Run, name: str, tags: Sequence[str]) -> str:
    """The chart of one metric."""
    rows = rows_of(run.summary, name, tags)
    height = TOP + ROW * len(rows) + 16
    shapes = [*_axis(height), _band(rows[ALL], height)]
    shapes += [_row(place, tag, row) for place, (tag, row) in enumerate(rows.items())]
    words = "; ".join(_words(tag, row) for tag, row in rows.items())
    metric = metric_of(name)
    better = " (lower is better)" * (name in LOWER_IS_BETTER)
    chart = svg.picture(height, f"{metric.label}{better}, by tag. {words}", shapes)
    return svg.figure(metric.label, chart, metric.meaning)


def rows_of(summary: Row, name: str, tags: Sequence[str]) -> Mapping[str, Row]:
    """The figures of one metric: of all questions, and of each tag that has one."""
    by_tag = summary.get("by_tag") or {}
    rows = {ALL: (summary.get("metrics") or {})[name]}
    rows |= {tag: (by_tag.get(tag) or {}).get(name) or {} for tag in tags}
    return {tag: row for tag, row in rows.items() if tag == ALL or _is_drawn(row)}


def _is_drawn(row: Row) -> bool:
    return number(row.get("mean")) is not None


def _words(tag: str, row: Row) -> str:
    count = row.get("count")
    of = f", {counted(count, 'question')}" if isinstance(count, int) else ""
    return f"{tag}: {percent(row.get('mean'))} ({interval(row)}){of}"


def _x(share: float) -> float:
    return LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT)


def _axis(height: float) -> list[str]:
    shapes = []
    for share, words in ((0.0, "0"), (0.5, "50"), (1.0, "100 %")):
        shapes.append(svg.line((_x(share), TOP), (_x(share), height - 14), "grid"))
        shapes.append(svg.text(_x(share), height - 3, words, "quiet", "middle"))
    shapes.append(svg.text(svg.WIDTH - 2, height - 3, "n", "quiet", "end"))
    return shapes


def _band(row: Row, height: float) -> str:
    low, high = number(row.get("low")), number(row.get("high"))
    if low is None or high is None:
        return ""
    return svg.box((_x(low), TOP), (_x(high) - _x(low), height - 14 - TOP), "band")


def _row(place: int, tag: str, row: Row) -> str:
    mean, low, high = (number(row.get(key)) for key in ("mean", "low", "high"))
    if mean is None:
        return ""
    y = TOP + ROW * place + ROW / 2
    css = "all" if tag == ALL else ""
    short = tag if len(tag) <= LONGEST else f"{tag[: LONGEST - 1]}…"
    shapes = [
        svg.text(LEFT - 14, y + 4, short, css, "end"),
        svg.text(FIGURES, y + 4, percent(mean, 0)[:-2], f"number {css}", "end"),
        svg.text(svg.WIDTH - 2, y + 4, f"{row.get('count', '')}", "quiet", "end"),
        svg.dot(_x(mean), y, f"dot {css}"),
    ]
    if low is not None and high is not None:
        shapes.insert(0, svg.line((_x(low), y), (_x(high), y), f"whisker {css}"))
    return svg.hover(_words(tag, row), shapes)

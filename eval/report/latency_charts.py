"""How long the steps took: a histogram for each, all on one logarithmic axis."""

import math
from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from eval.report import svg
from eval.report.reading import Run
from eval.report.words import MILLISECOND, counted, duration, number

STEPS = ("standalone", "retrieval", "first_word", "model", "checks", "quoting", "judge", "total")
WORDS = {"first_word": "waiting for the first word", "standalone": "making the question standalone"}
LEFT, RIGHT, TOP, FLOOR, HEIGHT = 6, 334, 22, 92, 110
A_DECADE = 8  # bars
EDGE = 0.15  # of the width: nearer to an edge, a mark's word stands on its other side
FEWEST = 2  # values that a histogram can be made of


def latency_charts(run: Run) -> str:
    """A histogram for every step that ever takes a millisecond; the others are named."""
    steps = seconds_by_step(run)
    drawn = {step: times for step, times in steps.items() if max(times) >= MILLISECOND}
    if not drawn:
        return '<p class="quiet">The results carry no times.</p>'
    axis = Axis.of([time for times in drawn.values() for time in times])
    charts = "".join(_histogram(step, times, axis) for step, times in drawn.items())
    quick = ", ".join(_name(step) for step in steps if step not in drawn)
    note = f'<p class="quiet">Always under a millisecond: {quick}.</p>' * bool(quick)
    return f'<div class="charts">{charts}</div>{note}'


def seconds_by_step(run: Run) -> dict[str, list[float]]:
    """The times of every step, in the order in which the steps are taken."""
    steps: dict[str, list[float]] = {step: [] for step in STEPS}
    for result in run.results:
        for step, seconds in result.seconds.items():
            time = number(seconds)
            if time is not None:
                steps.setdefault(step, []).append(time)
    total = steps.pop("total")
    return {step: times for step, times in {**steps, "total": total}.items() if times}


class Axis:
    """Powers of ten from ``low`` to ``high``; what is quicker than ``low`` stands at its place."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    @classmethod
    def of(cls, times: Sequence[float]) -> "Axis":
        """The axis that holds all times, from a tenth of a millisecond at least."""
        low = math.floor(math.log10(max(min(times), MILLISECOND / 10)))
        high = math.ceil(math.log10(max(times)) + 1e-9)
        return cls(low, max(high, low + 1))

    def share(self, seconds: float) -> float:
        """Where a time stands, from 0 to 1."""
        power = math.log10(max(seconds, 10.0**self.low))
        return (power - self.low) / (self.high - self.low)

    def x(self, seconds: float) -> float:
        """The same in pixels."""
        return LEFT + self.share(seconds) * (RIGHT - LEFT)

    def bins(self, times: Sequence[float]) -> list[int]:
        """How many of the times fall into each bar."""
        bars = [0] * (A_DECADE * (self.high - self.low))
        for time in times:
            bars[min(int(self.share(time) * len(bars)), len(bars) - 1)] += 1
        return bars


def percentile_95(times: Sequence[float]) -> float:
    """The time that 95 % of the questions stay under."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) >= FEWEST else times[0]


def _histogram(step: str, times: Sequence[float], axis: Axis) -> str:
    middle, slow = median(times), percentile_95(times)
    words = f"median {duration(middle)}, 95 % within {duration(slow)}"
    shapes = [*_ticks(axis), *_bars(axis.bins(times)), *_marks(axis, middle, slow)]
    name = f"{_name(step)}: {words}, {counted(len(times), 'question')}"
    return svg.figure(_name(step), svg.picture(HEIGHT, name, shapes), words)


def _name(step: str) -> str:
    words = WORDS.get(step, step.replace("_", " "))
    return words[:1].upper() + words[1:]


def _ticks(axis: Axis) -> list[str]:
    shapes = [svg.line((LEFT, FLOOR), (RIGHT, FLOOR), "grid")]
    for power in range(axis.low, axis.high + 1):
        x = axis.x(10.0**power)
        shapes.append(svg.line((x, FLOOR), (x, FLOOR + 4), "grid"))
        anchor = {axis.low: "start", axis.high: "end"}.get(power, "middle")
        shapes.append(svg.text(x, HEIGHT - 3, _tick_words(power), "quiet", anchor))
    return shapes


def _tick_words(power: int) -> str:
    return f"{10.0**power:g} s" if power >= 0 else f"{10.0 ** (power + 3):g} ms"


def _bars(bars: Sequence[int]) -> list[str]:
    wide, most = (RIGHT - LEFT) / len(bars), max(bars)
    return [
        svg.box(
            (LEFT + place * wide + 0.5, FLOOR - (FLOOR - TOP) * count / most),
            (wide - 1, (FLOOR - TOP) * count / most),
            "bar",
        )
        for place, count in enumerate(bars)
        if count
    ]


def _marks(axis: Axis, middle: float, slow: float) -> list[str]:
    shapes = []
    marks: Mapping[str, float] = {"median": middle, "95 %": slow}
    for (word, time), y in zip(marks.items(), (8, 18), strict=True):
        x = axis.x(time)
        shapes.append(svg.line((x, y + 2), (x, FLOOR), "mark-line"))
        is_left = axis.share(time) > (EDGE if word == "median" else 1 - EDGE)
        place, anchor = (x - 3, "end") if is_left else (x + 3, "start")
        shapes.append(svg.text(place, y + 2, word, "quiet", anchor))
    return shapes

"""Cost against size, drawn as SVG: ``python -m eval.speed.plot COSTS.json SCALE.json OUT.svg``.

The two files are what ``eval.speed --out`` and ``eval.speed.scale --out`` wrote. Both axes are
logarithmic; a line is a system, a dot is a measurement. The picture has no background of its
own, so it is drawn in colours that can be seen on white and on black.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 34, 40
LEGEND_LINE = 18
COLOURS = ("#2f7ed8", "#8a8a8a", "#d9822b", "#b0479f", "#3f9b5f", "#c0392b")
GREY = "#888888"
STYLE = "font-family='system-ui, sans-serif' font-size='11' fill='#808080'"
MEGABYTE = 1_000_000

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: what it shows, what its x axis counts, and the points of every line."""

    title: str
    across: str
    lines: Mapping[str, Points]


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from ``low`` to ``high`` over pixels ``start`` to ``stop``."""

    low: float
    high: float
    start: float
    stop: float

    def place(self, value: float) -> float:
        """Return the pixel of a value."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.stop - self.start)

    def ticks(self) -> list[float]:
        """Return the powers of ten on the axis."""
        first, last = round(math.log10(self.low)), round(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]


def axis_of(values: Sequence[float], start: float, stop: float) -> Axis:
    """Return an axis from the power of ten below all values to the one above."""
    low = 10.0 ** math.floor(math.log10(min(values)))
    high = 10.0 ** math.ceil(math.log10(max(values)))
    return Axis(low, high if high > low else low * 10, start, stop)


def panels_of(
    costs: Sequence[Mapping[str, Any]], scales: Sequence[Mapping[str, Any]]
) -> list[Panel]:
    """Return the panels of what was measured; one without points is left out."""
    held = [row for row in scales if row["how"] != "floor"]
    panels = [
        Panel("Taking in, seconds", "passages", grouped(costs, "system", "passages", "ingest")),
        Panel("A question, ms", "passages", grouped(costs, "system", "passages", "median")),
        Panel("A question, ms", "sentences", grouped(scales, "how", "sentences", "median")),
        Panel("Memory, MB", "sentences", grouped(held, "how", "sentences", "peak", MEGABYTE)),
    ]
    return [panel for panel in panels if panel.lines]


def grouped(
    rows: Sequence[Mapping[str, Any]], name: str, across: str, up: str, unit: float = 1.0
) -> dict[str, list[tuple[float, float]]]:
    """Return the points of each line, from left to right."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(rows, key=lambda row: float(row[across])):
        lines.setdefault(row[name], []).append((float(row[across]), float(row[up]) / unit))
    return lines


def draw(panels: Sequence[Panel]) -> str:
    """Return an SVG file: the panels two in a row, a legend under each."""
    legend = LEGEND_LINE * max(len(panel.lines) for panel in panels)
    tall = HEIGHT + legend
    rows = math.ceil(len(panels) / 2)
    parts = [
        f"<g transform='translate({place % 2 * WIDTH},{place // 2 * tall})'>{draw_panel(panel)}</g>"
        for place, panel in enumerate(panels)
    ]
    wide = WIDTH * min(2, len(panels))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {rows * tall}' "
        f"width='{wide}' role='img' {STYLE}>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def draw_panel(panel: Panel) -> str:
    """Return one panel: title, axes, lines, legend."""
    points = [point for line in panel.lines.values() for point in line]
    x = axis_of([point[0] for point in points], LEFT, WIDTH - RIGHT)
    y = axis_of([point[1] for point in points], HEIGHT - BOTTOM, TOP)
    lines = [
        draw_line(name, panel.lines[name], (x, y), number)
        for number, name in enumerate(panel.lines)
    ]
    return "\n".join([label(LEFT, TOP - 16, panel.title), *draw_axes(x, y, panel.across), *lines])


def draw_axes(x: Axis, y: Axis, across: str) -> list[str]:
    """Return a line and a number for every power of ten."""
    upright = [
        rule(x.place(tick), y.start, x.place(tick), y.stop)
        + label(x.place(tick), y.start + 14, short(tick), "middle")
        for tick in x.ticks()
    ]
    level = [
        rule(x.start, y.place(tick), x.stop, y.place(tick))
        + label(x.start - 6, y.place(tick) + 4, short(tick), "end")
        for tick in y.ticks()
    ]
    return [*upright, *level, label((x.start + x.stop) / 2, y.start + 28, across, "middle")]


def draw_line(name: str, points: Points, axes: tuple[Axis, Axis], number: int) -> str:
    """Return the line of one system, its dots, and its line of the legend."""
    colour = COLOURS[number % len(COLOURS)]
    places = [(axes[0].place(across), axes[1].place(up)) for across, up in points]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    dots = "".join(
        f"<circle cx='{across:.1f}' cy='{up:.1f}' r='3' fill='{colour}'/>" for across, up in places
    )
    down = HEIGHT + LEGEND_LINE * number
    last = points[-1][1]
    return (
        f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>{dots}"
        f"<circle cx='{LEFT}' cy='{down - 4}' r='4' fill='{colour}'/>"
        + label(LEFT + 10, down, f"{name} ({short(last)} at the right)")
    )


def rule(left: float, top: float, right: float, bottom: float) -> str:
    """Return a thin grey line."""
    return (
        f"<line x1='{left:.1f}' y1='{top:.1f}' x2='{right:.1f}' y2='{bottom:.1f}' "
        f"stroke='{GREY}' stroke-opacity='.35'/>"
    )


def label(across: float, down: float, text: str, anchor: str = "start") -> str:
    """Return a piece of text."""
    return f"<text x='{across:.1f}' y='{down:.1f}' text-anchor='{anchor}'>{escape(text)}</text>"


def short(value: float) -> str:
    """Return a number with three digits that count, thousands and millions as k and M."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"


def main(costs: Path, scales: Path, out: Path) -> None:
    """Draw what two files hold; either may be missing."""
    rows = [json.loads(path.read_text()) if path.exists() else [] for path in (costs, scales)]
    out.write_text(draw(panels_of(*rows)), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))

"""The few shapes that the charts are made of. Colours come from the classes, so dark works too."""

from collections.abc import Iterable
from html import escape

from rag.rendering.marks import attribute

WIDTH = 340  # of every chart: as wide as a phone, so that nothing is ever shrunk to be unreadable


def picture(height: float, name: str, shapes: Iterable[str]) -> str:
    """A chart; ``name`` is what a screen reader says of it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{attribute(name)}">'
        f"{''.join(shapes)}</svg>"
    )


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    """Words on a line; ``anchor`` is start, middle or end."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def line(start: tuple[float, float], end: tuple[float, float], css: str) -> str:
    """A straight line."""
    (left, top), (right, bottom) = start, end
    return f'<path class="{css}" d="M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}"/>'


def box(corner: tuple[float, float], size: tuple[float, float], css: str) -> str:
    """A filled rectangle."""
    return (
        f'<rect class="{css}" x="{corner[0]:.1f}" y="{corner[1]:.1f}" '
        f'width="{max(size[0], 0):.1f}" height="{max(size[1], 0):.1f}"/>'
    )


def dot(x: float, y: float, css: str, radius: float = 3.5) -> str:
    """A dot."""
    return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def path(points: Iterable[tuple[float, float]], css: str) -> str:
    """A line through points."""
    return f'<path class="{css}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>'


def hover(words: str, shapes: Iterable[str]) -> str:
    """Shapes that say something when pointed at."""
    return f"<g><title>{escape(words)}</title>{''.join(shapes)}</g>"


def figure(caption: str, chart: str, note: str = "") -> str:
    """A chart under its caption; the note is a quieter line."""
    quiet = f"<small>{escape(note)}</small>" * bool(note)
    return f"<figure><figcaption>{escape(caption)} {quiet}</figcaption>{chart}</figure>"

"""The questions that flipped, as text: both answers in two columns."""

import textwrap
from collections.abc import Iterator, Sequence

from eval.compare.flips import Flip, Side
from rag.rendering import printable

BETWEEN = " │ "
LONGEST = 600  # characters of an answer that are shown
CITATION_LINES = 2


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Lines of a text, without what would steer a terminal; all but the first are indented."""
    spaces = len(text) - len(text.lstrip())
    return textwrap.wrap(
        printable(text.lstrip()),
        width,
        initial_indent=" " * spaces,
        subsequent_indent=" " * indent,
    )


def flip_lines(flipped: Sequence[Flip], shown: int, width: int) -> Iterator[str]:
    """The lines for the flipped questions, the first ``shown`` of them with their answers."""
    if not flipped:
        return
    lost = sum(flip.lost > 0 for flip in flipped)
    won = sum(flip.lost < 0 for flip in flipped)
    mixed = len(flipped) - lost - won
    yield (
        f"Questions that flipped: {lost} for the worse, {won} for the better"
        f"{f', {mixed} both ways' if mixed else ''}"
    )
    for flip in flipped[:shown]:
        yield "─" * width
        yield from _one_flip(flip, width)
    if shown:
        yield "─" * width
    if len(flipped) > shown:
        yield f"{len(flipped) - shown} more are shown with --flips {len(flipped)}, or with --json"
    yield ""


def _one_flip(flip: Flip, width: int) -> Iterator[str]:
    moves = ", ".join(
        f"{name} {before:.2g} → {now:.2g}" for name, (before, now) in flip.moved.items()
    )
    sign = "−" if flip.lost > 0 else "+" if flip.lost < 0 else "±"
    yield from wrapped(f"{sign} {flip.id}   {moves}", width, 4)
    yield from wrapped(f"  asked   {flip.question}", width, 10)
    yield from wrapped(f"  wanted  {flip.wanted}", width, 10)
    yield from _side_by_side(flip.a, flip.b, width)


def _side_by_side(a: Side, b: Side, width: int) -> Iterator[str]:
    """Both answers in two columns; an answer that is the same is shown once."""
    if a == b:
        yield from wrapped(f"  A, B    {_words(a)}", width, 10)
        return
    column = (width - len(BETWEEN) - 2) // 2
    left, right = _column("A", a, column), _column("B", b, column)
    for row in range(max(len(left), len(right))):
        one, other = (side[row] if row < len(side) else "" for side in (left, right))
        yield f"  {one:{column}}{BETWEEN}{other}".rstrip()


def _column(title: str, side: Side, width: int) -> list[str]:
    lines = wrapped(f"{title}  {_words(side)}", width, 3)
    for citation in side.citations:
        short = printable(citation)
        lines += textwrap.wrap(
            short, width, subsequent_indent="    ", max_lines=CITATION_LINES, placeholder="…"
        )
    return lines


def _words(side: Side) -> str:
    text = side.text if len(side.text) <= LONGEST else f"{side.text[:LONGEST]}…"
    return f"{side.outcome or 'no answer'}{': ' * bool(text)}{text}"

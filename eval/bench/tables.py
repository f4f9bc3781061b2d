"""Sets with their lines as Markdown and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from eval.bench.lines import Line, Yardstick
from eval.speed.tables import table

NOT_KNOWN = "–"


def markdown(yardstick: Yardstick) -> str:
    """Return the section of one set: what it measures, its table, what to know of it."""
    head = ["", *yardstick.columns, "taken on", "source"]
    rows = [_cells(line, yardstick.columns) for line in yardstick.lines]
    remarks = "\n".join(f"- {remark}" for remark in yardstick.remarks)
    return f"## {yardstick.name}\n\n{yardstick.measures}\n\n{table([head, *rows])}\n\n{remarks}\n"


def _cells(line: Line, columns: Sequence[str]) -> list[str]:
    figures = [figure(line, column) for column in columns]
    who = f"**{line.who}**" if line.is_ours else line.who
    return [who, *figures, line.part, line.source]


def figure(line: Line, column: str) -> str:
    """One figure as its source gives it; a dash where it gives none."""
    return f"{line.figures[column]:.{line.digits}f}" if column in line.figures else NOT_KNOWN


def heading(date: str, command: str) -> Iterator[str]:
    """The lines above the sections: when, with what, and how to read them."""
    yield f"Taken on {date} with `{command}`: the built-in embedding, no language model."
    yield ""
    yield f"All figures in per cent; {NOT_KNOWN} is what the source does not give."
    yield ""


def to_json(date: str, command: str, yardsticks: Sequence[Yardstick]) -> dict[str, object]:
    """Return all of it in what ``json.dumps`` takes."""
    return {"date": date, "command": command, "sets": [asdict(one) for one in yardsticks]}

"""The tables of the speed measurements, in Markdown, and the ratios in them."""

from collections.abc import Sequence

from eval.speed.costs import Cost

MEGABYTE = 1_000_000


def costs_table(costs: Sequence[Cost], ours: str, floor: str) -> str:
    """Return a table of all systems at one size.

    In brackets stand the ratios that count: ours to the floor, the others' to ours.
    """
    by_name = {cost.system: cost for cost in costs}
    head = ["", "ingest, s", "disk, MB", "memory, MB", "opens, s", "question, ms", "95 %", "note"]
    rows = [cost_row(cost, base_of(cost, by_name, ours, floor)) for cost in costs]
    return table([head, *rows])


def base_of(cost: Cost, by_name: dict[str, Cost], ours: str, floor: str) -> Cost | None:
    """Return what a system is compared with; None for the floor, which is compared with."""
    if cost.system == floor:
        return None
    return by_name[floor if cost.system == ours else ours]


def cost_row(cost: Cost, base: Cost | None) -> list[str]:
    """Return the cells of one system."""
    again = f"again: {cost.again:.1f} s" if cost.again is not None else ""
    return [
        cost.system,
        f"{cost.ingest:.1f}{ratio(cost.ingest, base.ingest if base else None)}",
        f"{cost.disk / MEGABYTE:.0f}",
        f"{cost.ingest_memory / MEGABYTE:.0f}, {cost.memory / MEGABYTE:.0f}",
        f"{cost.opening:.1f}",
        f"{cost.median:.1f}{ratio(cost.median, base.median if base else None)}",
        f"{cost.slow:.1f}",
        "; ".join(filter(None, [cost.note, again])),
    ]


def ratio(value: float, base: float | None) -> str:
    """Return how many times the base a value is, in brackets; nothing without a base."""
    return f" ({value / base:.2f} ×)" if base else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table, its columns brought to one width; the first is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])

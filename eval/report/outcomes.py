"""How the answers ended against how they should have, what the checks said, what was repaired."""

from collections.abc import Mapping
from html import escape

from eval.report import svg
from eval.report.reading import Row, Run
from eval.report.words import OUTCOMES, counted, css, outcome_word
from rag.rendering import SIGNS
from rag.rendering.marks import attribute
from rag.types import Verdict

SHADES = 5
ROW, LEFT, RIGHT = 22, 128, 262
_SIGNS: Mapping[str, str] = {verdict.value: sign for verdict, sign in SIGNS.items()}


def confusion(run: Run) -> str:
    """Outcomes wanted (down) and got (across); a number opens its questions in the table."""
    counts: Mapping[str, Mapping[str, int]] = run.summary.get("outcomes") or {}
    if not counts:
        return '<p class="quiet">No outcome was counted.</p>'
    wanted, got = _order(counts), _order({name: 0 for row in counts.values() for name in row})
    head = "".join(f'<th scope="col">{escape(outcome_word(name))}</th>' for name in got)
    rows = "".join(_matrix_row(name, counts[name], got) for name in wanted)
    return (
        '<table class="confusion"><caption>Wanted (rows) and got (columns)</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _order(names: Mapping[str, object]) -> list[str]:
    return [name for name in OUTCOMES if name in names] + [n for n in names if n not in OUTCOMES]


def _matrix_row(wanted: str, counts: Mapping[str, int], got: list[str]) -> str:
    total = sum(counts.values()) or 1
    cells = "".join(_cell(wanted, name, counts.get(name, 0), total) for name in got)
    return f'<tr><th scope="row">{escape(outcome_word(wanted))}</th>{cells}</tr>'


def _cell(wanted: str, got: str, count: int, total: int) -> str:
    if not count:
        return '<td class="none">0</td>'
    shade = min(SHADES - 1, count * SHADES // total)
    kind = "right" if wanted == got else "wrong"
    name = f"{count} wanted {outcome_word(wanted)}, got {outcome_word(got)}: show them"
    return (
        f'<td class="{kind} shade{shade}"><button type="button" data-wanted="{attribute(wanted)}"'
        f' data-got="{attribute(got)}" aria-label="{attribute(name)}">{count}</button></td>'
    )


def verdicts(run: Run) -> str:
    """The claims by verdict, each with colour, sign and word."""
    counts: Mapping[str, int] = run.summary.get("verdicts") or {}
    if not counts:
        return '<p class="quiet">No claim was checked.</p>'
    known = [verdict.value for verdict in Verdict]
    order = [name for name in known if name in counts] + [n for n in counts if n not in known]
    total, most = sum(counts.values()) or 1, max(counts.values()) or 1
    shapes = [_bar(place, name, counts[name], (most, total)) for place, name in enumerate(order)]
    words = ", ".join(f"{counts[name]} {name}" for name in order)
    return svg.figure(
        "Claims by verdict",
        svg.picture(ROW * len(order) + 4, f"Claims by verdict: {words}", shapes),
        counted(total, "claim"),
    )


def _bar(place: int, name: str, count: int, scale: tuple[int, int]) -> str:
    most, total = scale
    y, colour = ROW * place + ROW / 2, css(name)
    wide = (RIGHT - LEFT) * count / most
    return (
        svg.text(LEFT - 10, y + 5, f"{_SIGNS.get(name, '')} {name}", f"word {colour}", "end")
        + svg.box((LEFT, y - 6), (max(wide, 1), 13), f"fill {colour}")
        + svg.text(LEFT + wide + 6, y + 5, f"{count:,} · {100 * count / total:.0f} %", "number")
    )


def repairs(run: Run) -> str:
    """What the program changed in the model's citations, in a sentence."""
    counts: Row = run.summary.get("repairs") or {}
    rejected = sum(len(result.answer.get("rejected", ())) for result in run.results)
    acts = [f"{count} {act}" for act, count in counts.items() if count]
    done = f"Citations repaired: {', '.join(acts)}." if acts else "No citation was repaired."
    left = f"{counted(rejected, 'marker')} named nothing that was offered." if rejected else ""
    return f'<p class="note">{escape(done)} {escape(left)}</p>'

"""The table of all questions: to filter, to sort, and to open."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.report.case import case_html
from eval.report.data import TROUBLES, status_of, troubles_of, verdicts_of
from eval.report.gold import facts_met, needs_met
from eval.report.reading import Result
from eval.report.words import css, duration, number, outcome_word
from rag.rendering import SIGNS
from rag.rendering.marks import attribute

_SIGNS = {verdict.value: sign for verdict, sign in SIGNS.items()}
AT_ONCE = 500  # rows that are shown at first, as in the script
_STATUS = {"error": "!", "wrong": "✗", "not judged": "·", "right": "✓"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, a cell's HTML, and what it is sorted by (the bad cases first)."""

    heading: str
    cell: Callable[[Result], str]
    key: Callable[[Result], str | float]
    needs_answers: bool = True


def filters(results: Sequence[Result]) -> str:
    """The form above the table; every choice says how many questions it leaves."""
    tags = Counter(tag for one in results for tag in sorted(one.question.tags))
    chosen = [
        _select("status", "Result", Counter(map(status_of, results))),
        _select("tag", "Tag", tags),
        _select("wanted", "Wanted", Counter(one.question.outcome for one in results), outcome_word),
        _select("got", "Got", Counter(one.got for one in results if one.got), outcome_word),
        _select("verdict", "Verdict", _each(set(verdicts_of(one)) for one in results)),
        _select("trouble", "Trouble", _each(map(troubles_of, results)), TROUBLES.__getitem__),
    ]
    return (
        '<form class="filters" role="search"><label class="words">Search'
        '<input type="search" name="words" autocomplete="off" '
        'placeholder="words to look for"></label>'
        f'{"".join(chosen)}<button type="reset">Show all</button></form>'
        "<noscript><p>Without JavaScript the questions can be read, not filtered or opened.</p>"
        f'</noscript><p class="count" role="status">{len(results):,} questions</p>'
    )


def _each(lists: Iterable[Iterable[str]]) -> Counter[str]:
    return Counter(name for names in lists for name in names)


def _select(
    name: str, label: str, counts: Mapping[str, int], words: Callable[[str], str] = str
) -> str:
    """A choice of one value; nothing where there is nothing to choose."""
    if not counts:
        return ""
    options = "".join(
        f'<option value="{escape(value)}">{escape(words(value))} ({count:,})</option>'
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return (
        f'<label>{label}<select name="{name}"><option value="">any</option>{options}'
        "</select></label>"
    )


def table(results: Sequence[Result]) -> str:
    """The table, and the inside of every question as a template that opens below its row."""
    answered = any(result.answer for result in results)
    columns = [column for column in _COLUMNS if answered or not column.needs_answers]
    head = "".join(map(_heading, columns))
    rows = "".join(_row(place, one, columns) for place, one in enumerate(results))
    inside = "".join(
        f'<template id="case-{place}">{case_html(one)}</template>'
        for place, one in enumerate(results)
    )
    return (
        f'<table class="questions" role="table"><thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead><tbody role="rowgroup">{rows}</tbody></table>'
        '<p class="nothing" hidden>No question is like that.</p>'
        f'<button type="button" class="more" hidden>Show more</button>{inside}'
    )


def _heading(column: Column) -> str:
    return (
        f'<th scope="col" role="columnheader"><button type="button">{column.heading}'
        '<span aria-hidden="true"></span></button></th>'
    )


def _row(place: int, result: Result, columns: Sequence[Column]) -> str:
    cells = "".join(
        f'<td role="cell" data-name="{column.heading}" '
        f'data-key="{escape(str(column.key(result)))}">'
        f"{column.cell(result)}</td>"
        for column in columns
    )
    later = " hidden" * (place >= AT_ONCE)
    return f'<tr class="row" role="row" data-place="{place}"{later}>{cells}</tr>'


def _question_cell(result: Result) -> str:
    return (
        f'<button type="button" class="open" aria-expanded="false">{escape(result.question.text)}'
        f"</button> <small>{escape(result.name)}</small>"
    )


def _outcome_cell(result: Result) -> str:
    wanted, got = outcome_word(result.question.outcome), outcome_word(result.got) or "–"
    if not result.got or wanted == got:
        return escape(got)
    return f'<span class="differs">{escape(got)}</span> <small>wanted: {escape(wanted)}</small>'


def _status_cell(result: Result) -> str:
    status = status_of(result)
    return f'<span class="status {status.split()[0]}">{_STATUS[status]} {status}</span>'


def _verdicts_cell(result: Result) -> str:
    return " ".join(
        f'<span class="verdict {css(verdict)}" title="{attribute(verdict)}">'
        f'<span aria-hidden="true">{_SIGNS.get(verdict, "")}</span>{count}'
        f'<span class="unseen"> {escape(verdict)}</span></span>'
        for verdict, count in Counter(verdicts_of(result)).items()
    )


def _share_cell(states: Sequence[bool]) -> str:
    """``2/3``, marked where one is missing; a dash where none is needed."""
    if not states:
        return '<span class="quiet">–</span>'
    css_class = "" if all(states) else ' class="differs"'
    return f"<span{css_class}>{sum(states)}/{len(states)}</span>"


def _share_key(states: Sequence[bool]) -> float:
    return sum(states) / len(states) if states else 2.0


def _found(result: Result) -> list[bool]:
    if result.error:
        return []
    return [need.rank is not None for need in needs_met(result, result.question.needs)]


def _cited(result: Result) -> list[bool]:
    met = needs_met(result, result.question.needs) if result.answer else ()
    return [bool(need.footnotes) for need in met]


def _facts(result: Result) -> list[bool]:
    return [fact.is_said for fact in facts_met(result)] if result.answer else []


def _seconds(result: Result) -> float:
    total = number(result.seconds.get("total"))
    return sum(filter(None, map(number, result.seconds.values()))) if total is None else total


def _supported(result: Result) -> float:
    return _share_key([verdict == "supported" for verdict in verdicts_of(result)])


_COLUMNS = (
    Column("Question", _question_cell, lambda it: it.question.text.casefold(), False),
    Column("Result", _status_cell, lambda it: list(_STATUS).index(status_of(it))),
    Column("Outcome", _outcome_cell, lambda it: it.got),
    Column("Facts", lambda it: _share_cell(_facts(it)), lambda it: _share_key(_facts(it))),
    Column("Found", lambda it: _share_cell(_found(it)), lambda it: _share_key(_found(it)), False),
    Column("Cited", lambda it: _share_cell(_cited(it)), lambda it: _share_key(_cited(it))),
    Column("Verdicts", _verdicts_cell, _supported),
    Column("Time", lambda it: duration(_seconds(it)) if it.seconds else "–", _seconds, False),
)

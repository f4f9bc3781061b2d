"""Of which documents a question is asked: chosen beside the input, shown as chips on the question.

What is chosen stays for the next questions until it is taken away.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from glob import escape as literally
from html import escape

import streamlit as st

from rag.ledger.rows import Entry
from rag.scope import EVERYWHERE, Scope
from rag.ui.engine import Engine
from rag.ui.page_pieces import label as as_label

SCOPE, ROUND = "narrowing", "narrowing-round"
MOST_OFFERED = 1_000  # documents in the list, the newest; any other can be typed
WIDTH = 320  # pixels; a long name would make the popover wider than a phone
FIRST_DAY, LAST_DAY = dt.date(1, 1, 1), dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and what is left of the scope without it."""

    words: str
    rest: Scope


def narrow(engine: Engine) -> Scope:
    """Offer to narrow the next questions, above their input; return what is chosen."""
    with st.bottom, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        place = st.container(horizontal=True, gap="small", width="content", key="chips")
        with st.popover("Narrow", type="tertiary", key="narrow"):
            st.session_state[SCOPE] = _asked(engine.shelf.entries(), _chosen())
        with place:
            for number, chip in enumerate(chips_of(_chosen())):
                _show_chip(chip, f"chip-{number}")
    return _chosen()


def chips_html(scope: Scope) -> str:
    """The conditions that a question was asked under; nothing when it was asked of everything."""
    items = "".join(f"<li>{escape(chip.words)}</li>" for chip in chips_of(scope))
    return f'<ul class="chips" aria-label="Asked only of">{items}</ul>' if items else ""


def chips_of(scope: Scope) -> Iterator[Chip]:
    """Return the conditions of a scope, one chip each."""
    for name in scope.documents:
        yield Chip(plainly(name), replace(scope, documents=_without(scope.documents, name)))
    for folder in scope.folders:
        yield Chip(f"in {folder}", replace(scope, folders=_without(scope.folders, folder)))
    for tag in scope.tags:
        yield Chip(f"tag {tag}", replace(scope, tags=_without(scope.tags, tag)))
    if scope.since:
        yield Chip(f"since {scope.since.isoformat()}", replace(scope, since=None))
    if scope.until:
        yield Chip(f"until {scope.until.isoformat()}", replace(scope, until=None))


def plainly(pattern: str) -> str:
    """A name as it is, of the pattern that stands for nothing else."""
    return re.sub(r"\[([*?[])\]", r"\1", pattern)


def patterns_of(names: Sequence[str], held: Sequence[str]) -> tuple[str, ...]:
    """Names that were chosen mean themselves; in others, which were typed, ``*`` is anything."""
    known = set(held)
    return tuple(literally(name) if name in known else name for name in names)


def _show_chip(chip: Chip, key: str) -> None:
    st.button(f"{as_label(chip.words)} ✕", key=key, on_click=_choose, args=(chip.rest,))


def _asked(entries: Sequence[Entry], scope: Scope) -> Scope:
    """Ask for the conditions, beginning with those that there are."""
    turn = st.session_state.setdefault(ROUND, 0)
    names = _names(entries, scope, f"narrow-documents-{turn}")
    held = sorted({tag for entry in entries for tag in entry.tags} | set(scope.tags))
    tags = _several("Tags", held, scope.tags, f"narrow-tags-{turn}") if held else ()
    with st.container(horizontal=True, gap="small"):
        since = _day("Dated since", scope.since, f"narrow-since-{turn}")
        until = _day("Dated until", scope.until, f"narrow-until-{turn}")
    patterns = patterns_of(names, [entry.id for entry in entries])
    return replace(scope, documents=patterns, tags=tuple(tags), since=since, until=until)


def _names(entries: Sequence[Entry], scope: Scope, key: str) -> Sequence[str]:
    dated = sorted(entries, key=lambda entry: str(entry.date or ""), reverse=True)
    chosen = [plainly(name) for name in scope.documents]
    newest = [entry.id for entry in dated[:MOST_OFFERED]]
    return _several("Documents", list(dict.fromkeys([*chosen, *newest])), chosen, key, typed=True)


def _several(
    label: str, options: Sequence[str], begin: Sequence[str], key: str, *, typed: bool = False
) -> Sequence[str]:
    """Ask for some of the options, and with ``typed`` for others too; kept under the key."""
    hint = "Choose, or type; * is anything" if typed else "Choose"
    st.session_state.setdefault(key, list(begin))
    return st.multiselect(
        label,
        options,
        accept_new_options=typed,
        placeholder=hint,
        key=key,
        persist_state="session",
        width=WIDTH,
    )


def _day(label: str, value: dt.date | None, key: str) -> dt.date | None:
    st.session_state.setdefault(key, value)
    day: dt.date | None = st.date_input(
        label,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=key,
        persist_state="session",
    )
    return day


def _chosen() -> Scope:
    scope: Scope = st.session_state.setdefault(SCOPE, EVERYWHERE)
    return scope


def _choose(scope: Scope) -> None:
    """Take a scope over; what is asked for in the popover begins anew with it."""
    st.session_state[SCOPE] = scope
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _without(values: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != one)

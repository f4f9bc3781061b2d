"""The list of documents: which of them, and the table that shows them.

The table draws its cells on a canvas, so that names and titles can be nothing but text there.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from rag.ledger.rows import Entry
from rag.scope import EVERYWHERE, Scope

FIRST_DAY, LAST_DAY = dt.date(1, 1, 1), dt.date(9999, 12, 31)
HEIGHT = 480  # pixels; it scrolls within, however many rows there are


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents are to be listed: all of the words in name or title, and the scope."""

    words: tuple[str, ...] = ()
    scope: Scope = EVERYWHERE

    def holds(self, entry: Entry) -> bool:
        """Whether a document is wanted."""
        said = f"{entry.title}\n{entry.id}".casefold()
        has_words = all(word in said for word in self.words)
        return has_words and self.scope.holds(entry.id, entry.date, entry.tags)


def filtered(entries: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """The wanted documents, the one that was indexed last first."""
    found = list(filter(wanted.holds, entries))
    return sorted(found, key=lambda entry: entry.key, reverse=True)


def ask_filter(entries: Sequence[Entry]) -> Wanted:
    """Ask for words, tags and days; what stands there is remembered for the visit."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        words = st.text_input(
            "Search names and titles",
            key="documents-words",
            placeholder="Search names and titles",
            label_visibility="collapsed",
            persist_state="session",
            width="stretch",
        )
        with st.popover("Filter"):
            scope = _ask_scope(entries)
    return Wanted(tuple(words.casefold().split()), scope)


def show_table(entries: Sequence[Entry], key: str) -> list[Entry]:
    """Show documents and return those that were chosen; ``key`` is another one for other rows."""
    state = st.dataframe(
        _columns(entries),
        key=f"documents-{key}",
        hide_index=True,
        height=min(HEIGHT, 38 + 35 * len(entries)),
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_looks(),
        placeholder="–",
        alt="The documents; choose rows to open, read again or remove them",
    )
    return [entries[row] for row in state["selection"]["rows"] if row < len(entries)]


def _ask_scope(entries: Sequence[Entry]) -> Scope:
    tags = sorted({tag for entry in entries for tag in entry.tags})
    chosen = (
        st.multiselect(
            "With one of these tags", tags, key="documents-tags", persist_state="session"
        )
        if tags
        else []
    )
    since, until = (
        st.date_input(
            label,
            value=None,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="YYYY-MM-DD",
            key=f"documents-{label}",
            persist_state="session",
        )
        for label in ("Dated since", "Dated until")
    )
    return Scope(tags=tuple(chosen), since=since, until=until)


def _columns(entries: Sequence[Entry]) -> Mapping[str, Sequence[object]]:
    return {
        "Title": [entry.title for entry in entries],
        "Date": [entry.date for entry in entries],
        "Sentences": [entry.sentences for entry in entries],
        "Indexed": [_local(entry.indexed) for entry in entries],
        "Tags": [", ".join(entry.tags) for entry in entries],
        "Name": [entry.id for entry in entries],
        "From": [entry.source for entry in entries],
    }


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment by the clock on the wall."""
    return moment.astimezone().replace(tzinfo=None) if moment else None


def _looks() -> dict[str, ColumnConfig | str | None]:
    column = st.column_config
    return {
        "Title": column.TextColumn(width="large"),
        "Date": column.DateColumn(format="YYYY-MM-DD"),
        "Indexed": column.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
    }

"""The page from top to bottom; it draws itself again when the documents change under it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from rag.ledger.rows import Entry
from rag.ui import pieces
from rag.ui.documents.acting import offer_actions, show_said
from rag.ui.documents.adding import look_again, offer_adding
from rag.ui.documents.listing import ask_filter, filtered, show_table
from rag.ui.engine import Engine
from rag.ui.shelving import Shelving


def documents_page(engine: Engine) -> None:
    """Show what is indexed; add to it, read it again, take out of it."""
    shelf = engine.shelf
    entries = shelf.entries()
    revision = shelf.listed_revision
    st.html(_head(shelf, entries))
    look_again(shelf)
    offer_adding(shelf)
    show_said()
    if entries:
        _show_entries(engine, entries, revision)


def _show_entries(engine: Engine, entries: Sequence[Entry], revision: str) -> None:
    wanted = ask_filter(entries)
    shown = filtered(entries, wanted)
    if len(shown) < len(entries):
        st.html(_counted(len(shown), len(entries)))
    chosen = show_table(shown, f"{revision}-{hash(wanted)}") if shown else []
    offer_actions(engine.shelf, chosen, engine.config.collection)


def _head(shelf: Shelving, entries: Sequence[Entry]) -> str:
    sentences = sum(entry.sentences for entry in entries)
    followed = ", which is followed: what changes there changes here" * shelf.is_followed
    return (
        '<header class="page-title documents-page"><h1>Documents</h1>'
        f"<p>{len(entries):,} documents with {sentences:,} sentences are indexed. The folder is "
        f"<code>{escape(str(shelf.folder))}</code>{followed}.</p></header>"
    )


def _counted(shown: int, held: int) -> str:
    if not shown:
        return pieces.notice("No document is like that; change the words or the filter.")
    return pieces.quiet(f"{shown:,} of {held:,} documents")

"""What can be done with documents that were chosen: open one, read again, remove."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from rag.errors import FootnoteError
from rag.ledger.rows import Entry
from rag.removals import RemovalReport
from rag.types import Citation
from rag.ui import pieces
from rag.ui.links import source_link
from rag.ui.shelving import Shelving

MOST_NAMED = 12  # documents, in the question whether they are to go
SAID = "documents-said"


def offer_actions(shelf: Shelving, chosen: Sequence[Entry], collection: str) -> None:
    """Offer what can be done with the chosen documents, or with the whole folder."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not chosen:
            if st.button("Read the whole folder again", key="read-folder"):
                shelf.read_again()
                st.rerun()
            return
        st.html(pieces.quiet(f"{len(chosen):,} chosen"), width="content")
        names = [entry.id for entry in chosen]
        if st.button("Read again", key="read-again"):
            shelf.read_again(names)
            st.rerun()
        if st.button("Remove …", key="remove"):
            _confirm_removal(shelf, names)
        if len(chosen) == 1:
            st.html(_link(chosen[0], collection), width="content")


def show_said() -> None:
    """Show what the last action came to, once."""
    for sentence, kind in st.session_state.pop(SAID, []):
        st.html(pieces.notice(sentence, kind))


@st.dialog("Remove from the index?", width="medium")
def _confirm_removal(shelf: Shelving, names: Sequence[str]) -> None:
    st.html(_names_html(names))
    st.html(
        "<p>They are no longer found by any question. Files of the documents folder are moved to "
        f"<code>{escape(str(shelf.removed_folder))}</code>, from where they can be put back; "
        "files from elsewhere stay where they are.</p>"
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Remove", key="remove-now", type="primary"):
            st.session_state[SAID] = _removed(shelf, names)
            st.rerun()
        if st.button("Keep", key="keep"):
            st.rerun()


def _removed(shelf: Shelving, names: Sequence[str]) -> list[tuple[str, str]]:
    try:
        return _told(shelf.remove(names))
    except FootnoteError as error:
        return [(str(error), "error")]


def _told(done: RemovalReport) -> list[tuple[str, str]]:
    said = [(reason, "error") for _, reason in done.failed]
    said += [(f"There is no document {name} any more.", "error") for name in done.unknown]
    if len(done.removed) > MOST_NAMED:
        return [*said, (f"{len(done.removed):,} documents are removed.", "")]
    return [*said, *((f"{one.name} is removed; {one.where}.", "") for one in done.removed)]


def _names_html(names: Sequence[str]) -> str:
    listed = "".join(f"<li>{escape(name)}</li>" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return f'<ul class="names">{listed}{rest}</ul>'


def _link(entry: Entry, collection: str) -> str:
    cited = Citation(0, entry.id, entry.title, entry.date, (), 0, 0, "")
    address = source_link(cited, collection=collection)
    return f'<a class="back" href="./{escape(address)}" target="_blank">Open the source</a>'

"""Files are dropped into the page, and each is told of until it is indexed or has failed.

The work goes on without the page: whoever comes back, or looks from another tab, sees it too.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rag.arrivals import Arrival, Brought, Fate, too_much
from rag.documents import readable_kinds
from rag.documents.folder import MAX_BYTES
from rag.shelf import Work
from rag.ui import pieces
from rag.ui.shelving import Shelving

MEGABYTE = 1_000_000
REFUSED = "uploads-refused"
SECONDS_BETWEEN_LOOKS = 0.5  # at work that is going on
SECONDS_BETWEEN_CHANGES = 2.0
SHAPES = {Fate.WAITING: "○", Fate.SAVED: "◐", Fate.FAILED: "✕", Fate.TAKEN: "!"}
MOST_LINES = 300  # of one work; the failures are never left out


def offer_adding(shelf: Shelving) -> None:
    """Take files, and show how far they are."""
    turn = st.session_state.setdefault("uploads", 0)
    given = st.file_uploader(
        f"Add documents: {_kinds()}, up to {MAX_BYTES // MEGABYTE} MB each",
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES // MEGABYTE,
        key=f"upload-{turn}",
    )
    if given:
        _bring(shelf, given)
        st.session_state["uploads"] = turn + 1  # an empty place for the next ones
        st.rerun()
    if refused := st.session_state.pop(REFUSED, ""):
        st.html(pieces.notice(refused, "error"))
    show_works(shelf)


def _bring(shelf: Shelving, given: Sequence[UploadedFile]) -> None:
    """Bring the files, or note why they are too many; then none of them is looked at."""
    refused = too_much([one.size for one in given])
    st.session_state[REFUSED] = refused
    if not refused:
        shelf.bring([Brought(one.name, one.getvalue()) for one in given])


def look_again(shelf: Shelving) -> None:
    """Draw the page again when documents change, by whomever; and name what went wrong."""
    st.fragment(_look, run_every=SECONDS_BETWEEN_CHANGES)(shelf, shelf.listed_revision)


def _look(shelf: Shelving, revision: str) -> None:
    if shelf.revision() != revision:
        st.rerun()
    for trouble in shelf.troubles():
        st.html(pieces.notice(trouble, "error"))


def show_works(shelf: Shelving) -> None:
    """Show every piece of work; looked at again and again while one of them goes on."""
    if any(not work.is_done for work in shelf.works):
        st.fragment(_follow_works, run_every=SECONDS_BETWEEN_LOOKS)(shelf)
    else:
        _show_all(shelf)


def _follow_works(shelf: Shelving) -> None:
    if all(work.is_done for work in shelf.works):
        st.rerun()
    _show_all(shelf)


def _show_all(shelf: Shelving) -> None:
    for number, work in enumerate(shelf.works):
        with st.container(key=f"work-{number}"):
            _show(shelf, work, number)


def _show(shelf: Shelving, work: Work, number: int) -> None:
    if not work.is_done:
        share = work.progress.share if work.progress else 0.0
        st.progress(min(1.0, max(0.0, share)), text=_progress_words(work))
    if work.arrivals:
        st.html(_arrivals_html(work))
    for reason in work.failed:
        st.html(pieces.notice(reason, "error"))
    if work.is_done:
        if work.report is not None and not work.arrivals:
            st.html(pieces.notice(f"Read again: {work.report.summary()}."))
        _offer_end(shelf, work, number)


def _offer_end(shelf: Shelving, work: Work, number: int) -> None:
    taken = work.taken()
    with st.container(horizontal=True, gap="small"):
        if taken and st.button("Replace", key=f"replace-{number}"):
            shelf.dismiss(work)
            shelf.bring(taken, overwrite=True)
            st.rerun()
        label = "Keep what is there" if taken else "Done"
        if st.button(label, key=f"dismiss-{number}", type="tertiary"):
            shelf.dismiss(work)
            st.rerun()


def _progress_words(work: Work) -> str:
    if not work.arrivals:
        return "Reading again …"
    settled = sum(one.fate not in {Fate.WAITING, Fate.SAVED} for one in work.arrivals)
    return f"{settled:,} of {len(work.arrivals):,} files are done"


def _arrivals_html(work: Work) -> str:
    bad = [one for one in work.arrivals if one.fate in {Fate.FAILED, Fate.TAKEN}]
    well = [one for one in work.arrivals if one.fate not in {Fate.FAILED, Fate.TAKEN}]
    lines = "".join(map(_line, bad + well[:MOST_LINES]))
    more = len(well) - MOST_LINES
    return f'<ul class="arrivals" role="status">{lines}{_more(more) if more > 0 else ""}</ul>'


def _more(number: int) -> str:
    return f"<li>… and {number:,} more</li>"


def _line(one: Arrival) -> str:
    shape, kind = SHAPES.get(one.fate, "✓"), one.fate.name.lower()
    return f'<li class="{kind}"><span>{shape}</span> {escape(_words(one))}</li>'


def _words(one: Arrival) -> str:
    """The name that it had, the one that it got if that is another, and what became of it."""
    given, name = one.file.given, one.file.name
    if one.reason:
        return one.reason if given == name else f"{given}: {one.reason}"
    words = {Fate.SAVED: "saved, being indexed"}.get(one.fate, one.fate.value)
    return f"{given} – {words}" if given == name else f"{given} – {words} as {name}"


def _kinds() -> str:
    """The endings that are read, whichever these are."""
    return readable_kinds()

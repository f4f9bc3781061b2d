"""Check a text: what somebody wrote is held against the documents, claim by claim."""

import datetime as dt
import json
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag.drafts import read_draft
from rag.errors import FootnoteError
from rag.rendering.checked import to_json
from rag.rendering.checked_export import to_document
from rag.rendering.checked_html import claims_html, claims_of, counts_html
from rag.types import CheckedText, Citation, Statement
from rag.ui import pieces
from rag.ui.engine import Engine
from rag.ui.links import source_link
from rag.ui.page_pieces import page_title

ABOUT = "Every claim of a text is held against your documents, whoever wrote it."
NO_CLAIM = "Nothing in this text claims anything that could be checked."
CHANGED = "The text has changed since it was checked."
AT_ONCE = 100  # claims on the page
COPYABLE = 200  # claims; the Markdown of more is too long for a page and is downloaded
DRAFT, CHECKED, UPLOADED, NOTE = "draft", "checked", "uploaded", "draft-note"


def check_page(engine: Engine) -> None:
    """Take a text, check it and show what came of it."""
    st.html(page_title("Check a text", ABOUT))
    if not engine.document_ids():
        st.html(pieces.no_documents(engine.folder, engine.config.collection))
        return
    draft = _take_draft()
    place = st.empty()
    if st.session_state.pop("check-asked", False):
        _check(engine, draft, place)
    checked: CheckedText | None = st.session_state.get(CHECKED)
    if checked is not None:
        _show(checked, engine.config.collection, is_stale=checked.text != draft)


def _take_draft() -> str:
    """The text in the box; a file that is uploaded fills the box."""
    draft = st.text_area(
        "The text",
        height=220,
        key=DRAFT,
        persist_state="session",
        placeholder="Paste a draft, a summary or an answer of another program.",
    )
    with st.container(horizontal=True, vertical_alignment="center", key="draft-actions"):
        st.button("Check", type="primary", on_click=_ask_for_check)
        with st.popover("From a file", type="tertiary"):
            st.file_uploader(
                "A text file", ["txt", "md"], key=UPLOADED, on_change=_take_up, max_upload_size=1
            )
    if note := st.session_state.pop(NOTE, ""):
        st.html(pieces.notice(note))
    return draft


def _ask_for_check() -> None:
    st.session_state["check-asked"] = True


def _take_up() -> None:
    """Put the text of an uploaded file into the box, or say why it cannot be."""
    file = st.session_state[UPLOADED]
    if file is None:
        return
    try:
        st.session_state[DRAFT], st.session_state[NOTE] = read_draft(file.getvalue(), file.name)
    except FootnoteError as error:
        st.session_state[NOTE] = str(error)


def _check(engine: Engine, draft: str, place: DeltaGenerator) -> None:
    """Check the text; while it lasts, any click ends it."""
    st.session_state.pop(CHECKED, None)
    try:
        read_draft(draft.encode("utf-8", "replace"), "The text")
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0, "Reading the text …")
            st.button("Stop")
        st.session_state[CHECKED] = engine.check(
            draft, lambda done, total: _progress(bar, done, total)
        )
        place.empty()
    except FootnoteError as error:
        place.html(pieces.notice(str(error), "error"))


def _progress(bar: DeltaGenerator, done: int, total: int) -> None:
    bar.progress(done / total, f"{done:,} of {total:,} sentences")


def _show(checked: CheckedText, collection: str, *, is_stale: bool) -> None:
    if not claims_of(checked):
        st.html(pieces.notice(NO_CLAIM))
        return
    st.html(pieces.notice(CHANGED) * is_stale + counts_html(checked))
    with st.container(horizontal=True, vertical_alignment="center", key="checked-actions"):
        failing = st.toggle("Only what does not hold", key="failing", persist_state="session")
        _offer_export(checked)
    claims = claims_of(checked, failing=failing)
    if claims:
        st.html(claims_html(checked, _page_of(claims), partial(_link, collection)))
    else:
        st.html(pieces.notice("Every claim that could be checked holds."))
    if len(claims_of(checked)) <= COPYABLE:
        with st.expander("The same as Markdown with footnotes, to copy"):
            st.code(_document(checked), language=None, height=300, wrap_lines=True)


def _link(collection: str, citation: Citation) -> str:
    """The address of a source, from a page that has one of its own."""
    return f"./{source_link(citation, collection=collection)}"


def _page_of(claims: list[Statement]) -> list[Statement]:
    """So many claims as a page shows well."""
    pages = -(-len(claims) // AT_ONCE)
    number = st.pagination(pages) if pages > 1 else 1
    return claims[(number - 1) * AT_ONCE : number * AT_ONCE]


def _offer_export(checked: CheckedText) -> None:
    """Two files to download, made when they are asked for."""
    files = {
        "Markdown": ("checked.md", partial(_document, checked)),
        "JSON": ("checked.json", partial(_json, checked)),
    }
    for label, (name, data) in files.items():
        st.download_button(
            label, data, name, type="tertiary", icon=":material/download:", on_click="ignore"
        )


def _document(checked: CheckedText) -> str:
    return to_document(checked, dt.datetime.now().astimezone().date())


def _json(checked: CheckedText) -> str:
    return json.dumps(to_json(checked), ensure_ascii=False, indent=2)

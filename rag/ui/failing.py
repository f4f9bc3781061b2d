"""An error that nobody foresaw, shown as one sentence with its id; the log holds the rest."""

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse

from rag.errors import FootnoteError
from rag.mishaps import words_for
from rag.ui import pieces
from rag.ui.page_pieces import way_to_state
from rag.ui.safety import headers_of_a_page
from rag.ui.source import failure_page


def show_failure(error: Exception) -> bool:
    """Show what went wrong in a run of a page, a fragment or a callback; it is shown here only."""
    st.html(pieces.notice(sentence(error), "error") + way_to_state())
    return True


async def answer_failure(_: Request, error: Exception) -> HTMLResponse:
    """The response to a request that could not be answered."""
    return HTMLResponse(failure_page(sentence(error)), 500, headers_of_a_page())


def sentence(error: Exception) -> str:
    """What is said of it: an error of ours speaks for itself."""
    return str(error) if isinstance(error, FootnoteError) else words_for(error)

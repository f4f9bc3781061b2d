"""The application as ``app.py`` serves it, with ``tests/spelled_page.py`` for its page."""

from pathlib import Path

from streamlit.starlette import App

from rag.ui.failing import answer_failure, show_failure
from rag.ui.serving import ROUTES, middleware

app = App(
    Path(__file__).with_name("spelled_page.py"),
    routes=ROUTES,
    middleware=middleware(),
    on_script_error=show_failure,
    exception_handlers={Exception: answer_failure},
)

"""The browser's front door: ``streamlit run app.py``, or ``rag app``."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from rag.ui.evaluation.report import REPORT_ROUTE
from rag.ui.safety import SafetyHeaders

app = App(
    Path(__file__).parent / "rag" / "ui" / "page.py",
    middleware=[Middleware(SafetyHeaders)],
    routes=[REPORT_ROUTE],
)

"""The browser's front door: ``streamlit run app.py``, or ``rag app``."""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from rag.ui.app import engine_of_process
from rag.ui.evaluation.report import REPORT_ROUTE
from rag.ui.reading import FormerAddresses, reading_routes
from rag.ui.safety import SafetyHeaders

app = App(
    Path(__file__).parent / "rag" / "ui" / "page.py",
    routes=[*reading_routes(engine_of_process), REPORT_ROUTE],
    middleware=[Middleware(SafetyHeaders), Middleware(FormerAddresses)],
)

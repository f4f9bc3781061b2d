"""The page that escapes nothing, behind the headers of the application and their script."""

from pathlib import Path

from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from streamlit.starlette import App

from rag.ui.reading import ASSETS
from rag.ui.safety import SafetyHeaders

app = App(
    Path(__file__).with_name("raw_page.py"),
    routes=[Mount("/assets", StaticFiles(directory=ASSETS))],
    middleware=[Middleware(SafetyHeaders)],
)

"""The application with a page and addresses that fail."""

from pathlib import Path

from starlette.requests import Request
from starlette.routing import Route
from streamlit.starlette import App

from rag.ui.failing import answer_failure, show_failure
from rag.ui.serving import ROUTES, middleware
from tests.mishap import fail


def fails(_: Request) -> None:
    fail()


async def fails_at_once(_: Request) -> None:
    fail()


app = App(
    Path(__file__).with_name("failing_page.py"),
    routes=[Route("/fails", fails), Route("/fails-at-once", fails_at_once), *ROUTES],
    middleware=middleware(),
    on_script_error=show_failure,
    exception_handlers={Exception: answer_failure},
)

"""A report at an address of its own, shut off from the application and from the network.

The browser gives it an origin of its own (``sandbox``) and lets it run the script that stands in
it and load nothing; the policy that the report itself carries holds beside this one.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from rag.collections import is_default
from rag.config import Config
from rag.errors import FootnoteError
from rag.ui.evaluation.runs import NAME, REPORT, runs_folder

_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def report_address(run: str, collection: str = "") -> str:
    """The address of the report of a collection's run on this server."""
    return f"/report/{run}" + f"?collection={collection}" * (not is_default(collection))


def report_policy(page: bytes) -> str:
    """What the browser may do with a report."""
    scripts = " ".join(map(_source_of, _SCRIPT.findall(page))) or "'none'"
    return (
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src {scripts}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def report_response(folder: Path, name: str) -> Response:
    """The report of the run of this name in a folder of runs."""
    path = folder / name / REPORT
    if not NAME.fullmatch(name) or not path.is_file():
        return PlainTextResponse("There is no such report; the run may have gone.", 404)
    page = path.read_bytes()
    return HTMLResponse(page, headers={"Content-Security-Policy": report_policy(page)})


def report_route(settings: Callable[[Request], Config]) -> Route:
    """The route; ``settings`` gives those of the collection that a request may have."""

    def serve(request: Request) -> Response:
        try:
            folder = runs_folder(settings(request))
        except FootnoteError as error:
            return PlainTextResponse(str(error), 404)
        return report_response(folder, request.path_params["run"])

    return Route("/report/{run}", serve)


def _source_of(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"

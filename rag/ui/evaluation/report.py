"""A report at an address of its own, shut off from the application and from the network.

The browser gives it an origin of its own (``sandbox``) and lets it run the script that stands in
it and load nothing; the policy that the report itself carries holds beside this one.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from rag.config import environment, read_config
from rag.errors import FootnoteError
from rag.ui.evaluation.runs import NAME, REPORT, runs_folder

_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def report_address(run: str) -> str:
    """The address of a run's report on this server."""
    return f"/report/{run}"


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


async def _serve(request: Request) -> Response:
    return await run_in_threadpool(_response, request.path_params["run"])


def _response(name: str) -> Response:
    try:
        folder = runs_folder(read_config(environment(Path.cwd())))
    except FootnoteError as error:
        return PlainTextResponse(str(error), 404)
    return report_response(folder, name)


REPORT_ROUTE = Route("/report/{run}", _serve)


def _source_of(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"

"""How the application is served: its addresses, and what stands before them, in this order.

The doorkeeper first, then the headers; what fails behind them is answered by ``rag.ui.failing``.
"""

import sys
from functools import cache, partial
from pathlib import Path

from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit import config as options

from rag.config import Config, environment, read_config
from rag.errors import FootnoteError
from rag.mishaps import guard_logs, secrets_of
from rag.ui.collected import engine_for, settings_for
from rag.ui.doorkeeper import Doorkeeper
from rag.ui.doors import Doors, fault_of_login, refusal
from rag.ui.evaluation.report import report_route
from rag.ui.login import NOT_INSTALLED, is_installed, login_settings, may_read, signed_in
from rag.ui.reading import FormerAddresses, reading_routes
from rag.ui.safety import SafetyHeaders
from rag.ui.signing_in import FailedSignIns

NOBODY_KNOWN = (
    "RAG_ACCESS_FILE says who sees which collection, but nobody has to sign in; set up a login "
    "(docs/serving.md), or take RAG_ACCESS_FILE away."
)
ROUTES: list[BaseRoute] = [*reading_routes(engine_for), report_route(settings_for)]


def middleware() -> list[Middleware]:
    """What stands before the addresses; ends the program where its doors are not to be opened.

    It is said now, before anything is served. A setting that cannot be read is said on the pages.
    """
    try:
        config = read_config(environment(Path.cwd()))
    except FootnoteError:
        config = Config()
    guard_logs(secrets_of(config) | _secrets_of_login())
    if fault := _fault(config):
        sys.exit(f"rag: {fault}")
    doors = partial(doors_of, config)
    return [
        Middleware(SafetyHeaders),
        Middleware(Doorkeeper, doors=cache(doors), may_read=partial(_may_read, config)),
        Middleware(FailedSignIns),
        Middleware(FormerAddresses),
    ]


def doors_of(config: Config) -> Doors:
    """The doors as they are: what is listened at is what Streamlit was told."""
    return Doors(
        address=options.get_option("server.address") or "",
        hosts=config.hosts,
        has_login=bool(login_settings()),
        is_open=config.without_login,
    )


def _fault(config: Config) -> str:
    auth = login_settings()
    if config.access_file and not auth:
        return NOBODY_KNOWN
    if not auth:
        return refusal(doors_of(config))
    return fault_of_login(auth) or ("" if is_installed() else NOT_INSTALLED)


def _may_read(config: Config, cookies: str) -> bool:
    return may_read(signed_in(cookies), config.readers)


def _secrets_of_login() -> frozenset[str]:
    """What of a login nobody is to see, in whatever section it stands."""
    auth = login_settings()
    sections = [auth, *(one for one in auth.values() if isinstance(one, dict))]
    found = (str(one.get(name) or "") for one in sections for name in _HIDDEN)
    return frozenset(filter(None, found))


_HIDDEN = ("cookie_secret", "client_secret")

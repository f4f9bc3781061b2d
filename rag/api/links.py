"""Where citations lead: to the application if its address is known, else to this API."""

from functools import partial

from starlette.requests import Request

from rag.api.settings import ApiSettings
from rag.rendering.marks import Link
from rag.types import Citation
from rag.ui.links import source_link


def links(settings: ApiSettings, request: Request, collection: str) -> Link:
    """What makes the permanent address of a citation in a collection."""
    home = settings.app_url or str(request.base_url).rstrip("/")
    return partial(_link, home, "" if settings.app_url else "#s0", collection)


def _link(home: str, place: str, collection: str, citation: Citation) -> str:
    """The place is for our own page, which has no script that would scroll to it."""
    return f"{home}/{source_link(citation, collection=collection)}{place}"

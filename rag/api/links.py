"""Where citations lead: to the application if its address is known, else to this API."""

from functools import partial

from starlette.requests import Request

from rag.api.settings import ApiSettings
from rag.rendering.marks import Link
from rag.types import Citation
from rag.ui.links import source_link


def links(settings: ApiSettings, request: Request) -> Link:
    """What makes the permanent address of a citation."""
    return partial(_link, settings.app_url or str(request.base_url).rstrip("/"))


def _link(home: str, citation: Citation) -> str:
    return f"{home}/{source_link(citation)}"

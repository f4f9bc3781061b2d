"""Addresses inside the application, and how they are read again."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from rag.types import Citation

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


def source_link(citation: Citation) -> str:
    """The permanent address of a cited stretch: ``?doc=NAME&s=START-END``."""
    return "?" + urlencode({"doc": citation.document, "s": f"{citation.start}-{citation.end}"})


def spans_of(parameters: Mapping[str, str]) -> list[tuple[int, int]]:
    """The stretches that ``s`` names, separated by commas; what is no stretch is left out."""
    found = map(_SPAN.fullmatch, parameters.get("s", "").split(","))
    return [(int(span[1]), int(span[2])) for span in found if span]

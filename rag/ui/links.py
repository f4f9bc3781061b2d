"""Addresses inside the application, and how they are read again."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import urlencode

from rag.collections import is_default
from rag.rendering.marks import Link
from rag.types import Answer, Citation

MOST_SPANS = 100  # of one address; more would make it longer than servers take

_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


def source_link(citation: Citation, fellows: Iterable[Citation] = (), collection: str = "") -> str:
    """The permanent address of a cited stretch: ``source?doc=NAME&s=START-END``.

    Behind commas follow the stretches of its fellows in the same document, and then the collection
    that it is in; an address without one leads to the usual one, wherever it is opened.
    """
    near = (one for one in fellows if one.document == citation.document)
    spans = dict.fromkeys(f"{one.start}-{one.end}" for one in (citation, *near))
    named = {"doc": citation.document, "s": ",".join([*spans][:MOST_SPANS])}
    if not is_default(collection):
        named["collection"] = collection
    return "source?" + urlencode(named, safe=",", errors="replace")


def links_of(answer: Answer, collection: str = "") -> Link:
    """Return the links of an answer's sentences; the citations of the answer are the fellows."""
    return partial(source_link, fellows=answer.citations, collection=collection)


def spans_of(parameters: Mapping[str, str]) -> list[tuple[int, int]]:
    """The stretches that ``s`` names, separated by commas; what is no stretch is left out."""
    found = map(_SPAN.fullmatch, parameters.get("s", "").split(",")[:MOST_SPANS])
    spans = [(int(span[1]), int(span[2])) for span in found if span]
    return [(start, end) for start, end in spans if start < end]

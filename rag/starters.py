"""Questions to start with, made from what the documents say.

A handful of sentence patterns of English reporting are turned round; where none fits, a
question is asked about a name that is mentioned often. Everything a question contains is
letters, digits, spaces, commas, apostrophes and hyphens, so it can stand in any label.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, zip_longest

from rag.types import Document

READ_CHARACTERS = 8_000  # of each document: what matters stands at its beginning

_NAME = r"[A-Z][a-zé'’-]+(?: [A-Z][a-zé'’-]+)+"
_DOERS = (
    "appointed|attacked|bought|brokered|built|conducted|created|designed|developed|directed|"
    "discovered|established|founded|invented|killed|launched|led|mediated|negotiated|opened|"
    "organised|organized|owned|painted|published|signed|sponsored|translated|won|wrote"
)
_THING = r"the (?:[A-Za-z-]+ ){0,4}[A-Za-z-]+"
_DEED = re.compile(rf"(?:{_NAME}|[A-Z]\w+|,|who) (?P<verb>{_DOERS}) (?P<object>{_THING})\.")
_ROLE = re.compile(rf"(?P<name>{_NAME}),? (?:the|who is the|is the|was the) [a-z]+ (?:of|for|at) ")
_SAYING = re.compile(rf"(?P<name>{_NAME}),? (?:said|wrote|called|argued|announced|warned|told)\b")
_MENTION = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*")


def starter_questions(documents: Iterable[Document], limit: int = 4) -> list[str]:
    """At most ``limit`` different questions, of as many kinds and documents as there are."""
    rows = [list(islice(_questions(document), limit)) for document in documents]
    mixed = (one for row in zip_longest(*rows) for one in row if one)
    return list(islice(dict.fromkeys(mixed), limit))


def _questions(document: Document) -> Iterator[str]:
    """One question of each kind in turn, then the second of each, and so on."""
    text = document.text[:READ_CHARACTERS]
    kinds = [list(dict.fromkeys(kind(text))) for kind in _KINDS]
    asked = [one for row in zip_longest(*kinds) for one in row if one]
    return iter(asked or list(_about(text)))


def _deeds(text: str) -> Iterator[str]:
    for found in _DEED.finditer(text):
        yield f"Who {found['verb']} {found['object']}?"


def _roles(text: str) -> Iterator[str]:
    for found in _ROLE.finditer(text):
        yield f"Who is {found['name']}?"


def _sayings(text: str) -> Iterator[str]:
    for found in _SAYING.finditer(text):
        yield f"What did {found['name']} say?"


def _about(text: str) -> Iterator[str]:
    for name, _ in Counter(_MENTION.findall(text)).most_common():
        yield f"What do the documents say about {name}?"


_KINDS: tuple[Callable[[str], Iterator[str]], ...] = (_deeds, _roles, _sayings)

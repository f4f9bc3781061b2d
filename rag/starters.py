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
_BEFORE_A_NAME = frozenset(
    """Also And But Meanwhile So Then Yet
    Admiral Ambassador Chief Director Doctor Foreign General Justice King Leader Minister Mr
    Mrs Ms Pope Premier President Prime Prince Princess Professor Queen Secretary Senator Sir
    State Vice Defence Finance Interior Treasury Supreme""".split()
)
_NO_PERSON = frozenset(
    """A Agency An Army Association Authority Bank City Committee Company Council Court
    Department East Force Forces Government Group House Institute Kingdom Ministry Nations North
    Office Organisation Organization Party Press Programme Republic Service South States Street
    The This Times Union United University West What When Where Who Why""".split()
)
_MENTION = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*")


def starter_questions(documents: Iterable[Document], limit: int = 4) -> list[str]:
    """At most ``limit`` different questions, of as many kinds and documents as there are.

    Documents that give a better kind of question come first.
    """
    rows = [_by_kind(document) for document in documents]
    rows.sort(key=lambda row: next((n for n, kind in enumerate(row) if kind), len(row)))
    lists = [list(islice(_in_turn(row), limit)) for row in rows]
    mixed = _in_turn(lists)
    return list(islice(dict.fromkeys(mixed), limit))


def _by_kind(document: Document) -> list[list[str]]:
    """The questions of each kind, the best kind first; the last kind only where nothing else is."""
    text = document.text[:READ_CHARACTERS]
    kinds = [list(dict.fromkeys(kind(text))) for kind in _KINDS]
    return [*kinds, [] if any(kinds) else list(_about(text))]


def _in_turn(lists: Iterable[Iterable[str]]) -> Iterator[str]:
    """The first of each list, then the second of each, and so on."""
    return (one for row in zip_longest(*lists) for one in row if one)


def _deeds(text: str) -> Iterator[str]:
    for found in _DEED.finditer(text):
        yield f"Who {found['verb']} {found['object']}?"


def _roles(text: str) -> Iterator[str]:
    for found in _ROLE.finditer(text):
        if name := _person(found["name"]):
            yield f"Who is {name}?"


def _sayings(text: str) -> Iterator[str]:
    for found in _SAYING.finditer(text):
        if name := _person(found["name"]):
            yield f"What did {name} say?"


def _person(name: str) -> str:
    """A name without the office before it; nothing for what is no person's name."""
    words = name.split()
    while words and words[0] in _BEFORE_A_NAME:
        words.pop(0)
    is_person = len(words) > 1 and not _NO_PERSON & set(words)
    return " ".join(words) if is_person else ""


def _about(text: str) -> Iterator[str]:
    for name, _ in Counter(_MENTION.findall(text)).most_common():
        yield f"What do the documents say about {name}?"


_KINDS: tuple[Callable[[str], Iterator[str]], ...] = (_deeds, _roles, _sayings)

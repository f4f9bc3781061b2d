"""Who holds which office: *the foreign minister, Anna Berg* for *the prime minister, Anna Berg*."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.checking.particulars import Fault
from rag.checking.reading import Case

_GROUPS = (
    "prime minister|premier|PM",
    "deputy prime minister",
    "foreign minister|foreign secretary|minister of foreign affairs|top diplomat",
    "defence minister|defense minister|minister of defence|minister of defense|defense secretary",
    "finance minister|minister of finance|chancellor of the exchequer",
    "interior minister|home secretary|minister of the interior|national security minister",
    "health minister|minister of health",
    "education minister|minister of education",
    "justice minister|minister of justice|attorney general",
    "secretary of state",
    "vice president|vice-president",
    "president",
    "king",
    "queen",
    "emir",
    "prince|crown prince",
    "pope",
    "chancellor",
    "governor",
    "mayor",
    "ambassador",
    "national security adviser|national security advisor",
    "secretary-general|secretary general",
    "spokesman|spokeswoman|spokesperson",
    "chief of staff",
    "opposition leader|leader of the opposition",
)
_KIND = {
    office.casefold(): number for number, group in enumerate(_GROUPS) for office in group.split("|")
}
_HELD = "|".join(sorted(map(re.escape, _KIND), key=len, reverse=True))
_NAME = r"(?P<name>[A-Z][\w.'-]*(?: (?:(?:al|bin|el|de|van)[ -])?[A-Z][\w.'-]*){0,5})"
_OF = r"(?: of (?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*){0,2})?"
_OFFICE = rf"(?P<office>(?i:{_HELD}))"
_WHOSE = r"(?:(?:[A-Z][\w-]*(?:'s)? |former |new |its |their |his ){0,3})"
_SHAPES = (  # the prime minister of Lebanon, Najib Mikati · PM Mikati
    re.compile(rf"(?<![\w-]){_OFFICE}{_OF},? (?:Sheikh |Dr\.? |Mr\.? |Sir )?{_NAME}"),
    re.compile(  # Najib Mikati, the prime minister · Mikati is Lebanon's prime minister
        rf"{_NAME}(?:,| is| was| has been| became| as) (?:then )?(?:(?:the|a|an) )?"
        rf"{_WHOSE}{_OFFICE}(?![\w-])"
    ),
)


@lru_cache(maxsize=4_000)
def read_offices(text: str) -> tuple[tuple[str, str, str], ...]:
    """Last names (folded) in a plain text, each with its office, and that as a ladder of kinds."""
    return tuple(
        (_last(found["name"]), found["office"], str(_KIND[found["office"].casefold()]))
        for shape in _SHAPES
        for found in shape.finditer(text)
    )


_HEAD = r"(?:head|chief|leader|director|chairman|chairwoman|boss|commander)"
_BODY = r"(?:the )?(?P<body>[A-Z][\w-]*(?: [A-Z][\w-]*){0,3})"
_HEADS = (  # David Barnea, the head of the Mossad · Barnea is the director of the Mossad
    re.compile(rf"{_NAME}(?:,| is| was| has been| became| as) (?:the )?{_HEAD} of {_BODY}"),
    re.compile(rf"(?<![\w-])(?i:the )?{_HEAD} of {_BODY}, {_NAME}"),
    re.compile(rf"(?<![\w-]){_BODY} {_HEAD} {_NAME}"),  # Mossad head David Barnea
)


@lru_cache(maxsize=4_000)
def read_heads(text: str) -> tuple[tuple[str, str], ...]:
    """Last names (folded) in a plain text, each with the body that the person leads."""
    found = (match for shape in _HEADS for match in shape.finditer(text))
    return tuple((_last(match["name"]), match["body"]) for match in found)


def head_faults(case: Case) -> Iterator[Fault]:
    """Somebody who leads another body in the source, while that body has another head there."""
    mine = read_heads(case.claim.text)
    theirs = read_heads(case.source.text) if mine else ()
    for name, body in mine:
        own = [other for who, other in theirs if who == name]
        taken = any(who != name and other == body for who, other in theirs)
        if own and body not in own and taken:
            yield Fault(f"The source has {name.capitalize()} at the head of {own[0]}, not {body}.")


def _last(name: str) -> str:
    return name.removesuffix("'s").rstrip(".").rsplit(" ", 1)[-1].rsplit("-", 1)[-1].casefold()


def office_faults(case: Case) -> Iterator[Fault]:
    """An office that the source, or what stands beside it, gives to another or otherwise."""
    mine = read_offices(case.claim.text)
    theirs = [*read_offices(case.source.text), *read_offices(case.beside.text)] if mine else []
    for name, office, kind in mine:
        own = [other for other in theirs if other[0] == name]
        if any(other[2] == kind for other in own):
            continue
        if own:
            yield Fault(f"The source calls {name.capitalize()} {own[0][1]}, not {office}.")
        elif (
            holder := next((o for o in read_offices(case.source.text) if o[2] == kind), None)
        ) and holder[0] != name:
            yield Fault(f"The source has {holder[0].capitalize()} as {office}.")

"""The shape of a line of a question set, checked before anything is read out of it.

A set that is nearly right is worse than one that is wrong: ``"facts": ["Zebra"]`` would be five
facts of one letter, and ``"answerable": "no"`` would be true.
"""

from typing import Any, Literal, Required

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

Outcome = Literal["answered", "partly", "not_found"]


class _Stretch(TypedDict, total=False):
    document: Required[str]
    start: int
    end: int
    text: str


_Evidence = TypedDict(
    "_Evidence",
    {"document": Required[str], "start": int, "end": int, "text": str, "or": list[_Stretch]},
    total=False,
)


class _Turn(TypedDict):
    role: str
    content: str


class _Row(TypedDict, total=False):
    id: Required[str | int]
    question: Required[str]
    answerable: Required[bool]
    evidence: list[_Evidence] | None
    alternatives: list[list[_Evidence]] | None
    answers: list[str] | None
    facts: list[list[str]] | None
    outcome: Outcome | Literal[""] | None
    missing: str
    history: list[_Turn] | None
    date: str | None
    documents: list[str] | None
    document: str | None
    tags: list[str] | None
    split: str


_SHAPE = TypeAdapter(_Row)


def complaint_of(row: object) -> str:
    """What is wrong with a line, said of it ("has no 'id'"); "" when it is a question."""
    try:
        _SHAPE.validate_python(row, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # half a character is odd, but it has a place in a text
        for fault in (one for one in faults if one["type"] != "string_unicode"):
            place = ".".join(map(str, fault["loc"]))
            words = f"{fault['msg'][0].lower()}{fault['msg'][1:]}"
            return f"has no {place!r}" if fault["type"] == "missing" else _odd(f"{place}: {words}")
    return _contradiction(row)  # type: ignore[arg-type]


def _contradiction(row: dict[str, Any]) -> str:
    if not str(row["id"]).strip():
        return _odd("its id is empty")
    if not row["question"].strip():
        return _odd("its question is empty")
    for name in ("answers", "tags", "facts"):
        if any(map(_says_nothing, row.get(name) or ())):
            return _odd(f"{name}: one of them is empty")
    is_refused = row.get("outcome") == "not_found"
    if row.get("outcome") and is_refused == row["answerable"]:
        return _odd(f"its outcome is {row['outcome']!r}, and answerable says the contrary")
    return ""


def _says_nothing(part: str | list[str]) -> bool:
    """Whether it is an empty text, which stands in every answer, or a fact without a wording."""
    if isinstance(part, str):
        return not part.strip()
    return not part or any(map(_says_nothing, part))


def _odd(words: str) -> str:
    return f"is not in the golden form ({words})"

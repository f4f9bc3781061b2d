"""A request becomes a question: its words, what was said before, and which documents are asked."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from rag.answering import FOR_ANSWERS
from rag.api.failures import Refused, bad_request
from rag.api.requests import (
    LONGEST_QUESTION,
    AskRequest,
    ChatRequest,
    ChatWishes,
    Narrowing,
    Turn,
)
from rag.api.sources import RULE
from rag.scope import Scope, Search
from rag.types import Message

BY_MODEL, IN_QUOTES = "footnote", "footnote-quotes"
MODELS = {
    BY_MODEL: "answers by the configured language model, without one in quotes",
    IN_QUOTES: "answers in the documents' own words",
}
_TEXT_PARTS = ("text", "input_text", "output_text")
_HARD_TOOL_CHOICE = re.compile(r"required|any")


@dataclass(frozen=True, slots=True)
class Model:
    """A model's name, and the collection behind it, which may be left out: ``footnote:legal``."""

    name: str
    collection: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the engine takes it; ``counts``: tokens are to be counted."""

    question: str
    history: tuple[Message, ...] = ()
    search: Search = FOR_ANSWERS
    in_quotes: bool = False
    collection: str = ""
    counts: bool = False


def asked_in_chat(request: ChatRequest) -> Asked:
    """The last message of the user with those before it; raises Refused."""
    model = model_of(request.model)
    wishes = request.footnote or ChatWishes()
    _check_wishes(request)
    at = max((n for n, one in enumerate(request.messages) if one.role == "user"), default=None)
    if at is None:
        raise bad_request("No message is the user's, so nothing is asked; add one.")
    return Asked(
        question=_question(_text_of(request.messages[at])),
        history=_history(request.messages[:at]),
        search=search_of(wishes),
        in_quotes=model.name == IN_QUOTES,
        collection=_one_of(model.collection, wishes.collection),
        counts=not request.stream or is_counted(request),
    )


def is_counted(request: ChatRequest) -> bool:
    """Whether a stream is to end with its tokens."""
    return bool(request.stream_options and request.stream_options.include_usage)


def asked_plainly(request: AskRequest) -> Asked:
    """The question of ``POST /ask``; raises Refused."""
    return Asked(
        question=_question(request.question),
        history=_history(request.history),
        search=search_of(request),
        in_quotes=request.mode == "quotes",
        collection=request.collection,
    )


def search_of(narrowing: Narrowing, search: Search = FOR_ANSWERS) -> Search:
    """The same search in the documents that are asked, on the day that is given or today."""
    scope = Scope(
        documents=tuple(narrowing.documents),
        folders=tuple(narrowing.folders),
        tags=tuple(narrowing.tags),
        since=narrowing.since,
        until=narrowing.until,
    )
    day = narrowing.as_of or dt.datetime.now().astimezone().date()
    return replace(search, scope=scope, asked=day)


def model_of(name: str) -> Model:
    """What the name of a model says; raises Refused for one that this API does not offer."""
    model, _, collection = name.partition(":")
    if model not in MODELS:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            f"There is no model {name[:80]!r} here; ask {' or '.join(MODELS)}.",
            "model_not_found",
        )
    return Model(model, collection)


def model_names(collections: Sequence[str], usual: str) -> list[str]:
    """The models by which collections are asked: two each, the usual one without its name."""
    names = [f":{one}" * (one != usual) for one in collections]
    return [f"{model}{name}" for name in names for model in MODELS]


def check_length(question: str) -> str:
    """Return a question; raises Refused for one that is too long."""
    return _question(question)


def _one_of(by_model: str, by_field: str) -> str:
    """The collection that a chat request names in one place or the other."""
    if by_model and by_field and by_model != by_field:
        raise bad_request("The model and the field collection name two collections; leave one out.")
    return by_model or by_field


def _check_wishes(request: ChatRequest) -> None:
    """Raise Refused for what would make the client misread an ordinary answer."""
    if request.n not in (None, 1):
        raise bad_request("There is one answer to a question here; leave n out, or make it 1.")
    if (request.response_format or {}).get("type", "text") != "text":
        raise bad_request("Answers come as text; leave response_format out and read `footnote`.")
    choice = request.tool_choice
    if isinstance(choice, dict) or (
        isinstance(choice, str) and _HARD_TOOL_CHOICE.fullmatch(choice)
    ):
        raise bad_request("No tools are called here; leave tool_choice out, or make it none.")


def _question(text: str) -> str:
    if len(text) > LONGEST_QUESTION:
        raise bad_request(
            f"The question has {len(text):,} characters; ask in {LONGEST_QUESTION:,} at most.",
            "question_too_long",
        )
    return text


def _text_of(turn: Turn) -> str:
    """The text of the user's message; raises Refused for pictures and the like."""
    texts = [_text_of_part(part) for part in _parts(turn)]
    if None in texts:
        raise bad_request("Only text can be asked here; leave pictures, sound and files out.")
    return "\n".join(text for text in texts if text is not None)


def _history(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """What the user and we said before; instructions to other models and their tools are not."""
    said = [turn for turn in turns if turn.role in ("user", "assistant")]
    return tuple(Message(turn.role, _said(turn)) for turn in said if _said(turn))


def _said(turn: Turn) -> str:
    texts = [text for part in _parts(turn) if (text := _text_of_part(part))]
    return "\n".join(texts).partition(RULE)[0] if turn.role == "assistant" else "\n".join(texts)


def _parts(turn: Turn) -> list[Any]:
    return turn.content if isinstance(turn.content, list) else [turn.content or ""]


def _text_of_part(part: object) -> str | None:
    """The text of a part, None for one that is none."""
    if isinstance(part, dict) and part.get("type", "text") in _TEXT_PARTS:
        part = part.get("text")
    return part if isinstance(part, str) else None

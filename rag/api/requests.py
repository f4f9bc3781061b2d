"""What comes in, as FastAPI reads it; fields that are not named here are ignored."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

LONGEST_QUESTION = 2_000  # characters, as in the application
MOST_MESSAGES = 1_000
MOST_NAMES = 100

Name = Annotated[str, Field(max_length=500)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]


class Narrowing(BaseModel):
    """Which documents are asked, and on what day: what the flags of ``rag ask`` say."""

    collection: Name = ""
    documents: Names = []
    folders: Names = []
    tags: Names = []
    since: dt.date | None = None
    until: dt.date | None = None
    as_of: dt.date | None = None


class Turn(BaseModel):
    """One message; ``content`` may be a list of parts."""

    role: str
    content: str | list[Any] | None = None


class StreamOptions(BaseModel):
    """What a stream is asked for."""

    include_usage: bool | None = None


class ChatWishes(Narrowing):
    """Our own field of a chat request: narrowing, and whether the text ends with its sources."""

    sources: bool | None = None


class ChatRequest(BaseModel):
    """``POST /v1/chat/completions``."""

    model: str
    messages: Annotated[list[Turn], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: dict[str, Any] | None = None
    tool_choice: Any = None
    footnote: ChatWishes | None = None


class AskRequest(Narrowing):
    """``POST /ask``; ``mode`` as in the answer: by the language model, or in quotes."""

    question: str
    history: Annotated[list[Turn], Field(max_length=MOST_MESSAGES)] = []
    mode: Literal["model", "quotes"] = "model"


class RetrieveRequest(Narrowing):
    """``POST /retrieve``."""

    question: str
    characters: Annotated[int, Field(ge=1, le=100_000)] = 3_000

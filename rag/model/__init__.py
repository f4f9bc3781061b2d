"""The one seam to a language model: messages in, pieces of text out.

Production opens a server's model here; a test writes a function with the same type. The vendor
is imported when a server is first called, so that opening costs nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

from rag.config import DEFAULT_MODEL, Config
from rag.errors import ModelCut, ModelUnknown, ModelUnreachable
from rag.model.clock import GLANCE, patience
from rag.model.wishes import NO_WISHES, Wishes
from rag.types import Message

Stream = Callable[[Sequence[Message]], Iterator[str]]
"""Answers a conversation in pieces; raises ModelError. Closing the iterator stops the model.

An empty piece says that the model is waited for.
"""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model that is ready to be asked."""

    name: str
    stream: Stream


def open_model(config: Config) -> Model | None:
    """The configured model, or None when there is none.

    Without RAG_MODEL it is the default model for a bare key; a server at OPENAI_BASE_URL is
    asked what it has (the only call made here, which may raise ModelError).
    """
    if not config.has_model:
        return None
    name = config.model or (_first_offered(config) if config.base_url else DEFAULT_MODEL)
    return model_named(config, name)


def model_named(config: Config, name: str, wishes: Wishes = NO_WISHES) -> Model:
    """The model of that name on the configured server, which is not asked yet."""

    def stream(messages: Sequence[Message]) -> Iterator[str]:
        from rag.model.openai_server import stream_chat

        return stream_chat(config, name, messages, patience(config.deadline), wishes)

    return Model(name, stream)


def reply(
    model: Model, messages: Sequence[Message], seconds: float = inf, characters: float = inf
) -> str:
    """The model's whole reply at once.

    Raises ModelError, also when it was cut, when it is not done in so many seconds and when it
    goes on for more than so many characters.
    """
    begun, said = monotonic(), ""
    for piece in model.stream(messages):
        said += piece
        if len(said) > characters:
            raise ModelCut(f"It went on for more than {characters:,} characters and was stopped.")
        if monotonic() - begun > seconds:
            raise ModelUnreachable(f"The model {model.name!r} was not done in {seconds:g} seconds.")
    return said


def _first_offered(config: Config) -> str:
    from rag.model.openai_server import list_models
    from rag.model.refusals import Call

    name = choose_model(list_models(config, GLANCE))
    if not name:
        server = Call(config.base_url, "").server  # without the password that may stand in it
        raise ModelUnknown(f"{server} lists no models; set RAG_MODEL to the one to ask.")
    return name


def choose_model(names: Sequence[str]) -> str:
    """The model to ask among those a server lists: "" if it lists none.

    The default if it is there, else the first that does not say that it makes embeddings.
    """
    if DEFAULT_MODEL in names:
        return DEFAULT_MODEL
    chatting = [name for name in names if "embed" not in name.casefold()]
    return next(iter([*chatting, *names]), "")

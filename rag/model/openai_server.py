"""What is asked of OpenAI-compatible servers: replies, vectors, lists of models.

Import it where a server is about to be called: the vendor takes a second to load. A stream
that broke off is told from one that ended, which the vendor does not.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import openai

from rag.config import Config
from rag.errors import EmbeddingError, ModelError
from rag.model import refusals
from rag.model.characters import whole_characters
from rag.model.clock import GLANCE, PATIENCE, LateError, LengthError, Patience, under_clock
from rag.model.connection import FAILURES, at_once, attempted, call_of, connected
from rag.model.failures import UnfinishedError, explained
from rag.model.refusals import Call
from rag.model.thoughts import without_thoughts
from rag.model.wishes import NO_WISHES, Told, Wishes, options_of, refused_option
from rag.types import Message

BATCH = 100
"""Texts in one embedding request; public servers refuse more than 2,048."""


def stream_chat(
    config: Config,
    model: str,
    messages: Sequence[Message],
    patience: Patience = PATIENCE,
    wishes: Wishes = NO_WISHES,
) -> Iterator[str]:
    """Ask a model and yield its reply in pieces as they come, without its leading thoughts.

    An empty piece is a sign of life: the server has been silent for a moment, and is waited for.
    Leaving the iterator early closes the connection. Raises a ModelError that says what to do;
    after the first piece it is ModelCut, so that what was shown is known to be incomplete.
    """
    call, said = call_of(config, model, "RAG_MODEL"), False
    try:
        with connected(call, patience) as client:
            attempts = attempted(lambda: _pieces(client, model, messages, wishes), patience.pauses)
            reply = whole_characters(without_thoughts(attempts))
            for piece in under_clock(reply, patience.limits):
                said = said or bool(piece)
                yield piece
    except (*FAILURES, UnfinishedError, LateError, LengthError) as failure:
        raise explained(failure, call, lambda: _known(config), said=said) from None
    if not said:
        raise refusals.nonsense(call, "it ended without a word")


def list_models(config: Config, patience: Patience = PATIENCE) -> list[str]:
    """The names of the models that the server offers, in its order; none if it sends no list."""
    call = call_of(config, "", "RAG_MODEL")
    try:
        with connected(call, patience) as client:
            # as plain JSON: the vendor's own pages break on a server that answers with a web page
            page = at_once(lambda: client.get("/models", cast_to=object), patience)
    except (*FAILURES, LateError) as failure:
        raise explained(failure, call) from None
    rows = page.get("data") if isinstance(page, dict) else None
    names = (
        [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
    return [name for name in names if isinstance(name, str)]


def embed_texts(
    config: Config, model: str, texts: Sequence[str], patience: Patience = PATIENCE
) -> list[list[float]]:
    """One vector per text, in order, all of one dimension, as the server gives them.

    Raises a ModelError when the server cannot be used, EmbeddingError when what it sent is not
    that many vectors of finite numbers.
    """
    call = call_of(config, model, "RAG_EMBEDDING")
    batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    try:
        with connected(call, patience) as client:
            rows = [row for batch in batches for row in _rows(client, model, batch, patience)]
    except (*FAILURES, LateError) as failure:
        raise explained(failure, call, lambda: _known(config)) from None
    return _vectors(rows, call)


def _pieces(
    client: openai.OpenAI, model: str, messages: Sequence[Message], wishes: Wishes
) -> Iterator[str]:
    """The text of one streamed reply; returns at its finish, raises when there is none.

    The tokens are told where the server sends them.
    """
    finish = None
    with _opened(client, model, messages, options_of(wishes)) as chunks:
        for chunk in chunks:
            choice = next(iter(_listed(chunk, "choices")), None)
            piece = getattr(getattr(choice, "delta", None), "content", None)
            if isinstance(piece, str) and piece:
                yield piece
            finish = getattr(choice, "finish_reason", None)
            if finish:
                if wishes.told:
                    _count(chain([chunk], chunks), wishes.told)
                break
    if not finish or finish in (refusals.LENGTH, refusals.FILTER):
        raise UnfinishedError(finish or "it broke off before it was done")


def _opened(
    client: openai.OpenAI, model: str, messages: Sequence[Message], options: dict[str, Any]
) -> openai.Stream[Any]:
    """The open stream; an option that the server refuses is left out: some know no temperature."""
    turns: list[Any] = [{"role": turn.role, "content": turn.content} for turn in messages]
    while True:
        try:
            stream: openai.Stream[Any] = client.chat.completions.create(
                model=model, messages=turns, stream=True, **options
            )
        except (openai.BadRequestError, openai.UnprocessableEntityError) as failure:
            refused = refused_option(str(failure.body), options)
            if not refused:
                raise
            del options[refused]
        else:
            return stream


def _count(chunks: Iterable[object], told: Told) -> None:
    """Tell the tokens, which come with the finish or behind it; the reply is whole without them."""
    try:
        for chunk in chunks:
            usage = getattr(chunk, "usage", None)
            prompt = getattr(usage, "prompt_tokens", None)
            completion = getattr(usage, "completion_tokens", None)
            if isinstance(prompt, int) and isinstance(completion, int):
                told(prompt, completion)
                return
    except FAILURES:
        return


def _listed(answer: object, name: str) -> list[Any]:
    """The list in a field of an answer, or none: the vendor lets any shape through."""
    found = getattr(answer, name, None)
    return found if isinstance(found, list) else []


def _rows(client: openai.OpenAI, model: str, texts: list[str], patience: Patience) -> list[object]:
    """What one request gave for each text, by the index it was given; None for one forgotten."""

    def ask() -> object:
        # "float" by name: the vendor's own default is base64, which local servers do not speak
        return client.embeddings.create(model=model, input=texts, encoding_format="float")

    answer = at_once(ask, patience)
    found = {str(getattr(row, "index", "")): row for row in _listed(answer, "data")}
    return [getattr(found.get(str(at)), "embedding", None) for at in range(len(texts))]


def _vectors(rows: Sequence[object], call: Call) -> list[list[float]]:
    vectors = [row for row in rows if isinstance(row, list) and row and all(map(_is_finite, row))]
    if len(vectors) == len(rows) and len({len(vector) for vector in vectors}) <= 1:
        return vectors
    raise EmbeddingError(
        f"{call.server} did not send one vector for each text with the model {call.model!r}; "
        "set RAG_EMBEDDING to an embedding model that it has, or to minilm (built in)."
    )


def _is_finite(number: object) -> bool:
    return isinstance(number, (int, float)) and math.isfinite(number)


def _known(config: Config) -> list[str]:
    """The server's models, for a message: none when it does not say quickly."""
    try:
        return list_models(config, GLANCE)
    except ModelError:
        return []

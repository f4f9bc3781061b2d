"""OpenAI-compatible servers: chat, embeddings, lists of models; the one module that knows openai.

Import it where a server is about to be called: the vendor takes a second to load. The vendor
sends and parses; deadlines, second attempts and words are ours, because its own wait for ten
minutes, follow a ``Retry-After`` of two, and take a stream that broke off for one that ended.
"""

import math
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

import httpx  # what openai is made of: failures inside a stream arrive as httpx raised them
import openai

from rag.config import Config
from rag.errors import EmbeddingError, ModelError
from rag.model import refusals
from rag.model.bounded import bound
from rag.model.characters import whole_characters
from rag.model.clock import GLANCE, PATIENCE, LateError, LengthError, Patience, in_time, under_clock
from rag.model.refusals import Call, Refusal
from rag.model.thoughts import without_thoughts
from rag.model.wishes import NO_WISHES, Told, Wishes, options_of, refused_option
from rag.types import Message

PUBLIC_SERVER = "https://api.openai.com/v1"
NO_KEY = "no-key"
"""Sent to servers that want none; the vendor refuses to send nothing."""

BATCH = 100
"""Texts in one embedding request; public servers refuse more than 2,048."""

Item = TypeVar("Item")


class _UnfinishedError(Exception):
    """The stream ended without saying that it was finished, or said that it was not."""


FAILURES = (openai.OpenAIError, httpx.HTTPError, httpx.StreamError, ValueError, RecursionError)
"""What a broken server makes the vendor raise; ValueError: JSON or UTF-8 that is none."""


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
    call, said = _call(config, model, "RAG_MODEL"), False
    try:
        with _client(call, patience) as client:
            attempts = _attempted(lambda: _pieces(client, model, messages, wishes), patience.pauses)
            reply = whole_characters(without_thoughts(attempts))
            for piece in under_clock(reply, patience.limits):
                said = said or bool(piece)
                yield piece
    except (*FAILURES, _UnfinishedError, LateError, LengthError) as failure:
        raise _explained(failure, call, lambda: _known(config), said=said) from None
    if not said:
        raise refusals.nonsense(call, "it ended without a word")


def list_models(config: Config, patience: Patience = PATIENCE) -> list[str]:
    """The names of the models that the server offers, in its order; none if it sends no list."""
    call = _call(config, "", "RAG_MODEL")
    try:
        with _client(call, patience) as client:
            # as plain JSON: the vendor's own pages break on a server that answers with a web page
            page = _at_once(lambda: client.get("/models", cast_to=object), patience)
    except (*FAILURES, LateError) as failure:
        raise _explained(failure, call) from None
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
    call = _call(config, model, "RAG_EMBEDDING")
    batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    try:
        with _client(call, patience) as client:
            rows = [row for batch in batches for row in _rows(client, model, batch, patience)]
    except (*FAILURES, LateError) as failure:
        raise _explained(failure, call, lambda: _known(config)) from None
    return _vectors(rows, call)


def _call(config: Config, model: str, setting: str) -> Call:
    call = Call(config.base_url or PUBLIC_SERVER, model, setting, config.api_key)
    if not all("!" <= character <= "~" for character in config.api_key):
        raise refusals.unwritable_key()
    return call


def _client(call: Call, patience: Patience) -> openai.OpenAI:
    timeout = httpx.Timeout(patience.silence, connect=patience.connect)
    try:
        return openai.OpenAI(
            api_key=call.secret or NO_KEY,
            base_url=call.url,
            max_retries=0,
            timeout=timeout,
            http_client=_transport(call.url, timeout),
        )
    except (httpx.InvalidURL, ImportError, ValueError) as failure:  # ImportError: a SOCKS proxy
        raise refusals.unreachable(call, f"the address or a proxy setting: {failure}") from None


def _transport(url: str, timeout: httpx.Timeout) -> httpx.Client:
    """A connection that goes round the proxy when the server is on this machine."""
    here = httpx.URL(url).host in ("localhost", "127.0.0.1", "::1")
    return httpx.Client(
        timeout=timeout,
        follow_redirects=True,
        trust_env=not here,
        verify=_trusted(is_here=here),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [bound]},
    )


@cache
def _trusted(*, is_here: bool) -> ssl.SSLContext:
    """The certificates that are trusted, read once: it takes longer than a search."""
    return httpx.create_ssl_context(trust_env=not is_here)


def _attempted(attempt: Callable[[], Iterator[Item]], pauses: Sequence[float]) -> Iterator[Item]:
    """The items of an attempt; one that fails before its first is made again after a pause."""
    for pause in pauses:
        begun = False
        try:
            for item in attempt():
                begun = True
                yield item
        except FAILURES as failure:
            if begun or not _may_pass(failure):
                raise
            time.sleep(pause)
        else:
            return
    yield from attempt()


def _at_once(ask: Callable[[], Item], patience: Patience) -> Item:
    """What a request gives that is answered in one piece, within the deadline of each attempt."""
    seconds = patience.limits.deadline
    (answer,) = _attempted(lambda: iter([in_time(ask, seconds)]), patience.pauses)
    return answer


def _may_pass(failure: Exception) -> bool:
    """Whether asking again at once has a chance."""
    if isinstance(failure, openai.APIStatusError):
        return refusals.may_pass(_refusal(failure))
    silent = isinstance(failure, (openai.APITimeoutError, httpx.TimeoutException))
    return not silent and isinstance(failure, (openai.APIConnectionError, httpx.TransportError))


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
        raise _UnfinishedError(finish or "it broke off before it was done")


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

    answer = _at_once(ask, patience)
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


def _explained(
    failure: Exception,
    call: Call,
    models: Callable[[], Sequence[str]] = tuple,
    *,
    said: bool = False,
) -> ModelError:
    """The same failure in our words; ``models`` lists what the server has, if it comes to that."""
    match failure:
        case (
            LateError()
            | LengthError()
            | _UnfinishedError(args=(refusals.LENGTH | refusals.FILTER,))
        ):
            return _stopped(failure, call, said=said)
        case _ if said:
            return refusals.cut(call, refusals.reason_of(failure))
        case openai.APIConnectionError() | httpx.TransportError():
            return refusals.unreachable(call, refusals.reason_of(failure))
        case openai.APIError():
            return refusals.refused(call, _refusal(failure), models)
        case _:
            # ours say what they are about; behind them lies what they interrupted
            is_ours = isinstance(failure, httpx.DecodingError)
            return refusals.nonsense(call, str(failure) if is_ours else refusals.reason_of(failure))


def _stopped(failure: Exception, call: Call, *, said: bool) -> ModelError:
    """A reply that one of the limits ended: ours, or those of the server."""
    match failure:
        case LateError():
            return refusals.late(call, said=said)
        case LengthError():
            return refusals.endless(call)
        case _UnfinishedError(args=(refusals.FILTER,)):
            return refusals.withheld(call, said=said)
        case _:
            return refusals.too_short(call)


def _known(config: Config) -> list[str]:
    """The server's models, for a message: none when it does not say quickly."""
    try:
        return list_models(config, GLANCE)
    except ModelError:
        return []


def _refusal(failure: openai.APIError) -> Refusal:
    body = failure.body
    detail = body.get("message") if isinstance(body, dict) else body
    status = getattr(failure, "status_code", 0)
    code = f"{failure.code or ''} {failure.type or ''}".strip()
    return Refusal(status, code, detail if isinstance(detail, str) else "")

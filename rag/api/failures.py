"""What goes wrong over HTTP: a status, a sentence and a code, in the shape that OpenAI gave it."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from rag.api.shapes import Json
from rag.errors import FootnoteError, ModelError, QuestionError
from rag.mishaps import words_for

WAIT = "2"
"""Seconds after which one who found no place may try again."""

_LOG = logging.getLogger("rag.api")
_BAD, _OURS = "invalid_request_error", "server_error"
_WORDS = {
    400: "The request is not understood; send a JSON object in UTF-8.",
    404: "There is nothing at this address; docs/api.md lists the addresses.",
    405: "This address does not take that method; docs/api.md says which one it takes.",
    413: "The request is too large; send 1 MB at most.",
}
_KINDS: dict[type[FootnoteError], tuple[int, str]] = {
    QuestionError: (400, "invalid_question"),
    ModelError: (502, "model_failed"),
    FootnoteError: (503, "unavailable"),
}


class Refused(FootnoteError):
    """A request that gets no answer, and what is said instead of one."""

    def __init__(self, status: int, message: str, code: str, *, retry: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry = retry


def bad_request(message: str, code: str = "invalid_request") -> Refused:
    """A request that the one who sent it has to change."""
    return Refused(HTTPStatus.BAD_REQUEST, message, code)


def model_cut() -> Refused:
    """A reply that stopped in the middle, after what there was of it."""
    return Refused(
        HTTPStatus.BAD_GATEWAY,
        "The language model's reply stopped in the middle, so this is not all of it; ask again.",
        "model_cut",
    )


def refused(error: BaseException) -> Refused:
    """Whatever went wrong, as it is told: what nobody foresaw has an id and nothing else."""
    match error:
        case Refused():
            return error
        case RequestValidationError():
            return bad_request(_mistake(error))
        case HTTPException():
            words = _WORDS.get(error.status_code, "The request cannot be taken.")
            return Refused(error.status_code, words, _code(error.status_code))
        case FootnoteError():
            status, code = next(told for kind, told in _KINDS.items() if isinstance(error, kind))
            return Refused(status, str(error), code)
        case _:
            return _unforeseen(error)


def error_body(error: Refused) -> dict[str, object]:
    """The JSON of an error, as OpenAI's clients read it."""
    kind = _OURS if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _BAD
    told = {"message": str(error), "type": kind, "param": None, "code": error.code}
    return {"error": told}


def error_response(error: BaseException) -> Json:
    """The response in place of an answer."""
    told = refused(error)
    headers = {"Retry-After": told.retry} if told.retry else {}
    if told.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Json(error_body(told), told.status, headers)


def _unforeseen(error: BaseException) -> Refused:
    said = words_for(error)  # before the log, which then holds the same id
    _LOG.error("a request could not be answered", exc_info=error)
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, said, "internal_error")


def _mistake(error: RequestValidationError) -> str:
    """The first thing that is wrong with a request, and where."""
    first: dict[str, Any] = error.errors()[0]
    if first["type"] == "json_invalid":
        return "The request is no JSON; send a JSON object in UTF-8."
    where = _place(first["loc"][1:])
    if not where:
        return "The request is no JSON object; send one, with Content-Type: application/json."
    return f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}."


def _place(names: tuple[str | int, ...]) -> str:
    """``messages[0].content``, without the names of the types that were tried."""
    fields = [name for name in names if isinstance(name, int) or name.isidentifier()]
    shown = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in fields)
    return shown.removeprefix(".")[:80]


def _code(status: int) -> str:
    return HTTPStatus(status).name.lower()

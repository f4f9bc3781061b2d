"""What nobody foresaw: an id for whoever meets it, the whole of it for the log, no key in either.

An error gets its id the first time it is asked for, as a note of its own, so that the same id
stands in every traceback of it and on the page.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Collection
from secrets import token_hex
from typing import Any
from urllib.parse import unquote, urlsplit

from rag.config import Config

HIDDEN = "(hidden)"
SHORTEST = 4  # characters of a secret; to hide less would hide ordinary words

_NOTE = re.compile(r"error id ([0-9a-f]{8})")
_SHAPES = re.compile(
    r"(?<=://)[^\s/@]+(?=@)"  # user and password in an address
    r"|\bsk-[A-Za-z0-9_-]{8,}"
    r"|(?<=Bearer )[^\s'\"]+|(?<=Basic )[A-Za-z0-9+/=]{8,}"
)


def error_id(error: BaseException) -> str:
    """Eight signs by which an error is found in the log; the same each time."""
    for note in getattr(error, "__notes__", ()):
        if found := _NOTE.fullmatch(note):
            return found[1]
    name = token_hex(4)
    error.add_note(f"error id {name}")
    return name


def words_for(error: BaseException) -> str:
    """The one sentence that is said of an error which nobody foresaw."""
    return f"Something went wrong (error id {error_id(error)}); the log holds the rest."


def secrets_of(config: Config) -> frozenset[str]:
    """What of the settings nobody is to see: the key, and the password in the server's address."""
    address = urlsplit(config.base_url)
    found = {config.api_key, address.password or "", unquote(address.password or "")}
    return frozenset(one for one in found if len(one) >= SHORTEST)


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """The text without the secrets, and without what looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def told(error: BaseException, secrets: Collection[str] = ()) -> str:
    """The traceback of an error with its id, as the log has it."""
    error_id(error)
    return redacted("".join(traceback.format_exception(error)), secrets)


def guard_logs(secrets: Collection[str]) -> None:
    """Hide the secrets from now on in all that is logged, or that ends a thread or a program."""
    logging.setLogRecordFactory(lambda *given, **named: _record(secrets, *given, **named))
    sys.excepthook = lambda _kind, error, _at: _say(error, secrets)
    threading.excepthook = lambda end: _say(end.exc_value, secrets)
    sys.unraisablehook = lambda lost: _say(lost.exc_value, secrets)


def _record(secrets: Collection[str], *given: Any, **named: Any) -> logging.LogRecord:
    """A line of the log; what a formatter would make of its error is made here."""
    line = logging.LogRecord(*given, **named)
    line.msg, line.args = redacted(line.getMessage(), secrets), ()
    error = line.exc_info[1] if line.exc_info else None
    line.exc_text = told(error, secrets).rstrip() if error else None
    return line


def _say(error: BaseException | None, secrets: Collection[str]) -> None:
    if error is not None and not isinstance(error, SystemExit):
        sys.stderr.write(told(error, secrets))

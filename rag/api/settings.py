"""The API's own settings, read once from the same environment as the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from rag.api.tokens import Token, distinct, tokens_of_file, tokens_of_text
from rag.errors import ConfigError

HERE = "127.0.0.1"
PORT = 8502
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
MOST = 1_000  # questions at once, or waiting


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Who may ask, how much at once, and how answers are written.

    ``hosts`` are the names by which it may be called; empty means: by any. ``at_once`` questions
    are answered at a time, ``waiting`` more may wait for a place. ``app_url`` is where the
    application is reached; citations lead there, without one to this API. With ``sources`` a
    chat message ends with the list of its sources.
    """

    address: str = HERE
    port: int = PORT
    tokens: tuple[Token, ...] = ()
    hosts: frozenset[str] = LOCAL_NAMES
    at_once: int = 20
    waiting: int = 40
    app_url: str = ""
    sources: bool = True


def read_settings(
    environment: Mapping[str, str], address: str, port: int, *, unguarded: bool = False
) -> ApiSettings:
    """Make the settings out of environment variables; raises ConfigError.

    Without tokens only this machine is served, unless ``unguarded`` says that somebody else sees
    to who may ask.
    """
    value = {name: text.strip() for name, text in environment.items() if text.strip()}
    tokens = _tokens(value)
    if not tokens and not unguarded and not is_local(address):
        raise ConfigError(
            f"The API has no tokens, so it listens on {HERE} only, not on {address}; set "
            "RAG_API_TOKENS, or say --without-tokens if something in front of it asks for them."
        )
    default = ApiSettings()
    return ApiSettings(
        address=address,
        port=port,
        tokens=tokens,
        hosts=_hosts(value, address, is_guarded=bool(tokens)),
        at_once=_count(value, "RAG_API_AT_ONCE", default.at_once),
        waiting=_count(value, "RAG_API_WAITING", default.waiting),
        app_url=_url(value.get("RAG_APP_URL", "")),
        sources=_is_on(value, "RAG_API_SOURCES"),
    )


def is_local(address: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _tokens(value: Mapping[str, str]) -> tuple[Token, ...]:
    file = value.get("RAG_API_TOKEN_FILE")
    listed = tokens_of_file(Path(file).expanduser()) if file else ()
    tokens = distinct((*tokens_of_text(value.get("RAG_API_TOKENS", "")), *listed))
    if file and not tokens:
        raise ConfigError(f"{file} holds no token; write one into it with: rag token NAME")
    return tokens


def _hosts(value: Mapping[str, str], address: str, *, is_guarded: bool) -> frozenset[str]:
    """The names it may be called by.

    A page of some other site can have its own name lead here, and would then be answered like
    one of ours; but it has no token.
    """
    named = frozenset(value.get("RAG_API_HOSTS", "").lower().replace(",", " ").split())
    if is_guarded and not named:
        return frozenset()
    return LOCAL_NAMES | {address} | named


def _count(value: Mapping[str, str], name: str, default: int) -> int:
    words = value.get(name, str(default))
    if words.isascii() and words.isdigit() and 1 <= int(words[:9]) <= MOST:
        return int(words)
    raise ConfigError(f"{name} is {words!r}; write a number from 1 to {MOST:,}.")


def _is_on(value: Mapping[str, str], name: str) -> bool:
    word = value.get(name, "on")
    if word not in ("off", "on"):
        raise ConfigError(f"{name} is {word!r}, which says neither yes nor no; write off or on.")
    return word == "on"


def _url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket that is not closed
        is_address = False
    if url and not is_address:
        raise ConfigError(
            f"RAG_APP_URL is {url!r}, which is no web address; it looks like http://127.0.0.1:8501."
        )
    return url.rstrip("/")

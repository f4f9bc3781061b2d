"""The settings: one frozen object, read once from flags, environment and ``.env``, passed on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import urlsplit

from platformdirs import user_cache_path

from rag.errors import ConfigError

BUILT_IN_EMBEDDING = "minilm"
MOST_SECONDS = 3600
DEFAULT_MODEL = "gpt-4.1-mini"
HERE = "127.0.0.1"
LEDGER_SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class Config:
    """Where things are and which models to use; the README's table says the same in words.

    A language model is configured when a key or a base URL is set. ``model`` may still be
    empty then: the default model for a bare key, the server's first model for a base URL.
    ``deadline`` are the seconds that one reply of the model may take. Ledger and vector index are
    kept in ``data`` unless ``ledger_url`` and ``chroma_url`` name servers.

    ``address`` is where the chat listens, ``hosts`` the names it may be called by there; whoever
    signs in has to be among the ``readers``, where there are any. ``without_login`` means that
    everybody who reaches the address may read.

    ``collection`` is a document set beside the usual one, which has no name here; rag.collections
    makes the settings of one out of those of the installation. ``access_file`` says which
    readers see which; with ``keep_askers`` it is written down who asked what.
    """

    data: Path = Path(".rag")
    documents: Path = Path("seeds")
    collection: str = ""
    access_file: Path | None = None
    keep_askers: bool = False
    model: str = ""
    api_key: str = field(default="", repr=False)
    base_url: str = ""
    embedding: str = BUILT_IN_EMBEDDING
    judge: bool = False
    deadline: float = 50.0
    watch: bool = True
    address: str = HERE
    hosts: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    without_login: bool = False
    ledger_url: str = field(default="", repr=False)  # it may hold a password
    chroma_url: str = ""
    cache: Path = field(default_factory=lambda: user_cache_path("footnote"))
    prompts: Path = Path(__file__).parent.parent / "prompts"
    traces: str = ""  # where OpenTelemetry's spans go
    trace_texts: bool = False  # with the words of questions and answers

    @property
    def is_shared(self) -> bool:
        """Whether ledger and index are both on servers, so that nobody has to own them."""
        return bool(self.ledger_url and self.chroma_url)

    def apart(self, data: Path) -> "Config":
        """The same settings over a data folder of its own, whatever servers are set."""
        return replace(self, data=data, collection="", ledger_url="", chroma_url="")

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.api_key or self.base_url)


def environment(folder: Path) -> Mapping[str, str]:
    """Return the environment over the ``.env`` file of a folder, if it has one.

    Raises ConfigError when that file cannot be read.
    """
    from dotenv import dotenv_values

    path = folder / ".env"
    try:
        file = {name: value or "" for name, value in dotenv_values(path).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read; save it as UTF-8 text or remove it.") from error
    return {**file, **os.environ}


def read_config(environment: Mapping[str, str]) -> Config:
    """Make the settings out of environment variables; unset and empty mean the default.

    Raises ConfigError for a value that this version cannot use.
    """
    value = {name: text.strip() for name, text in environment.items() if text.strip()}
    default = Config()
    return Config(
        data=_path(value, "RAG_DATA", default.data),
        documents=_path(value, "RAG_DOCUMENTS", default.documents),
        collection=value.get("RAG_COLLECTION", default.collection),
        access_file=_path(value, "RAG_ACCESS_FILE", Path()) if "RAG_ACCESS_FILE" in value else None,
        keep_askers=_is_on(value, "RAG_KEEP_ASKERS", "off"),
        model=value.get("RAG_MODEL", default.model),
        api_key=value.get("OPENAI_API_KEY", default.api_key),
        base_url=_url(value, "OPENAI_BASE_URL", "http://127.0.0.1:11434/v1"),
        embedding=known_embedding(value.get("RAG_EMBEDDING", default.embedding)),
        deadline=_seconds(value, "RAG_DEADLINE", default.deadline),
        judge=_is_on(value, "RAG_JUDGE", "off"),
        watch=_is_on(value, "RAG_WATCH", "on"),
        cache=_path(value, "RAG_CACHE", default.cache),
        traces=_url(value, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        trace_texts=_is_on(value, "RAG_TRACE_TEXTS", "off"),
        ledger_url=_ledger_url(value),
        chroma_url=_url(value, "RAG_CHROMA_URL", "http://127.0.0.1:8000"),
        address=value.get("RAG_ADDRESS", default.address),
        hosts=_listed(value, "RAG_HOSTS"),
        readers=_listed(value, "RAG_READERS"),
        without_login=_is_on(value, "RAG_WITHOUT_LOGIN", "off"),
    )


def _path(value: Mapping[str, str], name: str, default: Path) -> Path:
    try:
        return Path(value.get(name, default)).expanduser()
    except RuntimeError as error:  # what pathlib raises for ~nobody
        raise ConfigError(
            f"{name} is {value[name]!r}, but there is no such user; write the folder out."
        ) from error


def _listed(value: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = (in_small_letters(word.strip()) for word in value.get(name, "").split(","))
    return tuple(word for word in words if word)


def in_small_letters(address: str) -> str:
    """An e-mail address or a host's name as it is compared: A to Z alone have no case.

    Beyond them other letters become ordinary ones (the Kelvin sign a k, ſ an s), so that somebody
    else's address would be the same.
    """
    return address.translate(_SMALL)


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def _is_on(value: Mapping[str, str], name: str, default: str) -> bool:
    word = value.get(name, default)
    if word not in ("off", "on"):
        raise ConfigError(f"{name} is {word!r}, which says neither yes nor no; write off or on.")
    return word == "on"


def _seconds(value: Mapping[str, str], name: str, default: float) -> float:
    words = value.get(name, str(default))
    try:
        seconds = float(words)
    except ValueError:
        seconds = nan
    if not 1 <= seconds <= MOST_SECONDS:  # false for what is no number
        raise ConfigError(f"{name} is {words!r}; write a number of seconds from 1 to 3600.")
    return seconds


def known_embedding(name: str) -> str:
    """Return the name of an embedding that can be used; raises ConfigError for another."""
    if name == BUILT_IN_EMBEDDING or name.removeprefix("openai:") not in (name, ""):
        return name
    raise ConfigError(
        f"RAG_EMBEDDING is {name!r}, which is no embedding model that Footnote knows; "
        "use minilm (built in) or openai:MODEL, for example openai:text-embedding-3-small."
    )


def _url(value: Mapping[str, str], name: str, example: str) -> str:
    url = value.get(name, "")
    if url and not _is_web_address(url):
        raise ConfigError(
            f"{name} is no web address; "  # not repeated: it may be a key in a wrong place
            f"it looks like {example}."
        )
    return url.rstrip("/")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is not closed
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _ledger_url(value: Mapping[str, str]) -> str:
    url = value.get("RAG_LEDGER_URL", "")
    if url and url.split("://")[0] not in LEDGER_SCHEMES:
        raise ConfigError(
            "RAG_LEDGER_URL is no address of a PostgreSQL server; "  # it may hold a password
            "it looks like postgresql+psycopg://user:password@host:5432/footnote."
        )
    return url

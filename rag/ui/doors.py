"""Who may come in: the address that is served, the names it may be called by, who signs in.

What is not of this machine needs a login, or somebody who says that none is wanted. Host and origin
of every request are held against the names, so that no page of others reaches what is served here.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rag.ui.launch import EVERYWHERE

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST = 32  # characters of a cookie secret; a shorter one can be guessed
_NEEDED = ("redirect_uri", "cookie_secret")
_OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")


@dataclass(frozen=True, slots=True)
class Doors:
    """The address that is listened at, the names allowed there, and who may read.

    ``has_login``: whoever comes has to sign in. ``is_open``: nobody has to, and that is wanted.
    """

    address: str
    hosts: tuple[str, ...] = ()
    has_login: bool = False
    is_open: bool = False


def refusal(doors: Doors) -> str:
    """Why these doors are not to be opened, and what to do: one sentence, or nothing."""
    if doors.has_login or doors.is_open:
        return ""
    if not is_local(doors.address):
        where = "every address of this machine" if doors.address in EVERYWHERE else doors.address
        return (
            f"The chat would be served at {where}, where others could read your documents; "
            "set up a login (docs/serving.md), or say that none is wanted: RAG_WITHOUT_LOGIN=on, "
            "or rag app --without-login."
        )
    far = [host for host in doors.hosts if not is_local(host)]
    if far:
        return (
            f"RAG_HOSTS lets others call this machine {far[0]} and read your documents; set up a "
            "login (docs/serving.md), or say that none is wanted: RAG_WITHOUT_LOGIN=on."
        )
    return ""


def fault_of_login(auth: Mapping[str, object]) -> str:
    """What a login in ``secrets.toml`` lacks, one sentence; nothing for one that can be used."""
    missing = [name for name in _NEEDED if not auth.get(name)]
    providers = [auth, *(one for one in auth.values() if isinstance(one, Mapping))]
    if not any(all(one.get(name) for name in _OF_PROVIDER) for one in providers):
        missing += _OF_PROVIDER
    if missing:
        return (
            f"The login in secrets.toml lacks {', '.join(missing)}; add it below [auth], "
            "as docs/serving.md shows."
        )
    if len(str(auth["cookie_secret"])) < SHORTEST:
        return (
            f"The cookie_secret in secrets.toml is shorter than {SHORTEST} characters and could be "
            'guessed; make one with: python -c "import secrets; print(secrets.token_hex())"'
        )
    return ""


def fault_of_request(doors: Doors, host: str, origin: str | None, reached: str) -> str:
    """Why a request is refused; ``reached`` is the address of this machine that it came in at.

    A name has to be known, because any page can give itself a name that leads here. An address
    cannot be given away like that: that one is right at which the request came in.
    """
    name = _name(host)
    if not name or name not in {*LOCAL, *doors.hosts, doors.address.casefold(), reached.casefold()}:
        return (
            "The chat does not answer to this name; open it at the address that was printed when "
            "it started, or put the name into RAG_HOSTS."
        )
    if not (is_local(reached) or doors.has_login or doors.is_open):
        return refusal(Doors(reached))
    if origin is not None and not _is_of(origin, host):
        return "Another page asked for this; only pages of the chat itself may."
    return ""


def is_local(address: str) -> bool:
    """Whether an address or a name leads to this machine only."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address.casefold() == "localhost"


def _name(host: str) -> str:
    """The name in a Host header without its port, in small letters; nothing for nonsense."""
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "") if parts.netloc == host and _has_port(host) else ""
    except ValueError:
        return ""


def _has_port(host: str) -> bool:
    """Whether what follows the name is a port, or nothing does; ValueError if it is neither."""
    return "@" not in host and urlsplit(f"//{host}").port != 0


def _is_of(origin: str, host: str) -> bool:
    """Whether an origin is the page that is served under this Host."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.casefold() == host.casefold()

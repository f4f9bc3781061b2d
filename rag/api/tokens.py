"""Tokens: who holds one may ask. Only their hashes are kept, with a name beside each.

Behind the name may stand the collections that a token may ask, ``anna/legal/hr``; one without may
ask all of them, as all tokens could before there were any.

A token is 32 random bytes, so a plain SHA-256 of it is enough: there is nothing to guess that a
slow hash would protect.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rag.collections import is_name, named
from rag.errors import ConfigError

SHORTEST = 16  # characters of a token that somebody made up
SEPARATOR = "/"
_NAME = re.compile(r"[\w.@-]{1,64}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Token:
    """A name, the SHA-256 of what its holder sends, and what it may ask; None: everything."""

    name: str
    digest: bytes
    collections: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and which collections that one may ask; None: all.

    Every address is given its caller by the gate, and gets its engine by what this allows.
    """

    name: str = ""
    collections: frozenset[str] | None = None

    @property
    def may_ask_all(self) -> bool:
        """Whether this caller may ask every collection there is or will be."""
        return self.collections is None

    def may_ask(self, collection: str) -> bool:
        """Whether this caller may ask a collection."""
        return self.collections is None or collection in self.collections


ANYBODY = Caller()


def caller_of(tokens: Iterable[Token], presented: str) -> Caller | None:
    """Who holds a token, or None; takes equally long whichever token it is, or none."""
    digest, found = digest_of(presented), None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = Caller(token.name, token.collections)
    return found


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_token(name: str, collections: Sequence[str] = ()) -> tuple[str, str]:
    """A new token, and the line that a file of tokens keeps of it; raises ConfigError.

    Without collections it may ask all.
    """
    token = f"fn-{secrets.token_urlsafe(32)}"
    holder = SEPARATOR.join([_named(name), *map(named, collections)])
    return token, f"{holder} {digest_of(token).hex()}"


def add_line(path: Path, line: str) -> None:
    """Write a line at the end of a file of tokens, which only its owner may read."""
    try:
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}); name another file with --file."
        ) from error


def tokens_of_text(text: str) -> tuple[Token, ...]:
    """Tokens out of ``anna=TOKEN, ci=TOKEN``; raises ConfigError, which repeats no token."""
    return distinct(_of_pair(pair) for pair in text.replace(",", " ").split())


def tokens_of_file(path: Path) -> tuple[Token, ...]:
    """Tokens out of a file with a name and a hash on each line; raises ConfigError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file of tokens {path} cannot be read; write one with: rag token NAME"
        ) from error
    numbered = enumerate((line.partition("#")[0].split() for line in lines), start=1)
    return distinct(
        _of_line(words, f"{path}, line {number}") for number, words in numbered if words
    )


def _of_pair(pair: str) -> Token:
    name, is_pair, token = pair.partition("=")
    holder = _holder(name)
    if not is_pair or holder is None:
        raise ConfigError(
            "RAG_API_TOKENS is not understood; it looks like anna=TOKEN, ci/legal=TOKEN."
        )
    if len(token) < SHORTEST:
        raise ConfigError(
            f"The token of {holder.name} in RAG_API_TOKENS has fewer than {SHORTEST} characters "
            "and could be guessed; rag token NAME makes a better one."
        )
    return Token(holder.name, digest_of(token), holder.collections)


def _of_line(words: list[str], where: str) -> Token:
    match words:
        case [name, digest] if (holder := _holder(name)) and _DIGEST.fullmatch(digest):
            return Token(holder.name, bytes.fromhex(digest), holder.collections)
    raise ConfigError(f"{where} is no token; rag token NAME writes such lines.")


def _holder(words: str) -> Caller | None:
    """Who ``anna/legal/hr`` is; None for words that name nobody."""
    name, *collections = words.split(SEPARATOR)
    if not _NAME.fullmatch(name) or not all(map(is_name, collections)):
        return None
    return Caller(name, frozenset(collections) if collections else None)


def distinct(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Each token once; raises ConfigError for one that is there twice and may ask other things.

    Nobody can tell which line is meant, and the wider one would open what the other one shuts.
    """
    found: dict[bytes, Token] = {}
    for token in tokens:
        before = found.setdefault(token.digest, token)
        if before.collections != token.collections:
            raise ConfigError(
                f"The token of {before.name} is there twice, for other collections each time; "
                "leave the line that is meant in RAG_API_TOKENS or the file of tokens."
            )
    return tuple(found.values())


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a token; use letters, digits and - _ . @, 64 at most."
        )
    return name

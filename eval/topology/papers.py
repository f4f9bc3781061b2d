"""Documents whose every sentence tells its document and version, and when each version was which.

A version may be seen from the moment its file is written until the ledger has held the next one
for a second: so long a reader may take to notice. What is gone is a version too, and has no text.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from math import inf
from pathlib import Path
from time import monotonic

from eval.crash.notes import text_of, word_of

NOTICED = 1.0  # seconds in which every reader has noticed what was acknowledged
GONE = 0
RECENT = 60  # documents that changed last: about these people ask most


@dataclass(slots=True)
class Edition:
    """A version of a document: its file was written at ``begun``, the ledger had it at ``held``."""

    version: int
    text: str
    hash: str  # of its bytes, by which the ledger knows it; empty for one that is gone
    begun: float
    held: float = inf


@dataclass
class Papers:
    """A folder of documents and the history of each; used from several threads."""

    folder: Path
    sentences: int
    history: dict[str, list[Edition]] = field(default_factory=dict)
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, name: str, version: int) -> None:
        """Bring a document to a version, in one step; GONE removes it."""
        text = text_of(name, version, self.sentences) if version else ""
        self.put(name, version, text, text.encode())

    def put(self, name: str, version: int, text: str, data: bytes) -> None:
        """Bring a document to a version that reads as ``text``."""
        digest = sha256(data).hexdigest() if version else ""
        with self._lock:
            self.history.setdefault(name, []).append(Edition(version, text, digest, monotonic()))
            self.recent.append(name)
        path = self.folder / name
        if version == GONE:
            path.unlink(missing_ok=True)
            return
        part = path.with_name(f".{name}.part")
        part.write_bytes(data)
        part.replace(path)

    def see(self, held: dict[str, str], at: float) -> list[str]:
        """Note what the ledger holds (hashes by name) at a moment; returns what was lost."""
        with self._lock:
            return [name for name, editions in self.history.items()
                    if not _seen(editions, held.get(name, ""), at)]  # fmt: skip

    def latest(self, name: str) -> Edition:
        """How a document was written last."""
        with self._lock:
            return self.history[name][-1]

    def unsettled(self) -> list[str]:
        """Documents whose last version was not acknowledged yet."""
        with self._lock:
            return [name for name, editions in self.history.items() if editions[-1].held == inf]

    def steady(self, name: str, since: float) -> bool:
        """Whether a document is there, and stood as it does since a second before a moment."""
        last = self.latest(name)
        return bool(last.version) and last.held + NOTICED < since

    def allowed(self, name: str, asked: float, answered: float) -> Iterator[Edition]:
        """The versions that an answer between two moments may cite."""
        with self._lock:
            editions = [*self.history.get(name, ())]
        for edition, following in zip(editions, [*editions[1:], None], strict=True):
            ends = inf if following is None else following.held + NOTICED
            if edition.version and edition.begun <= answered and asked <= ends:
                yield edition

    def age(self, name: str, text: str, asked: float) -> float:
        """How long the ledger had held a newer version when a text was asked for; 0 for none."""
        with self._lock:
            editions = [*self.history.get(name, ())]
        held = [after.held for one, after in pairwise(editions) if one.version and text in one.text]
        return max(0.0, asked - held[-1]) if held and held[-1] < asked else 0.0


def _seen(editions: list[Edition], hash_held: str, at: float) -> bool:
    """Note which edition the ledger holds; False where an acknowledged one went back or away."""
    acknowledged = max((place for place, one in enumerate(editions) if one.held < inf), default=-1)
    places = [place for place, one in enumerate(editions) if one.hash == hash_held]
    if not places:
        return acknowledged < 0 and hash_held == ""
    place = places[-1]
    if place < acknowledged:
        return False
    for one in editions[: place + 1]:
        one.held = min(one.held, at)  # one that was passed over was held, or will never be
    return True


def question_about(name: str) -> str:
    """What is asked about a document of this kind."""
    return f"Which bird of {word_of(name)} was counted beside the jetty?"


def is_made_up(name: str) -> bool:
    """Whether a document is of this kind, and not one that people wrote."""
    return name.removesuffix(".txt").isdigit()


def names(first: int, count: int) -> list[str]:
    """Names of so many documents."""
    return [f"{number}.txt" for number in range(first, first + count)]

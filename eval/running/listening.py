"""The model as one question meets it: every prompt and reply noted, replies kept for the next run.

A reply is kept under a hash of the model's name, the messages, the form that is asked for and the
number of the repeat, so the same prompt is paid for once and ``--repeat`` still asks anew. Only
whole replies are kept.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.errors import ModelError
from rag.model import Model, open_model
from rag.model.wishes import Wishes
from rag.types import Message

Told = Callable[[int, int], None]
"""Is told how many tokens a prompt and its reply had."""

Form = Mapping[str, Any]
"""The JSON schema that a reply should have."""

Telling = Callable[[Sequence[Message], Told, Form | None], Iterator[str]]
"""Streams a reply, and tells its tokens when it knows them; raises ModelError."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model that tells its tokens, and where its replies are kept."""

    name: str
    stream: Telling
    kept: Path


@dataclass(slots=True)
class Call:
    """One prompt and what came of it."""

    messages: tuple[Message, ...]
    reply: str = ""
    tokens: tuple[int, int] | None = None
    was_kept: bool = False


@dataclass(slots=True)
class Listener:
    """Listens to the calls of one question; ``failures`` are those of the model server.

    With ``form`` every reply is asked to have it.
    """

    speaker: Speaker
    repeat: int
    form: Form | None = None
    calls: list[Call] = field(default_factory=list)
    failures: list[ModelError] = field(default_factory=list)

    @property
    def model(self) -> Model:
        """The model to ask."""
        return Model(self.speaker.name, self._stream)

    @property
    def tokens(self) -> dict[str, int] | None:
        """The tokens of all calls, if all are known."""
        known = [call.tokens for call in self.calls if call.tokens]
        if not known or len(known) < len(self.calls):
            return None
        return {"prompt": sum(p for p, _ in known), "completion": sum(c for _, c in known)}

    def _stream(self, messages: Sequence[Message]) -> Iterator[str]:
        call = Call(tuple(messages))
        self.calls.append(call)
        path = self.speaker.kept / key_of(self.speaker.name, messages, self.repeat, self.form)
        if _look_up(path, call):
            yield call.reply
            return
        try:
            for piece in self.speaker.stream(messages, partial(_note, call), self.form):
                call.reply += piece
                yield piece
        except ModelError as error:
            self.failures.append(error)
            raise
        _keep(path, call)


def open_speaker(config: Config, kept: Path) -> Speaker | None:
    """The configured model, or None when there is none; may raise ModelError."""
    model = open_model(config)
    if model is None:
        return None

    def stream(messages: Sequence[Message], told: Told, form: Form | None) -> Iterator[str]:
        from rag.model.openai_server import stream_chat

        return stream_chat(config, model.name, messages, wishes=Wishes(told, form))

    return Speaker(model.name, stream, kept)


def key_of(model: str, messages: Sequence[Message], repeat: int, form: Form | None = None) -> str:
    """The name under which a reply is kept."""
    said: list[Any] = [model, repeat, [[one.role, one.content] for one in messages]]
    said += [form] * bool(form)
    return sha256(json.dumps(said).encode()).hexdigest() + ".json"


def _note(call: Call, prompt: int, completion: int) -> None:
    """Note the tokens of a call; a server that says 0 does not count them."""
    call.tokens = (prompt, completion) if prompt else None


def _look_up(path: Path, call: Call) -> bool:
    """Fill a call with the kept reply, if there is one; what cannot be read is none."""
    try:
        row: Any = json.loads(path.read_text(encoding="utf-8"))
        tokens = row["tokens"]
        call.reply, call.tokens = str(row["reply"]), (tokens[0], tokens[1]) if tokens else None
    except (OSError, ValueError, TypeError, LookupError):
        return False
    call.was_kept = True
    return True


def _keep(path: Path, call: Call) -> None:
    """Keep a reply; a disk that is full or read-only costs the next run a call, no more."""
    row = {"reply": call.reply, "tokens": call.tokens}
    fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(row), encoding="utf-8")
        os.replace(fresh, path)  # noqa: PTH105 - says that it replaces
    except OSError:
        fresh.unlink(missing_ok=True)

r"""A language model server for tests: OpenAI's protocol on 127.0.0.1, its replies computed.

    def answer(messages):
        return ["The talks ", "ended [A1]", "."]

    with ModelServer(answer) as server:
        config = Config(base_url=server.url)
        ...
        assert server.requests[0]["messages"] == [...]

``answer`` takes the messages as they were sent (dictionaries with ``role`` and ``content``) and
returns what comes back: pieces of text, each of which becomes one chunk of the stream, and
faults, which happen where they stand:

    [Refuse(429)]                 no reply but an HTTP error
    ["The talks ", Fault.CUT]     the connection closes, in good order, before the end
    ["The talks ", Fault.DROP]    it breaks in the middle of a chunk
    [Fault.GARBAGE]               a line that is no JSON
    ["The talks ", Fault.HANG]    silence until the server is closed
    [Fault.NO_CHOICES]            a chunk with an empty list of choices; the stream goes on
    ["The ", Fault.LENGTH]        it ends with finish_reason "length" (FILTER: "content_filter")
    [Raw(b"data: [1]\n\n")]       these bytes

Everything else is ordinary: ``/models`` lists ``models``, ``/embeddings`` gives vectors made of
the words of a text (texts that share words are near), a ``key`` is checked when one is set, and a
request that does not stream gets the whole reply at once. A ``page`` is sent to every request, as
a network does that wants a login. The parts may come from a generator, which is asked for the
next one when the last is sent. Every request is kept in ``requests``; ``abandoned`` is set when a
client went away in the middle of a stream. An error in ``answer`` itself is raised where the
``with`` block ends.
"""

import json
import math
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, islice
from types import TracebackType
from typing import Any, Self

DIMENSION = 64


class Fault(Enum):
    """Something that goes wrong in the middle of a reply."""

    CUT = "cut"
    DROP = "drop"
    GARBAGE = "garbage"
    HANG = "hang"
    NO_CHOICES = "no choices"
    LENGTH = "length"
    FILTER = "content_filter"


@dataclass(frozen=True)
class Refuse:
    """An HTTP error in place of a reply."""

    status: int
    message: str = "refused"
    code: str = ""


@dataclass(frozen=True)
class Raw:
    """Bytes that go into the stream as they are."""

    data: bytes


Part = str | Fault | Refuse | Raw
Answer = Callable[[list[dict[str, str]]], Iterable[Part]]


def silent(_messages: list[dict[str, str]]) -> list[Part]:
    """The answer of a server that is not asked for one."""
    return []


class ModelServer:
    """Serves until the ``with`` block is left; ``url`` is what OPENAI_BASE_URL would hold."""

    def __init__(
        self,
        answer: Answer = silent,
        *,
        models: Sequence[str] = ("small", "large"),
        key: str = "",
        embed: Callable[[str], list[float]] | None = None,
        page: str = "",
    ) -> None:
        self.answer = answer
        self.models = models
        self.key = key
        self.embed = embed or word_vector
        self.page = page
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self.abandoned = threading.Event()
        self.failures: list[BaseException] = []
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def url(self) -> str:
        """The base URL that clients take."""
        return f"http://{self.address}/v1"

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of what hangs, wait for all requests to end, and close."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.failures and error is None:
            raise self.failures[0]


def word_vector(text: str) -> list[float]:
    """A unit vector that depends on the words of a text alone."""
    vector = [0.0] * DIMENSION
    for word in re.findall(r"\w+", text.casefold()) or [text]:
        number = int.from_bytes(sha256(word.encode()).digest()[:8])
        vector[number % DIMENSION] += 1.0 if number & 1 << 32 else -1.0
    length = math.hypot(*vector) or 1.0
    return [number / length for number in vector]


class _Http(ThreadingHTTPServer):
    owner: ModelServer
    daemon_threads = False  # closing waits for every request: no test leaves a thread behind

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - inherited
        """Tell a client that went away from an answer that failed."""
        failure = sys.exception()
        if isinstance(failure, ConnectionError):
            self.owner.abandoned.set()
        elif failure is not None:
            self.owner.failures.append(failure)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing: a test's output is its own."""

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _reply(self, body: dict[str, Any]) -> None:
        owner = self.server.owner
        owner.paths.append(self.path)
        if body:
            owner.requests.append(body)
        if owner.page:
            self._send_bytes(owner.page.encode(), "text/html", 200)
        elif owner.key and self.headers["Authorization"] != f"Bearer {owner.key}":
            self._refuse(Refuse(401, f"wrong key: {self.headers['Authorization']}"))
        elif self.path == "/v1/models":
            self._send({"object": "list", "data": [_model(name) for name in owner.models]})
        elif self.path == "/v1/embeddings":
            self._embed(body)
        elif self.path == "/v1/chat/completions":
            self._chat(body)
        else:
            self._refuse(Refuse(404, f"no such path: {self.path}"))

    def _embed(self, body: dict[str, Any]) -> None:
        if body["model"] not in self.server.owner.models:
            return self._refuse(Refuse(404, f"model {body['model']} not found"))
        vectors = [self.server.owner.embed(text) for text in body["input"]]
        rows = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        # last first: a client has to go by the index
        return self._send({"object": "list", "model": body["model"], "data": rows[::-1]})

    def _chat(self, body: dict[str, Any]) -> None:
        parts = iter(self.server.owner.answer(body["messages"]))
        first = list(islice(parts, 1))
        if first and isinstance(first[0], Refuse):
            return self._refuse(first[0])
        if body.get("stream"):
            return self._stream(chain(first, parts))
        text = "".join(part for part in chain(first, parts) if isinstance(part, str))
        choice = {"index": 0, "message": _said(text), "finish_reason": "stop"}
        return self._send({"id": "reply", "object": "chat.completion", "choices": [choice]})

    def _stream(self, parts: Iterable[Part]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        for data in self._events(parts):
            if not data:
                break
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _events(self, parts: Iterable[Part]) -> Iterator[bytes]:
        """What is sent, event by event; nothing at all means: break the connection."""
        yield _chunk([{"index": 0, "delta": _said("")}])
        for part in parts:
            if isinstance(part, str):
                yield _chunk([{"index": 0, "delta": {"content": part}, "finish_reason": None}])
            elif isinstance(part, Raw):
                yield part.data
            elif part is Fault.NO_CHOICES:
                yield _chunk([])
            elif part is Fault.GARBAGE:
                yield b"data: {not json\n\n"
            elif part is Fault.HANG:
                self.server.owner.closing.wait()
                return
            elif part in (Fault.LENGTH, Fault.FILTER):
                yield _chunk([{"index": 0, "delta": {}, "finish_reason": part.value}])
            else:
                if part is Fault.DROP:
                    yield b""
                return
        yield _chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])
        yield b"data: [DONE]\n\n"

    def _refuse(self, refusal: Refuse) -> None:
        error = {"message": refusal.message, "code": refusal.code or None, "type": "error"}
        self._send({"error": error}, refusal.status)

    def _send(self, body: dict[str, Any], status: int = 200) -> None:
        self._send_bytes(json.dumps(body).encode(), "application/json", status)

    def _send_bytes(self, data: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


def _chunk(choices: list[dict[str, Any]]) -> bytes:
    chunk = {"id": "reply", "object": "chat.completion.chunk", "choices": choices}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _said(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "test"}

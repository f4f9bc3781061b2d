"""What can be wrong with a model server, one by one: for tests of everything that asks it.

``before``: nothing of the reply may be shown, the documents are quoted in its place. ``within``: a
part of the reply was there, and is shown as incomplete. ``slow`` ones take the whole deadline.
"""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tests.model_server import Fault, ModelServer, Part, Raw, Refuse
from tests.raw_server import RawServer, Speak

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n'
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Served:
    """A fault: the server that has it, and what is left of the reply."""

    serve: Callable[[], AbstractContextManager[str]]
    leaves: str = ""
    is_slow: bool = False


@contextmanager
def _nobody() -> Iterator[str]:
    with ModelServer() as server:
        pass
    yield server.url


def _parts(*parts: Part, leaves: str = "", is_slow: bool = False) -> Served:
    @contextmanager
    def serve() -> Iterator[str]:
        with ModelServer(lambda _: parts) as server:
            yield server.url

    return Served(serve, leaves, is_slow)


def _raw(speak: Speak, leaves: str = "", *, is_slow: bool = False) -> Served:
    @contextmanager
    def serve() -> Iterator[str]:
        with RawServer(speak) as server:
            yield server.url

    return Served(serve, leaves, is_slow)


def _bytes(data: bytes, leaves: str = "") -> Served:
    return _raw(lambda connection, _: connection.sendall(data), leaves)


def _status(line: bytes, *headers: bytes, body: bytes = b"{}") -> Served:
    head = b"\r\n".join([b"HTTP/1.1 " + line, *headers, b"Content-Length: %d" % len(body)])
    return _bytes(head + b"\r\nConnection: close\r\n\r\n" + body)


def _hang(_: socket.socket, closing: threading.Event) -> None:
    closing.wait()


def _hang_after_head(connection: socket.socket, closing: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n")
    closing.wait()


def _drip(connection: socket.socket, closing: threading.Event) -> None:
    """One character a second, for ever."""
    connection.sendall(HEAD + b"\r\n" + EVENT % b"It ")
    while not closing.wait(1.0):
        connection.sendall(EVENT % b"a")


def _drip_of_head(connection: socket.socket, closing: threading.Event) -> None:
    """A header of one byte a second, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not closing.wait(1.0):
        connection.sendall(b"a")


def _endless(connection: socket.socket, closing: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n")
    while not closing.is_set():
        connection.sendall(EVENT % (b"It closed. " * 50))


def _flood(connection: socket.socket, closing: threading.Event) -> None:
    """200 MB without the end of a line."""
    connection.sendall(HEAD + b"\r\ndata: ")
    for _ in range(200):
        if closing.is_set():
            return
        connection.sendall(b"a" * MEGABYTE)


def _page_of_200_megabytes(connection: socket.socket, closing: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 500 Oh\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    for _ in range(200):
        if closing.is_set():
            return
        connection.sendall(b"<p>sorry</p>" * (MEGABYTE // 12))


BOMB = gzip.compress(b"a" * 50 * MEGABYTE)
PAGE = b"<html><body>Please log in</body></html>"
SAID = "It closed on Sunday [A1]. Then"
SHOWN = "It closed on Sunday"

FAULTS: dict[str, Served] = {
    "nobody there": Served(_nobody),
    "401": _parts(Refuse(401, "bad key")),
    "402": _parts(Refuse(402, "pay first")),
    "403": _parts(Refuse(403, "not for you")),
    "404 model": _parts(Refuse(404, "model small not found")),
    "404 page": _status(b"404 Not Found", b"Content-Type: text/html", body=PAGE),
    "413": _parts(Refuse(413, "too large")),
    "context too short": _parts(
        Refuse(400, "maximum context length is 5", "context_length_exceeded")
    ),
    "429": _parts(Refuse(429, "slow down")),
    "429 for two minutes": _status(b"429 Too Many Requests", b"Retry-After: 120"),
    "429 until a day": _status(b"429 No", b"Retry-After: Fri, 31 Dec 2099 23:59:59 GMT"),
    "429 with nonsense": _status(b"429 No", b"Retry-After: soon"),
    "no quota": _parts(Refuse(429, "quota", "insufficient_quota")),
    "500": _parts(Refuse(500, "out of memory")),
    "503 loading": _parts(Refuse(503, "loading the model")),
    "a page of 200 MB with the error": _raw(_page_of_200_megabytes),
    "a web page": _status(b"200 OK", b"Content-Type: text/html", body=PAGE),
    "redirected for ever": _status(b"302 Found", b"Location: /v1/chat/completions"),
    "redirected to a file": _status(b"302 Found", b"Location: file:///etc/passwd"),
    "no HTTP": _bytes(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "closed at once": _bytes(b""),
    "a broken chunk": _bytes(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "packed to a bomb": _bytes(HEAD + b"Content-Encoding: gzip\r\n\r\n" + BOMB),
    "a flood without a line": _raw(_flood),
    "hang": _raw(_hang, is_slow=True),
    "hang behind the head": _raw(_hang_after_head, is_slow=True),
    "a dripping head": _raw(_drip_of_head, is_slow=True),
    "cut before a word": _parts(Fault.CUT),
    "dropped before a word": _parts(Fault.DROP),
    "no JSON": _parts(Fault.GARBAGE),
    "no UTF-8": _parts(Raw(b"data: \xff\xfe\n\n")),
    "nested too deep": _parts(Raw(b"data: " + b"[" * 100_000 + b"\n\n")),
    "an error in the stream": _parts(Raw(b'data: {"error": {"message": "boom"}}\n\n')),
    "no choices": _parts(Fault.NO_CHOICES),
    "null for content": _parts(Raw(b'data: {"choices": [{"delta": {"content": null}}]}\n\n')),
    "not a word": _parts(),
    "only thoughts": _parts("<think>hm</think>"),
    "withheld": _parts(Fault.FILTER),
    "cut": _parts(SAID, Fault.CUT, leaves=SHOWN),
    "dropped": _parts(SAID, Fault.DROP, leaves=SHOWN),
    "garbage behind words": _parts(SAID, Fault.GARBAGE, leaves=SHOWN),
    "no UTF-8 behind words": _parts(SAID, Raw(b"data: \xff\xfe\n\n"), leaves=SHOWN),
    "too long for the server": _parts(SAID, Fault.LENGTH, leaves=SHOWN),
    "stall": _parts(SAID, Fault.HANG, leaves=SHOWN, is_slow=True),
    "drip": _raw(_drip, leaves="It", is_slow=True),
    "endless": _raw(_endless, leaves="It closed."),
}

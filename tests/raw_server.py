r"""A server that answers every request with bytes of a test's choosing, or with silence.

    with RawServer(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        Config(base_url=server.url)

The request is read before the answer; the connection is closed after it. ``closing`` is set when
the ``with`` block is left, for answers that wait.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

Speak = Callable[[socket.socket, threading.Event], None]


class RawServer:
    """Serves on 127.0.0.1 until the ``with`` block is left."""

    def __init__(self, speak: Speak) -> None:
        self._speak = speak
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """The base URL that clients take."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """Close, and wait for all that was begun."""
        self.closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in list(self._threads):
            thread.join()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            self._start(lambda connection=connection: self._answer(connection))  # type: ignore[misc]

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client may go away
            _read_request(connection)
            self._speak(connection, self.closing)


def _read_request(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = int(lengths[0].split(b":")[1]) - len(body) if lengths else 0
    while left > 0:
        left -= len(connection.recv(65_536))

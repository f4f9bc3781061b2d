"""A server that nobody is to ask anything of: it counts who comes, and what they want.

The browser is told that every foreign name is here, so that whatever leaves a page, by whatever
name and protocol, arrives: pictures, fonts, sockets, connections that are only opened ahead.
"""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.spellings import FAR


class Sink:
    """Listens on 127.0.0.1 until the ``with`` block is left; ``visits`` are the first lines said.

    A connection in which nothing is said counts too, as "".
    """

    def __init__(self) -> None:
        self.visits: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def rules(self) -> str:
        """The argument that leads Chromium here for every name that is not ours."""
        here = f"127.0.0.1:{self._listener.getsockname()[1]}"
        return f"--host-resolver-rules=MAP {FAR} {here},MAP *.{FAR} {here}"

    def paths(self) -> set[str]:
        """What was asked for, without method and protocol."""
        return {line.split(" ")[1] for line in self.visits if line.count(" ") > 1}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            self.visits.append("")
            place = (connection, len(self.visits) - 1)
            threading.Thread(target=self._hear, args=place, daemon=True).start()

    def _hear(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5.0)
            said = connection.recv(4096)
            self.visits[number] = said.partition(b"\r\n")[0].decode("latin-1")
            connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

"""Notes whoever asks for a name or a connection that is not of this machine, and forbids it.

Every Python of a test run loads this: the tests by ``tests/conftest.py``, the processes that they
start because it stands on their path. What is forbidden is a line in the file ``FOOTNOTE_GUARD``.
"""

import ipaddress
import os
import sys

_HERE = {None, "", "localhost", "0.0.0.0", "::", b"localhost"}


def is_here(host: object) -> bool:
    """Whether a name or an address is of this machine."""
    if host in _HERE:
        return True
    text = host.decode("latin-1") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text == os.uname().nodename if hasattr(os, "uname") else False


def watch(event: str, given: tuple[object, ...]) -> None:
    """The audit hook."""
    if event == "socket.getaddrinfo" or event in ("socket.gethostbyname", "socket.gethostbyaddr"):
        _refuse(event, given[0])
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        if isinstance(address, tuple) and address:  # a path is a socket of this machine
            _refuse(event, address[0])


def _refuse(event: str, host: object) -> None:
    if is_here(host):
        return
    line = f"{event} {host!r} by {' '.join(sys.argv[:3])}\n"
    with open(os.environ["FOOTNOTE_GUARD"], "a", encoding="utf-8") as notes:  # noqa: PTH123 - early
        notes.write(line)
    raise ConnectionRefusedError(f"no test reaches another machine: {line.strip()}")


if "FOOTNOTE_GUARD" in os.environ:
    sys.addaudithook(watch)

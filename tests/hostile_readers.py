"""Readers that do what no reader should, for the process that reads files.

``python -m tests.hostile_readers`` is that process, with these readers; ``reading_apart`` is
given that command. A reader that was not stopped says that it is done.
"""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from rag.documents.child import main
from rag.documents.content import Content, Reader
from rag.documents.csv_rows import read_csv
from rag.errors import DocumentError

HOLD_INTERRUPTS = ctypes.PyDLL(None)  # calls made through this keep the interpreter's lock
LIBC = ctypes.CDLL(None)


def loop(_: bytes) -> None:
    while True:
        pass


def sleep(_: bytes) -> None:
    time.sleep(600)


def sleep_in_native_code(_: bytes) -> None:
    HOLD_INTERRUPTS.sleep(600)


def take_memory(_: bytes) -> None:
    pieces = []
    while True:
        pieces.append(b"x" * 1_000_000)


def take_much_at_once(_: bytes) -> None:
    len(b"x" * 4_000_000_000)


def take_native_memory(_: bytes) -> None:
    LIBC.calloc.restype = ctypes.c_void_p
    while True:
        place = LIBC.calloc(1, 1_000_000)
        ctypes.memset(place, 1, 1_000_000)  # a crash, once there is no more


def abort(_: bytes) -> None:
    os.abort()


def read_address_zero(_: bytes) -> None:
    ctypes.string_at(0)


def leave(_: bytes) -> None:
    sys.exit(3)


def leave_at_once(_: bytes) -> None:
    os._exit(0)


def recurse(data: bytes) -> None:
    recurse(data)


def fail(_: bytes) -> None:
    raise KeyError("word/document.xml\nand more")


def fail_late(_: bytes) -> None:
    time.sleep(6)
    raise KeyError


def connect(data: bytes) -> None:
    socket.create_connection(("127.0.0.1", int(data)), timeout=5)


def ask_for_the_machine(_: bytes) -> None:
    socket.gethostname()  # no system call that is refused: only Python can say no


def connect_in_native_code(_: bytes) -> None:
    _insist(LIBC.socket(socket.AF_INET, socket.SOCK_STREAM, 0))


def write(data: bytes) -> None:
    Path(data.decode()).write_text("written")


def write_by_number(data: bytes) -> None:
    os.write(os.open(data, os.O_WRONLY | os.O_CREAT), b"written")


def write_in_native_code(data: bytes) -> None:
    _insist(LIBC.open(data, os.O_WRONLY | os.O_CREAT, 0o600))


def remove(data: bytes) -> None:
    Path(data.decode()).unlink()


def remove_in_native_code(data: bytes) -> None:
    _insist(LIBC.unlink(data))


def start(data: bytes) -> None:
    subprocess.run(["/usr/bin/touch", data], check=True)


def start_by_shell(data: bytes) -> None:
    os.system(f"touch {data.decode()}")


def fork(_: bytes) -> None:
    if os.fork() == 0:
        os._exit(0)


def fork_in_native_code(_: bytes) -> None:
    process = LIBC.fork()
    if process == 0:
        os._exit(0)
    _insist(process)


def end_the_other(_: bytes) -> None:
    os.kill(os.getppid(), 0)  # asks only whether it may


def end_the_other_in_native_code(_: bytes) -> None:
    _insist(LIBC.kill(os.getppid(), 0))


def say_much(_: bytes) -> None:
    sys.stdout.write("printed" * 100_000)
    sys.stdout.flush()
    os.write(1, b"\xff" * 100_000)
    LIBC.puts(b"put")
    LIBC.fflush(None)
    sys.stderr.write("printed" * 100_000)


def _insist(result: int) -> None:
    if result < 0:
        raise PermissionError


ACTS: Mapping[str, Callable[[bytes], None]] = {
    f".{act.__name__}": act
    for act in (
        *(loop, sleep, sleep_in_native_code),
        *(take_memory, take_much_at_once, take_native_memory),
        *(abort, read_address_zero, leave, leave_at_once, recurse, fail, fail_late),
        *(
            connect,
            ask_for_the_machine,
            connect_in_native_code,
            end_the_other,
            end_the_other_in_native_code,
        ),
        *(write, write_by_number, write_in_native_code, remove, remove_in_native_code),
        *(start, start_by_shell, fork, fork_in_native_code, say_much),
    )
}


def doing(act: Callable[[bytes], None]) -> Reader:
    def read(data: bytes, _: str) -> Content:
        act(data)
        return Content("done")

    return read


def refuse(_: bytes, name: str) -> Content:
    raise DocumentError(f"{name} is locked; save it without a password.")


def read_self(_: bytes, __: str) -> Content:
    """What a reader sees of the process it runs in."""
    return Content(f"{os.getpid()}", title=str(Path.cwd()), tags=tuple(sorted(os.environ)))


READERS: Mapping[str, Reader] = {
    ".csv": read_csv,
    ".locked": refuse,
    ".self": read_self,
    ".endless": lambda _, __: Content("word " * 12_000_000),
    **{kind: doing(act) for kind, act in ACTS.items()},
}


def read(data: bytes, name: str) -> Content:
    return READERS[Path(name).suffix](data, name)


if __name__ == "__main__":
    main(read)

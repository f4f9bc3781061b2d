"""Files are read in a process apart: whatever a reader does there, the others are read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import create_server
from time import monotonic, sleep

import pytest

from rag.documents.apart import reading_apart
from rag.documents.content import Reader
from rag.documents.limits import GRACE, SECONDS
from rag.documents.system_calls import TABLES
from rag.errors import DocumentError

HOSTILE = (sys.executable, "-m", "tests.hostile_readers")
FILTERED = sys.platform == "linux" and os.uname().machine in TABLES
LINUX = pytest.mark.skipif(not FILTERED, reason="no filter of system calls on this system")
MEMORY = pytest.mark.skipif(sys.platform != "linux", reason="memory has no limit on this system")


@pytest.fixture(scope="module")
def read() -> Iterator[Reader]:
    with reading_apart(command=HOSTILE) as read:
        yield read


def refusal(read: Reader, kind: str, data: bytes = b"") -> str:
    """The sentence with which a file is refused, once it is seen that the next one is read."""
    with pytest.raises(DocumentError) as caught:
        read(data, "talks" + kind)
    assert "Egypt" in read(b"role,who\nhost,Egypt\n", "ok.csv").text
    assert str(caught.value).startswith("talks" + kind)
    return str(caught.value)


def child_of(read: Reader) -> int:
    return int(read(b"", "a.self").text)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def ends_within(process: int, seconds: float) -> bool:
    deadline = monotonic() + seconds
    while is_alive(process) and monotonic() < deadline:
        sleep(0.05)
    return not is_alive(process)


@pytest.mark.parametrize("kind", [".loop", ".sleep", ".sleep_in_native_code"])
def test_a_reader_that_hangs_is_ended_and_the_file_named(kind: str) -> None:
    with reading_apart(5, HOSTILE) as read:
        assert "takes more than 5 seconds" in refusal(read, kind)


@MEMORY
@pytest.mark.parametrize("kind", [".take_memory", ".take_much_at_once", ".take_native_memory"])
def test_a_reader_that_takes_memory_is_stopped(read: Reader, kind: str) -> None:
    assert "more than 512 MB" in refusal(read, kind)


@pytest.mark.parametrize("kind", [".abort", ".read_address_zero", ".leave", ".leave_at_once"])
def test_a_reader_that_crashes_takes_nothing_with_it(read: Reader, kind: str) -> None:
    assert "brought the program that reads it to its end" in refusal(read, kind)


@pytest.mark.parametrize(("kind", "error"), [(".fail", "KeyError"), (".recurse", "RecursionError")])
def test_a_reader_that_fails_is_one_sentence(read: Reader, kind: str, error: str) -> None:
    sentence = refusal(read, kind)
    assert f"cannot be read ({error})" in sentence
    assert "\n" not in sentence


def test_a_file_is_not_given_its_time_twice() -> None:
    with reading_apart(10, HOSTILE) as read:
        child_of(read)  # so that it is not the first file, and is tried again
        start = monotonic()
        with pytest.raises(DocumentError, match=r"^talks\.fail_late"):
            read(b"", "talks.fail_late")
    assert monotonic() - start < 11


def test_the_sentence_of_a_reader_is_kept(read: Reader) -> None:
    assert refusal(read, ".locked") == "talks.locked is locked; save it without a password."


def test_a_text_without_end_is_refused(read: Reader) -> None:
    assert "characters of text" in refusal(read, ".endless")


def test_what_a_reader_prints_goes_nowhere(read: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    assert read(b"", "a.say_much").text == "done"
    assert child_of(read)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "kind",
    [".connect", ".ask_for_the_machine", pytest.param(".connect_in_native_code", marks=LINUX)],
)
def test_a_reader_reaches_no_network(read: Reader, kind: str) -> None:
    with closing(create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)
        port = str(server.getsockname()[1]).encode()
        assert "PermissionError" in refusal(read, kind, port)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "kind", [".write", ".write_by_number", pytest.param(".write_in_native_code", marks=LINUX)]
)
def test_a_reader_writes_no_file(read: Reader, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "written.txt"
    assert "PermissionError" in refusal(read, kind, os.fsencode(path))
    assert not path.exists()


@pytest.mark.parametrize("kind", [".remove", pytest.param(".remove_in_native_code", marks=LINUX)])
def test_a_reader_removes_no_file(read: Reader, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "dear.txt"
    path.write_text("kept")
    assert "PermissionError" in refusal(read, kind, os.fsencode(path))
    assert path.read_text() == "kept"


@pytest.mark.parametrize(
    "kind",
    [".start", ".start_by_shell", ".fork", pytest.param(".fork_in_native_code", marks=LINUX)],
)
def test_a_reader_starts_no_process(read: Reader, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "touched"
    assert "PermissionError" in refusal(read, kind, os.fsencode(path))
    assert not path.exists()


@pytest.mark.parametrize(
    "kind", [".end_the_other", pytest.param(".end_the_other_in_native_code", marks=LINUX)]
)
def test_a_reader_ends_no_other_process(read: Reader, kind: str) -> None:
    assert "PermissionError" in refusal(read, kind)


STOPPED = "connect write write_by_number remove start start_by_shell fork end_the_other".split()


@pytest.mark.parametrize("act", STOPPED)
def test_python_alone_stops_it_where_the_system_has_no_filter(tmp_path: Path, act: str) -> None:
    program = f"""
import sys
from rag.documents.limits import _refuse
from tests.hostile_readers import {act}
sys.addaudithook(_refuse)
try:
    {act}(sys.argv[1].encode())
except PermissionError as error:
    print(error)
"""
    path = str(tmp_path / "file") if act != "connect" else "9"
    command = [sys.executable, "-c", program, path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("a reader of documents may not do this")


def test_a_reader_sees_no_key_and_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    with reading_apart(command=HOSTILE) as read:
        seen = read(b"", "a.self")
    assert "OPENAI_API_KEY" not in seen.tags
    assert seen.title == "/"


def test_one_process_reads_many_files(read: Reader) -> None:
    assert child_of(read) == child_of(read)


def test_nothing_is_left_of_a_closed_process() -> None:
    with reading_apart(command=HOSTILE) as read:
        process = child_of(read)
    assert not is_alive(process)


ORPHANING = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job of the background
from rag.documents.apart import reading_apart
with reading_apart(600, {HOSTILE!r}) as read:
    print(read(b"", "a.self").text, flush=True)
    read(b"", "a" + sys.argv[1]) if sys.argv[1] != "idle" else sys.stdin.read()
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
@pytest.mark.parametrize(
    ("at_work", "seconds"), [("idle", 5), (".sleep_in_native_code", SECONDS + GRACE + 5)]
)
def test_no_process_outlives_the_one_that_asked(
    at_work: str, seconds: float, ending: signal.Signals
) -> None:
    command = [sys.executable, "-c", ORPHANING, at_work]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as asking:
        assert asking.stdout
        process = int(asking.stdout.readline())
        sleep(0.3)  # until it waits for the answer
        asking.send_signal(ending)
        asking.wait()
    assert ends_within(process, seconds)

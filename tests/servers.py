"""Real servers for tests: a PostgreSQL cluster of our own and ``chroma run``, in temporary folders.

    python -m tests.servers COMMAND…

starts both, tells the tests of them (``on_servers``), runs the command and stops them again. Tests
that stop and kill servers start their own.
"""

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.request import urlopen

import pytest
import sqlalchemy as sql

from rag.config import Config

LEDGER, CHROMA = "RAG_TEST_LEDGER_URL", "RAG_TEST_CHROMA_URL"
PASSWORD = "canary-password-31415"
PLACES = ("/usr/local/bin", "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
SECONDS = 30

in_a_folder = pytest.mark.skipif(LEDGER in os.environ, reason="speaks of files in a folder")


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, or None where it is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    for place in PLACES:
        folders += sorted(Path("/").glob(place.lstrip("/")), reverse=True)
    return next((one for one in folders if (one / "postgres").exists()), None)


@dataclass
class Server:
    """A server's process, which can be killed and started again in the same folder."""

    command: list[str]
    url: str
    answers: Callable[[], bool]
    settings: Mapping[str, object] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            self.command, stdout=quiet, stderr=quiet, start_new_session=True, **self.settings
        )  # type: ignore[call-overload]
        until = time.monotonic() + SECONDS
        while not self.answers():
            assert time.monotonic() < until, f"{self.command[0]} does not answer"
            assert self.process is not None
            assert self.process.poll() is None, f"{self.command[0]} ended"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and its children as a power cut does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def postgres(*, is_durable: bool = True) -> Iterator[Server]:
    """A PostgreSQL server with one empty database; skips the test where it is not installed."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    place = Path(tempfile.mkdtemp(prefix="footnote-postgres-"))
    who = _unprivileged()
    try:
        if who:
            shutil.chown(place, *who.values())
        password = place / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        data, port = place / "data", free_port()
        _run([folder / "initdb", "-D", data, "-U", "footnote", "-A", "scram-sha-256",
              f"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync"], who)  # fmt: skip
        url = f"postgresql+psycopg://footnote:{PASSWORD}@127.0.0.1:{port}/postgres"
        command = [
            str(folder / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=200",
            "-c", f"fsync={'on' if is_durable else 'off'}",
        ]  # fmt: skip
        server = Server(command, url, lambda: _lets_in(url), dict(who, cwd=place))
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def chroma(folder: Path | None = None) -> Iterator[Server]:
    """``chroma run`` over a folder of its own."""
    place = Path(tempfile.mkdtemp(prefix="footnote-chroma-"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    start = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"
    command = [sys.executable, "-c", start, "run", "--path", str(folder or place),
               "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    server = Server(command, url, lambda: _beats(url))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


def on_servers(config: Config) -> Config:
    """The same settings, on the servers of this run where there are some.

    Every data folder gets a ledger of its own: a schema in the one database.
    """
    if LEDGER not in os.environ:
        return config
    url = schema_of(os.environ[LEDGER], str(config.data.absolute()))
    return replace(config, ledger_url=url, chroma_url=os.environ[CHROMA])


def settings_of(config: Config) -> dict[str, str]:
    """The variables that place another process where these settings are."""
    return {"RAG_LEDGER_URL": config.ledger_url, "RAG_CHROMA_URL": config.chroma_url}


def schema_of(url: str, name: str) -> str:
    """The address of a ledger of that name, whose schema is made where it is missing."""
    schema = f"d{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    engine = sql.create_engine(url, poolclass=sql.pool.NullPool)
    with engine.begin() as connection:
        connection.execute(sql.text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    return f"{url}?options=-csearch_path%3D{schema}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> dict[str, str]:
    """Whom PostgreSQL is run as, because it refuses to be run by root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            group = pwd.getpwnam(name).pw_gid
            import grp

            return {"user": name, "group": grp.getgrgid(group).gr_name}
    pytest.skip("PostgreSQL refuses root, and there is no other user to run it")


def _run(command: list[object], who: Mapping[str, str]) -> None:
    subprocess.run(
        [*map(str, command)],
        check=True,
        capture_output=True,
        cwd="/",
        **who,  # type: ignore[call-overload]
    )


def _lets_in(url: str) -> bool:
    engine = sql.create_engine(url, poolclass=sql.pool.NullPool)
    try:
        with engine.connect():
            return True
    except sql.exc.OperationalError:
        return False


def _beats(url: str) -> bool:
    try:
        with urlopen(f"{url}/api/v2/heartbeat", timeout=2):
            return True
    except OSError:
        return False


def main() -> int:
    if programs() is None:
        sys.stderr.write("skipped: PostgreSQL is not installed (apt-get install postgresql)\n")
        return 0
    with postgres(is_durable=False) as ledger, chroma() as index:
        here = {LEDGER: ledger.url, CHROMA: index.url}
        return subprocess.run(sys.argv[1:], env=os.environ | here, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

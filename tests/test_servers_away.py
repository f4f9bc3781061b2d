"""A server of a shared document set goes away and comes back: what goes on, and what catches up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Event, Thread
from threading import enumerate as enumerate_threads

import httpx
import pytest

from eval.crash.damaging import fill
from rag.changes import IngestReport
from rag.config import Config
from rag.errors import LedgerAway, StoreAway
from rag.ingest import ingest, remove_documents
from rag.keeping import keep_in_step
from rag.libraries import Library, assembled
from rag.ownership import take_ownership
from rag.watching import follow
from tests.api import listening_at
from tests.servers import Server, chroma, postgres, schema_of
from tests.small import small_embedding, write_folder
from tests.test_sharing import asked, few, outbox_is_empty, shared
from tests.waiting import until

pytestmark = pytest.mark.servers
NEW = {"new.txt": "The new ferry hums.\n"}


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    with postgres() as ledger, chroma() as index:
        yield ledger, index


@pytest.fixture
def config(servers: tuple[Server, Server], tmp_path: Path) -> Config:
    ledger, index = servers
    url = schema_of(ledger.url, str(tmp_path))
    return few(Config(tmp_path / "data", tmp_path / "documents", ledger_url=url,
                      chroma_url=index.url))  # fmt: skip


def has_all(library: Library) -> bool:
    """Whether the index holds just what the ledger holds."""
    store = library.store
    if store is None or not outbox_is_empty(library):
        return False
    return store.count() == len(library.snapshot().windows)


# the Chroma server


def test_documents_come_and_go_without_it_and_the_index_follows_later(
    config: Config, servers: tuple[Server, Server]
) -> None:
    with shared(config) as library:
        ingest(library, [config.documents])
        gone = library.documents()[0].id
        servers[1].kill()
        write_folder(config.documents, NEW)
        assert ingest(library, [config.documents]).added == ["new.txt"]
        remove_documents(library, [gone])
        assert not library.document(gone)
        assert library.trouble.startswith("The Chroma server at http://127.0.0.1:")
        servers[1].start()
        with kept(library):
            until(lambda: has_all(library))
        assert not library.trouble


def test_the_first_ingest_of_all_needs_it_as_little(
    config: Config, servers: tuple[Server, Server]
) -> None:
    servers[1].kill()
    with shared(config) as library:
        assert len(ingest(library, [config.documents]).added) == 3
        assert asked(library)
        servers[1].start()
        with kept(library):
            until(lambda: has_all(library))


def test_what_a_worker_noted_before_it_died_is_done_by_any_process_that_looks(
    config: Config, servers: tuple[Server, Server]
) -> None:
    with shared(config) as reader:
        ingest(reader, [config.documents])
        with shared(config) as worker:
            servers[1].kill()
            write_folder(config.documents, NEW)
            ingest(worker, [config.documents])
            servers[1].start()
        with kept(reader):  # it never noticed that the server was away
            until(lambda: has_all(reader))


def test_an_index_that_makes_it_crash_is_built_anew(config: Config, tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    lines = "".join(f"The ferry number {n} left at {n % 60} past seven.\n\n" for n in range(25_000))
    write_folder(config.documents, {"long.txt": lines})
    with chroma(folder) as server, shared(replace(config, chroma_url=server.url)) as library:
        ingest(library, [config.documents])
        expected = asked_at_all(library)
        server.kill()
        (vectors,) = folder.rglob("data_level0.bin")
        fill(vectors, Random(1))
        server.start()
        with kept_up(server), kept(library):
            until(lambda: library.ledger.state()["generation"] == "2", 60)
            until(lambda: has_all(library), 60)
        assert asked_at_all(library) == expected


def asked_at_all(library: Library) -> bool:
    return bool(library.snapshot().documents) and library.nearest() is not None


@contextmanager
def kept(library: Library) -> Iterator[None]:
    stop = keep_in_step(library)
    try:
        yield
    finally:
        stop.set()
        for thread in enumerate_threads():
            if thread.name == "keep in step":
                thread.join()


@contextmanager
def kept_up(server: Server) -> Iterator[None]:
    """Start a server again whenever it ends, as whoever keeps it running does."""
    stop = Event()

    def keep() -> None:
        while not stop.wait(0.1):
            if server.process is not None and server.process.poll() is not None:
                server.start()

    thread = Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# PostgreSQL


def test_answers_go_on_without_it_from_what_was_read_and_it_is_said(
    config: Config, servers: tuple[Server, Server]
) -> None:
    with shared(config) as library:
        ingest(library, [config.documents])
        before = asked(library)
        servers[0].kill()
        time.sleep(1.1)  # a snapshot that was looked after a moment ago needs no excuse
        assert asked(library) == before
        assert "answers rest on the documents as they were read last" in library.trouble
        servers[0].start()
        assert asked(library) == before
        assert not library.trouble


def test_the_api_answers_without_it_and_says_that_it_is_not_ready(
    config: Config, servers: tuple[Server, Server]
) -> None:
    question = {"question": "Which ferry left at seven?", "mode": "quotes"}
    with shared(config) as library:
        ingest(library, [config.documents])
        library.snapshot()
        with listening_at(library) as url:
            servers[0].kill()
            answer = httpx.post(f"{url}/ask", json=question, timeout=30)
            ready = httpx.get(f"{url}/ready", timeout=30)
            servers[0].start()
            again = httpx.get(f"{url}/ready", timeout=30)
    assert (answer.status_code, ready.status_code, again.status_code) == (200, 503, 200)
    assert answer.json()["citations"] or answer.json()["nearest"]


def test_who_has_read_nothing_yet_says_what_is_wrong(
    config: Config, servers: tuple[Server, Server]
) -> None:
    with shared(config) as library:
        servers[0].kill()
        with pytest.raises(LedgerAway, match="does not answer; start it"):
            library.snapshot()
        servers[0].start()


@pytest.mark.parametrize("which", [0, 1], ids=["PostgreSQL", "Chroma"])
def test_a_followed_folder_goes_on_once_it_is_back_though_nothing_more_changes(
    config: Config, servers: tuple[Server, Server], which: int
) -> None:
    told: list[IngestReport] = []
    stop = Event()
    with shared(config) as library:
        following = Thread(target=follow, args=(library, config.documents, told.append, stop))
        following.start()
        until(lambda: bool(told))
        servers[which].kill()
        write_folder(config.documents, NEW)
        time.sleep(3.0)
        servers[which].start()
        until(lambda: any("new.txt" in one.added for one in told))
        stop.set()
        following.join()
        assert len(library.documents()) == 4
    assert sum(bool(one.failed) for one in told) <= 1, "it is said once"


def test_with_a_ledger_in_a_folder_an_ingest_waits_for_it(
    config: Config, servers: tuple[Server, Server], tmp_path: Path
) -> None:
    config = replace(config, ledger_url="", data=tmp_path / "own")
    servers[1].kill()
    library = assembled(config, small_embedding(), take_ownership(config.data))
    try:
        with pytest.raises(StoreAway, match="does not answer"):
            ingest(library, [config.documents])
    finally:
        library.close()
        servers[1].start()

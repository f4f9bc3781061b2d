"""Several processes over one PostgreSQL and one Chroma server: they share the work, and none sees
half of anything, whoever is killed.
"""  # noqa: D205

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.config import Config
from rag.errors import FingerprintError, OwnedError
from rag.evidence import retrieve_rows
from rag.fingerprint import fingerprint_state
from rag.generations import OnServer
from rag.ingest import ingest, remove_documents
from rag.keeping import keep_in_step
from rag.libraries import Library, assembled, generations_of
from rag.ownership import take_ownership
from rag.scope import Search
from rag.types import Document
from tests.servers import Server, chroma, postgres, schema_of
from tests.small import DIMENSION, embed_words, small_embedding, write_folder
from tests.waiting import until

pytestmark = pytest.mark.servers
DOCUMENTS, SENTENCES = 36, 100
QUESTION = "Which ferry left at seven?"
FILES = {
    f"log {number:02}.txt": "".join(
        f"The ferry number {number} left at {line} minutes past seven.\n\n"
        for line in range(SENTENCES)
    )
    for number in range(DOCUMENTS)
}


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with postgres() as ledger, chroma() as index:
        yield ledger, index


@pytest.fixture
def config(servers: tuple[Server, Server], tmp_path: Path) -> Config:
    ledger, index = servers
    return Config(
        data=tmp_path / "data",
        documents=write_folder(tmp_path / "documents", FILES),
        ledger_url=schema_of(ledger.url, str(tmp_path)),
        chroma_url=index.url,
    )


@contextmanager
def shared(config: Config) -> Iterator[Library]:
    library = assembled(config, small_embedding(), None)
    try:
        yield library
    finally:
        library.close()


def few(config: Config) -> Config:
    """The same with three documents only."""
    names = list(FILES)[:3]
    folder = config.documents.parent / "few"
    return replace(config, documents=write_folder(folder, {name: FILES[name] for name in names}))


WORK = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from rag.ingest import ingest
from tests.test_sharing import Config, shared
data, documents, ledger, chroma = sys.argv[1:]
config = Config(data=Path(data), ledger_url=ledger, chroma_url=chroma)
with shared(config) as library:
    done = ingest(library, [Path(documents)], watch=lambda one: print(one.done, flush=True))
print(json.dumps(asdict(done)))
"""


def worker(config: Config) -> subprocess.Popen[str]:
    places = [str(config.data), str(config.documents), config.ledger_url, config.chroma_url]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", WORK, *places], stdout=pipe, text=True)


def report(process: subprocess.Popen[str]) -> dict[str, list[str]]:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    found: dict[str, list[str]] = json.loads(said.splitlines()[-1])
    return found


def assert_whole(config: Config) -> None:
    """Every document is there once, and the index holds just what the ledger holds."""
    with shared(config) as library:
        store = library.prepare_index()
        snapshot = library.snapshot()
        assert sorted(one.id for one in snapshot.documents) == sorted(FILES)
        assert store.count() == len(snapshot.windows)
        nearest = library.nearest()
        assert nearest is not None
        found = set(nearest(embed_words([QUESTION])[0], len(snapshot.windows)))
        assert found == set(snapshot.passage_number)


def asked(library: Library) -> list[str]:
    """Ask once; every document that is seen is seen entirely."""
    snapshot = library.snapshot()
    counts = np.bincount(snapshot.owner, minlength=len(snapshot.documents)).tolist()
    assert set(counts) <= {SENTENCES}
    if not counts:
        return []
    return [str(row["document"]) for row in retrieve_rows(library, QUESTION, Search())]


# several workers


def test_two_workers_share_a_folder_while_a_reader_asks(config: Config) -> None:
    with shared(config) as reader:
        stop = keep_in_step(reader)
        workers = [worker(config), worker(config)]
        answers = 0
        while any(one.poll() is None for one in workers):
            answers += bool(asked(reader))
        stop.set()
        done = [report(one) for one in workers]
    added = [name for one in done for name in one["added"]]
    assert sorted(added) == sorted(FILES), "each is taken in once, by either of them"
    assert not any(one["failed"] or one["changed"] for one in done)
    assert answers > 0
    assert_whole(config)


def test_what_a_killed_worker_had_claimed_is_taken_over(config: Config) -> None:
    first, second = worker(config), worker(config)
    assert first.stdout is not None
    while int(first.stdout.readline()) < 1:  # it has committed something and is at work on more
        pass
    first.kill()
    first.communicate()
    done = report(second)
    assert not done["failed"]
    assert_whole(config)


def test_a_second_round_finds_everything_unchanged(config: Config) -> None:
    report(worker(config))
    done = report(worker(config))
    assert (len(done["unchanged"]), done["added"], done["changed"]) == (DOCUMENTS, [], [])


def test_a_document_that_another_works_on_is_waited_for(config: Config) -> None:
    name = next(iter(FILES))
    with shared(few(config)) as one, shared(few(config)) as other:
        assert one.sharing is not None
        assert other.sharing is not None
        assert one.sharing.claim(name)
        assert not other.sharing.claim(name)
        one.sharing.release([name])
        assert other.sharing.claim(name)


def test_what_a_worker_left_undone_is_done_by_the_next(config: Config) -> None:
    config = few(config)
    with shared(config) as library:
        ingest(library, [config.documents])
        outbox = library.ledger.outbox()
        record = library.ledger.record(next(iter(FILES)))
        assert record is not None
        library.prepare_index().remove([record.key])
        with library.ledger._writing() as connection:
            outbox.note(connection, {}, [])
            connection.exec_driver_sql(f"INSERT INTO pending VALUES ({record.key})")
    with shared(config) as library:
        assert library.sharing is not None
        library.sharing.open_lightly()
        assert asked(library), "until then it is compared exactly"
        store = library.prepare_index()
        assert outbox_is_empty(library)
        assert store.count() == len(library.snapshot().windows)


def outbox_is_empty(library: Library) -> bool:
    return library.ledger.outbox().keys() == []


def test_a_worker_with_other_settings_than_the_ledgers_is_stopped(config: Config) -> None:
    config = few(config)
    with shared(config) as library:
        ingest(library, [config.documents])
        library.ledger.set_state({"fingerprint": "{}"})
        write_folder(config.documents, {"new.txt": "A new one."})
        with pytest.raises(FingerprintError, match="start this process again"):
            ingest(library, [config.documents])
        library.ledger.set_state(fingerprint_state(small_embedding()))


# readers


def test_a_reader_notices_within_a_second_and_reads_only_what_is_new(config: Config) -> None:
    config = few(config)
    with shared(config) as writer, shared(config) as reader:
        ingest(writer, [config.documents])
        before = {one.id: one.text for one in reader.snapshot().documents}
        stop = keep_in_step(reader)
        time.sleep(1.0)
        write_folder(config.documents, {"new.txt": "The new ferry hums."})
        ingest(writer, [config.documents])
        waited = until(lambda: len(reader.snapshot().documents) == 4)
        stop.set()
        after = {one.id: one.text for one in reader.snapshot().documents}
    assert waited < 1.5, "a second, and what a busy machine adds"
    assert all(after[name] is text for name, text in before.items()), "nothing is read again"


def test_a_reader_follows_to_another_generation(config: Config) -> None:
    config = few(config)
    with shared(config) as writer, shared(config) as reader:
        ingest(writer, [config.documents])
        stop = keep_in_step(reader)
        until(lambda: reader.nearest() is not None)
        writer.rebuild_index()
        until(lambda: reader.nearest() is not None)
        stop.set()
        assert reader.ledger.state()["generation"] == "2"
        assert asked(reader)


# servers that fail


def test_a_chroma_server_that_is_away_costs_the_index_and_no_answer(config: Config) -> None:
    config = few(config)
    with chroma() as server:
        config = replace(config, chroma_url=server.url)
        with shared(config) as library:
            ingest(library, [config.documents])
            with_index = asked(library)
            stop = keep_in_step(library)
            server.kill()
            assert asked(library) == with_index
            assert library.trouble.startswith("The Chroma server at http://127.0.0.1:")
            write_folder(config.documents, {"new.txt": "The new ferry hums."})
            assert ingest(library, [config.documents]).added == ["new.txt"]
            server.start()
            until(lambda: library.nearest() is not None and not library.trouble)
            stop.set()
            assert outbox_is_empty(library)


@pytest.mark.parametrize("damage", ["lost everything", "lost a document", "other vectors"])
def test_an_index_that_a_server_lost_or_damaged_is_found_and_built_anew(
    config: Config, damage: str
) -> None:
    config = few(config)
    with shared(config) as library:
        ingest(library, [config.documents])
        expected = asked(library)
        generations = generations_of(config, library.ledger)
        assert isinstance(generations, OnServer)
        store = generations.open(1)
        if damage == "lost everything":
            generations.keep_only(0)
        elif damage == "lost a document":
            store.remove([library.documents()[0].key])
        else:
            ids = store.collection.get()["ids"]
            store.collection.update(ids, np.eye(DIMENSION, dtype=np.float32)[[-1] * len(ids)])
        store.close()
        assert library.sharing is not None
        library.examine()
        assert library.ledger.state()["generation"] == "2"
        assert library.nearest() is not None
        assert asked(library) == expected


# what is not shared


def test_a_ledger_on_a_server_with_an_index_in_a_folder_has_one_owner(config: Config) -> None:
    config = replace(config, chroma_url="")
    other = replace(config, data=config.data.with_name("other"))
    first = assembled(config, small_embedding(), take_ownership(config.data))
    try:
        with pytest.raises(OwnedError, match="in use by another process, which keeps its vector"):
            assembled(other, small_embedding(), take_ownership(other.data))
    finally:
        first.close()
    assembled(other, small_embedding(), take_ownership(other.data)).close()


def test_a_removed_document_is_gone_for_every_reader(config: Config) -> None:
    config = few(config)
    with shared(config) as one, shared(config) as other:
        ingest(one, [config.documents])
        assert len(other.snapshot().documents) == 3
        remove_documents(one, [next(iter(FILES))])
        assert len(other.snapshot().documents) == 2
        assert one.document(next(iter(FILES))) is None
        assert isinstance(other.document(list(FILES)[1]), Document)


def test_a_ledger_in_a_folder_with_an_index_on_a_server_has_the_folders_owner(
    config: Config,
) -> None:
    config = replace(few(config), ledger_url="")
    with pytest.raises(OwnedError, match="in use by process"), owned(config), owned(config):
        pass
    with chroma() as server:
        config = replace(config, chroma_url=server.url)
        with owned(config) as library:
            ingest(library, [config.documents])
            assert library.nearest() is not None
            expected = asked(library)
            server.kill()
            assert asked(library) == expected
            assert "does not answer" in library.trouble
        server.start()
        with owned(config) as library:
            assert library.prepare_index().count() == len(library.snapshot().windows)
            assert library.ledger.state()["generation"] == "1"


@contextmanager
def owned(config: Config) -> Iterator[Library]:
    library = assembled(config, small_embedding(), take_ownership(config.data))
    try:
        yield library
    finally:
        library.close()

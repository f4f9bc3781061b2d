"""A ledger on a real PostgreSQL server: what it promises there, and what is said when it fails."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql

from rag.conversations import Conversations
from rag.conversations.turns import KeptTurn
from rag.errors import ConversationError, LedgerError
from rag.ledger import Ledger, ledger_is_there, open_ledger
from rag.ledger.rows import Record
from rag.types import Answer, Document, Mode, Outcome
from tests.servers import PASSWORD, Server, free_port, postgres, schema_of

pytestmark = pytest.mark.servers
BLANK = KeptTurn("a", "Who?", Answer("Who?", "Who?", Outcome.NOT_FOUND, Mode.QUOTES, ""))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture
def url(server: Server, tmp_path: Path) -> str:
    return schema_of(server.url, str(tmp_path))


@pytest.fixture
def ledger(tmp_path: Path, url: str) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "data", url)
    yield ledger
    ledger.close()


def record(name: str, text: str = "Bees hum.") -> Record:
    bounds = np.array([[0, len(text)]], np.int32)
    return Record(Document(name, name, text), "hash", bounds, np.ones((1, 4), np.float16))


def test_a_document_comes_back_as_it_was(ledger: Ledger) -> None:
    strange = "Æther “flows” – 𝔣𝔞𝔰𝔱. \U0001f41d"
    (key,) = ledger.write([record("a", strange)])
    found = ledger.record("a")
    assert found is not None
    assert (found.key, found.document.text) == (key, strange)
    assert (found.bounds == record("a", strange).bounds).all()
    assert (found.vectors == 1).all()


def test_documents_are_listed_sign_by_sign_as_in_a_file(ledger: Ledger) -> None:
    ledger.write([record(name) for name in ("b", "a", "B", "ä", "_", "a b", "a-b")])
    listed = [entry.id for entry in ledger.entries()]
    assert listed == sorted(listed)


def test_a_key_is_never_used_again(ledger: Ledger) -> None:
    (first,) = ledger.write([record("a")])
    (second,) = ledger.write([record("a")], remove=[first])
    ledger.write([], remove=[second])
    (third,) = ledger.write([record("a")])
    assert first < second < third


def test_a_write_is_done_entirely_or_not_at_all(ledger: Ledger) -> None:
    ledger.write([record("a")])
    before = ledger.state()
    with pytest.raises(LedgerError, match="Another process wrote the same document"):
        ledger.write([record("b"), record("a")])
    assert [entry.id for entry in ledger.entries()] == ["a"]
    assert ledger.state() == before


def test_what_is_acknowledged_is_on_the_disk(ledger: Ledger) -> None:
    with ledger._reading() as connection:
        for name in ("synchronous_commit", "fsync"):
            assert connection.execute(sql.text(f"SHOW {name}")).scalar_one() == "on"


def test_a_weaker_habit_of_the_server_is_overruled(tmp_path: Path, url: str) -> None:
    weak = url.replace("options=", "options=-csynchronous_commit%3Doff%20")
    ledger = open_ledger(tmp_path, weak)
    with ledger._reading() as connection:
        assert connection.execute(sql.text("SHOW synchronous_commit")).scalar_one() == "on"
    ledger.close()


def test_ten_processes_may_make_the_tables_at_once(tmp_path: Path, url: str) -> None:
    def make(_: int) -> str:
        ledger = open_ledger(tmp_path, url)
        try:
            return ledger.state()["schema"]
        finally:
            ledger.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(make, range(10)))) == 1


def test_every_write_counts_whoever_writes(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: ledger.write([record(str(name))]), range(40)))
    assert ledger.state()["revision"] == "40"
    assert len(ledger.entries()) == 40


def test_ledgers_of_one_server_know_nothing_of_each_other(
    tmp_path: Path, server: Server, ledger: Ledger
) -> None:
    ledger.write([record("a")])
    other = open_ledger(tmp_path, schema_of(server.url, "another"))
    assert other.entries() == []
    other.close()


def test_looking_makes_no_tables(tmp_path: Path, url: str) -> None:
    assert not ledger_is_there(tmp_path, url)
    assert Conversations(tmp_path, url).entries() == []
    open_ledger(tmp_path, url).close()
    assert ledger_is_there(tmp_path, url)
    assert not any(tmp_path.iterdir()), "nothing is kept in the folder"


# what goes wrong is one sentence, and the password is in none


def problem(url: str, tmp_path: Path) -> str:
    with pytest.raises(LedgerError) as raised:
        open_ledger(tmp_path, url)
    with pytest.raises(ConversationError) as other:
        Conversations(tmp_path, url).keep(BLANK)
    for said in (str(raised.value), str(other.value)):
        assert "\n" not in said
        assert PASSWORD not in said
        assert "wrong-" not in said
        assert re.search(r"\.\Z", said)
    return str(raised.value)


def test_a_server_that_is_down_is_named(server: Server, tmp_path: Path) -> None:
    said = problem(re.sub(r":\d+/", f":{free_port()}/", server.url), tmp_path)
    assert said.startswith("The PostgreSQL server that RAG_LEDGER_URL names does not answer; start")


def test_conversations_of_a_server_that_is_down_are_one_sentence(
    server: Server, tmp_path: Path
) -> None:
    down = re.sub(r":\d+/", f":{free_port()}/", server.url)
    with pytest.raises(ConversationError, match="does not answer; start it"):
        Conversations(tmp_path, down).entries()


def test_a_host_that_is_none_is_named(server: Server, tmp_path: Path, reached: Path) -> None:
    assert "does not answer" in problem(server.url.replace("127.0.0.1", "no.invalid"), tmp_path)
    reached.unlink()  # it is asked for, and the guard of the tests has kept it from leaving


def test_a_wrong_password_is_named(server: Server, tmp_path: Path) -> None:
    said = problem(server.url.replace(PASSWORD, "wrong-password"), tmp_path)
    assert said.startswith("The PostgreSQL server refused the password or the user of RAG_LEDGER")


def test_no_password_is_named(server: Server, tmp_path: Path) -> None:
    said = problem(server.url.replace(f":{PASSWORD}", ""), tmp_path)
    assert "wants a password" in said


def test_a_database_that_is_missing_is_named(server: Server, tmp_path: Path) -> None:
    said = problem(server.url.replace("/postgres", "/nothing"), tmp_path)
    assert 'database "nothing" does not exist; create it, or correct RAG_LEDGER_URL.' in said


def test_a_schema_that_is_missing_is_named(server: Server, tmp_path: Path) -> None:
    said = problem(f"{server.url}?options=-csearch_path%3Dnothing", tmp_path)
    assert "has no schema that RAG_LEDGER_URL names; create it." in said


def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="RAG_LEDGER_URL cannot be read") as raised:
        open_ledger(tmp_path, f"postgresql+psycopg://me:{PASSWORD}@host:port/x")
    assert PASSWORD not in str(raised.value)


# a server that is killed


WRITE = """
import sys
from pathlib import Path
from rag.ledger import open_ledger
from tests.test_ledger_server import record
ledger = open_ledger(Path(sys.argv[1]), sys.argv[2])
for number in range(10_000):
    ledger.write([record(f"{number:05}")])
    print(f"{number:05}", flush=True)
"""


def test_what_was_acknowledged_outlives_a_killed_server(tmp_path: Path) -> None:
    with postgres() as server:
        url = schema_of(server.url, "killed")
        command = [sys.executable, "-c", WRITE, str(tmp_path), url]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline() for _ in range(50)]
            server.kill()
            said += writer.stdout.readlines()
        server.start()
        ledger = open_ledger(tmp_path, url)
        held = [entry.id for entry in ledger.entries()]
        ledger.close()
    acknowledged = [line.strip() for line in said]
    assert held[: len(acknowledged)] == acknowledged
    assert len(held) - len(acknowledged) <= 1, "one may have been written and not yet told of"


def test_a_ledger_that_stays_open_goes_on_with_a_server_that_came_back(tmp_path: Path) -> None:
    with postgres() as server:
        ledger = open_ledger(tmp_path, server.url)
        ledger.write([record("a")])
        server.stop()
        with pytest.raises(LedgerError, match="does not answer"):
            ledger.entries()
        server.start()
        assert [entry.id for entry in ledger.entries()] == ["a"]
        ledger.close()

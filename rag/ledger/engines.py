"""How a ledger is reached: a SQLite file in the data folder, or a PostgreSQL server.

What the two do not have in common stands here and nowhere else: connecting, durability, putting
a value in the place of another, and what their errors are in words.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite

from rag.errors import LedgerAway, LedgerError
from rag.ledger.connecting import ReadOnly, connect

FILE_NAME = "ledger.sqlite"
AFRESH = "move that folder away and run: rag ingest (it reads your documents again)"
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
PATIENCE = 30.0  # seconds that a writer waits for another one
SECONDS_TO_CONNECT = 5
POOL = {"pool_size": 5, "max_overflow": 25, "pool_pre_ping": True}
"""Of connections to a server; one that died with a restarted server is replaced unseen."""
CONNECT = {
    "connect_timeout": SECONDS_TO_CONNECT,
    "application_name": "footnote",
    "keepalives_idle": 10,  # a server that is gone without a word is noticed in half a minute
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
NO_POOL = {"poolclass": sql.pool.NullPool}

MAKING = 7_215_001  # the number of the lock under which tables are made
PROBLEMS = {
    "password authentication failed": "refused the password or the user of RAG_LEDGER_URL; "
    "correct it there",
    "no password supplied": "wants a password; write it into RAG_LEDGER_URL",
    "no pg_hba.conf entry": "lets nobody in from here; allow this machine in its pg_hba.conf",
    "permission denied": "lets this user make no tables; grant CREATE on the database's schema",
    "no schema has been selected": "has no schema that RAG_LEDGER_URL names; create it",
    "too many clients": "has no connection left; raise its max_connections",
}
"""What PostgreSQL says, and what a person is told; the password stands in neither."""
UNREACHABLE = (
    "connection",
    "resolve host",
    "translate host",
    "timeout expired",
    "shutting down",
    "starting up",
    "recovery mode",
)


def engine_of(folder: Path, url: str = "") -> sql.Engine:
    """Return what reaches the ledger of a data folder, or the one that ``url`` names.

    Nothing is opened before it is used.
    """
    if url:
        return server_engine(url)
    path = folder / FILE_NAME
    engine = sql.create_engine(
        f"sqlite:///{path}", creator=lambda: connect(path), poolclass=sql.QueuePool
    )
    sql.event.listen(engine, "checkin", _forget_read_only)
    return engine


def server_engine(url: str, patience: float = PATIENCE, *, is_pooled: bool = True) -> sql.Engine:
    """Return what reaches a PostgreSQL server; unpooled, no connection outlives its use."""
    engine = sql.create_engine(
        _address(url),
        connect_args=CONNECT,
        **(POOL if is_pooled else NO_POOL),
    )
    sql.event.listen(engine, "connect", partial(_prepare_session, patience))
    return engine


def is_server(engine: sql.Engine) -> bool:
    """Whether a ledger is on a server, so that several processes may write to it."""
    return engine.dialect.name == "postgresql"


def has_tables(engine: sql.Engine, table: str) -> bool:
    """Whether there is anything where a ledger would be; looking makes nothing."""
    if not is_server(engine):
        return Path(str(engine.url.database)).exists()
    with in_words("read"):
        return sql.inspect(engine).has_table(table)


def make_tables(engine: sql.Engine, metadata: sql.MetaData) -> None:
    """Make the tables that are missing; several processes may do so at the same moment."""
    with engine.begin() as connection:
        lock_making(connection)
        metadata.create_all(connection)


def lock_making(connection: sql.Connection) -> None:
    """Have other processes wait with making tables until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sql.select(sql.func.pg_advisory_xact_lock(MAKING)))


def put(connection: sql.Connection, table: sql.Table, values: Mapping[str, str]) -> None:
    """Set named values of a table of two columns, ``name`` and ``value``."""
    for name, value in values.items():
        statement = _insert(connection, table).values(name=name, value=value)
        change = statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        connection.execute(change)


def put_if_missing(connection: sql.Connection, table: sql.Table, values: Mapping[str, str]) -> None:
    """Set those named values that have none yet."""
    rows = [{"name": name, "value": value} for name, value in values.items()]
    connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


@contextmanager
def in_words(done: str = "read or written") -> Iterator[None]:
    """Turn what a database says into a LedgerError of one sentence."""
    try:
        yield
    except sql.exc.IntegrityError as error:
        raise LedgerError(
            "Another process wrote the same document at the same moment, and its version is kept; "
            "run: rag ingest"
        ) from error
    except sql.exc.DatabaseError as error:
        if type(error.orig).__module__.startswith("psycopg"):
            kind = LedgerAway if is_away(str(error.orig)) else LedgerError
            raise kind(server_problem(str(error.orig))) from error
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without what refines it
        if code in DAMAGED:
            raise LedgerError(
                f"{FILE_NAME} is damaged ({error.orig}); put a copy of it back into RAG_DATA, or "
                f"{AFRESH}."
            ) from error
        raise LedgerError(
            f"The ledger cannot be {done} ({error.orig}); what was stored before is "
            "kept. Free disk space or check the permissions of RAG_DATA, then try again."
        ) from error
    except sql.exc.TimeoutError as error:  # all connections are in use
        raise LedgerAway("The ledger's server is busy; try again in a moment.") from error


def server_problem(said: str) -> str:
    """Return in one sentence what is wrong with a PostgreSQL server, and what to do."""
    for words, remedy in PROBLEMS.items():
        if words in said:
            return f"The PostgreSQL server {remedy}."
    if "FATAL" in said and "does not exist" in said:  # a database, or a role
        what = said.rsplit("FATAL:", maxsplit=1)[-1].strip().splitlines()[0]
        return f"The PostgreSQL server says that {what}; create it, or correct RAG_LEDGER_URL."
    if is_away(said):
        return (
            "The PostgreSQL server that RAG_LEDGER_URL names does not answer; start it or correct "
            "the address (what was stored is kept)."
        )
    first = said.strip().splitlines()[0] if said.strip() else "no reason given"
    return f"The PostgreSQL server refuses ({first}); what was stored before is kept."


def is_away(said: str) -> bool:
    """Whether what is said is that the server is not there, as it may be again in a moment."""
    is_told_otherwise = any(words in said for words in PROBLEMS) or "does not exist" in said
    return not is_told_otherwise and any(words in said for words in UNREACHABLE)


def _address(url: str) -> sql.URL:
    """The parts of an address; it is not repeated where it is none, for it may hold a password."""
    try:
        return sql.make_url(url).set(drivername="postgresql+psycopg")
    except (sql.exc.ArgumentError, ValueError):
        raise LedgerError(
            "RAG_LEDGER_URL cannot be read; it looks like "
            "postgresql+psycopg://user:password@host:5432/footnote."
        ) from None


def _prepare_session(
    patience: float, connection: sql.engine.interfaces.DBAPIConnection, _: object
) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {round(patience * 1000)}")
    cursor.execute(  # what is acknowledged is on the disk, whatever the server's habit
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    )
    cursor.close()
    connection.commit()


def _forget_read_only(connection: object, record: sql.pool.ConnectionPoolEntry) -> None:
    """Keep no connection that cannot write; there may be room for another one by then."""
    if isinstance(connection, ReadOnly):
        record.invalidate()


def _insert(connection: sql.Connection, table: sql.Table) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)

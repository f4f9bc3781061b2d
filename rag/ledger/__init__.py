"""The ledger: what is in it was acknowledged, everything else is derived from it.

One SQLite file (WAL, synchronous=FULL), or a PostgreSQL database where one machine is outgrown,
holds the documents, their sentences' offsets and vectors, the fingerprint they were made with,
and the state of the vector index. A document is one row and changes in one transaction, so it is
seen entirely or not at all. ``revision`` grows with every change that a reader would see.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import sqlalchemy as sql

from rag.errors import LedgerError, OwnedError
from rag.ledger.engines import (
    AFRESH,
    FILE_NAME,
    engine_of,
    has_tables,
    in_words,
    is_server,
    make_tables,
    put,
    put_if_missing,
)
from rag.ledger.locks import Locks
from rag.ledger.outbox import Outbox
from rag.ledger.rows import (
    ENTRY_COLUMNS,
    Entry,
    Record,
    document_table,
    entry_of,
    measured_of,
    metadata,
    record_of,
    row_of,
    state_table,
    time_table,
)

__all__ = ["FILE_NAME", "Beside", "Connection", "Ledger", "ledger_is_there", "open_ledger"]

SCHEMA = "3"
UPGRADES = {
    "1": ("tags TEXT NOT NULL DEFAULT '[]'",),
    "2": ("author TEXT NOT NULL DEFAULT ''", "pages TEXT NOT NULL DEFAULT '[]'"),
}
"""The columns that each layout lacks beside the next one."""

AT_ONCE = 10_000  # keys in one query; SQLite takes 32,766


Connection = sql.Connection
Beside = Callable[[Connection, Sequence[int]], None]
"""What else is written in a transaction, which is told the keys of the new documents."""


class Ledger:
    """An open ledger; every method is one transaction."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._owning: Locks | None = None

    def entries(self) -> list[Entry]:
        """List the documents held, by id."""
        query = sql.select(*ENTRY_COLUMNS).select_from(_timed()).order_by(document_table.c.id)
        with self._reading() as connection:
            return [entry_of(row) for row in connection.execute(query)]

    def keys(self) -> set[int]:
        """Return the keys of the documents held."""
        with self._reading() as connection:
            return set(connection.execute(sql.select(document_table.c.key)).scalars())

    def hashes(self) -> dict[int, tuple[str, str]]:
        """Return by key the public name of each document held and the hash of its bytes."""
        query = sql.select(document_table.c.key, document_table.c.id, document_table.c.hash)
        with self._reading() as connection:
            return {row.key: (row.id, row.hash) for row in connection.execute(query)}

    def sentences(self) -> int:
        """Count the sentences of all documents."""
        total = sql.func.coalesce(sql.func.sum(document_table.c.sentences), 0)
        with self._reading() as connection:
            return int(connection.execute(sql.select(total)).scalar_one())

    def records(self, keys: Sequence[int] | None = None) -> Iterator[Record]:
        """Read documents whole, in the order of their keys; all of them when no keys are given."""
        query = sql.select(document_table).order_by(document_table.c.key)
        parts = [query] if keys is None else [query.where(_among(some)) for some in _parts(keys)]
        with self._reading() as connection:
            for part in parts:
                for row in connection.execute(part.execution_options(yield_per=200)):
                    yield record_of(row)

    def record(self, document_id: str) -> Record | None:
        """Read one document by its public name."""
        query = sql.select(document_table).where(document_table.c.id == document_id)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return record_of(row) if row is not None else None

    def entry(self, document_id: str) -> Entry | None:
        """Return what the list of documents says of one of them."""
        query = sql.select(*ENTRY_COLUMNS).select_from(_timed())
        with self._reading() as connection:
            row = connection.execute(query.where(document_table.c.id == document_id)).first()
        return entry_of(row) if row is not None else None

    def write(
        self,
        records: Sequence[Record],
        remove: Iterable[int] = (),
        beside: Beside | None = None,
    ) -> list[int]:
        """Commit documents and drop the keys they replace; mark the index as behind.

        Returns the new keys in the order of ``records``. With ``beside`` it is that which notes
        how the index stands.
        """
        with self._writing() as connection:
            _drop(connection, remove)
            add = sql.insert(document_table).returning(document_table.c.key)
            keys = [connection.execute(add, row_of(record)).scalar_one() for record in records]
            _note_time(connection, keys)
            if beside is None:
                _set(connection, {"index": "behind"})
            else:
                beside(connection, keys)
            _count(connection)
        return keys

    def replace_vectors(self, records: Iterable[Record], state: Mapping[str, str]) -> None:
        """Give every document new sentences and vectors, and change the state, all or nothing."""
        with self._writing() as connection:
            for record in records:
                connection.execute(
                    sql.update(document_table)
                    .where(document_table.c.key == record.key)
                    .values(measured_of(record))
                )
            _set(connection, {**state, "index": "behind"})
            _count(connection)

    def state(self) -> dict[str, str]:
        """Return every named value of the ledger's state."""
        with self._reading() as connection:
            return self.state_in(connection)

    @staticmethod
    def state_in(connection: Connection) -> dict[str, str]:
        """Return the same as a transaction that is under way sees it."""
        return {row.name: row.value for row in connection.execute(sql.select(state_table))}

    def name(self) -> str:
        """Return what tells this ledger from all others, on whatever servers."""
        return self.state()["name"]

    def set_state(self, values: Mapping[str, str]) -> None:
        """Set named values of the state."""
        with self._writing() as connection:
            _set(connection, values)

    @property
    def is_on_server(self) -> bool:
        """Whether it is on a server, where several processes may write."""
        return is_server(self._engine)

    def own(self) -> None:
        """Be the one process that changes a ledger on a server, until it is closed.

        Raises OwnedError when there is another one: its index is in a folder of its own, which
        could not follow what is written here.
        """
        self._owning = self.locks()
        if not self._owning.take("owner"):
            raise OwnedError(
                "The ledger that RAG_LEDGER_URL names is in use by another process, which keeps "
                "its vector index in a folder; close that first, or set RAG_CHROMA_URL for both."
            )

    def locks(self) -> Locks:
        """Return this process's part in the locks that a server keeps for the ledger."""
        return Locks(self._engine, self.name())

    def outbox(self) -> Outbox:
        """Return the notes of what a shared index has still to follow."""
        return Outbox(self._engine)

    @contextmanager
    def at_one_moment(self) -> Iterator["Ledger"]:
        """The ledger as it is now, to be read whatever others write meanwhile, on a server."""
        if not self.is_on_server:
            yield self
            return
        with in_words(), self._engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            yield _Moment(self._engine, connection)

    def size(self) -> int:
        """Return how many bytes the documents take where they are stored."""
        if not self.is_on_server:
            file = Path(str(self._engine.url.database))
            return sum(one.stat().st_size for one in file.parent.glob(f"{FILE_NAME}*"))
        size = sql.func.pg_total_relation_size(document_table.name)
        with self._reading() as connection:
            return int(connection.execute(sql.select(size)).scalar_one())

    def close(self) -> None:
        """Give the file or the connections back."""
        if self._owning is not None:
            self._owning.close()
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sql.Connection]:
        with in_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sql.Connection]:
        with in_words(), self._engine.begin() as connection:
            yield connection


class _Moment(Ledger):
    """A ledger as one transaction sees it."""

    def __init__(self, engine: sql.Engine, connection: Connection) -> None:
        super().__init__(engine)
        self._connection = connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with in_words():
            yield self._connection


def open_ledger(folder: Path, url: str = "") -> Ledger:
    """Open the ledger of a data folder, or the one that ``url`` names; what is missing is made.

    Raises LedgerError when the folder cannot be written, the server does not let us in, or
    either holds no ledger of this version.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The data folder {folder} cannot be made ({error.strerror}); "
            "set RAG_DATA to a folder that can be written."
        ) from error
    if not url:
        _check_there(folder / FILE_NAME)
    engine = engine_of(folder, url)
    try:
        with in_words():
            make_tables(engine, metadata)
            _check_schema(engine)
    except LedgerError:
        engine.dispose()
        raise
    return Ledger(engine)


def ledger_is_there(folder: Path, url: str = "") -> bool:
    """Whether a ledger was ever made there; looking makes none."""
    engine = engine_of(folder, url)
    try:
        return has_tables(engine, document_table.name)
    finally:
        engine.dispose()


def _check_there(path: Path) -> None:
    """Raise LedgerError where an index shows that there was a ledger, and there is none."""
    is_there = path.exists()
    if (is_there and path.stat().st_size) or not any(path.parent.glob("index/gen-*")):
        return
    raise LedgerError(
        f"{path} is {'empty' if is_there else 'gone'}, though documents were indexed in this "
        f"folder; put a copy of it back, or {AFRESH}."
    )


def _check_schema(engine: sql.Engine) -> None:
    with engine.begin() as connection:
        _begin(connection)
        query = sql.select(state_table.c.value).where(state_table.c.name == "schema")
        found = connection.execute(query.with_for_update()).scalar_one()
        while found in UPGRADES:
            for column in UPGRADES[found]:
                connection.execute(sql.text(f"ALTER TABLE documents ADD COLUMN {column}"))
            found = str(int(found) + 1)
            _set(connection, {"schema": found})
    if found != SCHEMA:
        raise LedgerError(
            f"The data folder was written by another version of Footnote (layout {found}, this "
            f"one reads {SCHEMA}); set RAG_DATA to a fresh folder and ingest again."
        )


def _begin(connection: sql.Connection) -> None:
    """Set what a ledger begins with and this one has not; a whole one is only read."""
    start = {
        "schema": SCHEMA,
        "revision": "0",
        "generation": "0",
        "index": "behind",
        "name": token_hex(6),
    }
    known = set(connection.execute(sql.select(state_table.c.name)).scalars())
    if missing := {name: value for name, value in start.items() if name not in known}:
        put_if_missing(connection, state_table, missing)


def _timed() -> sql.Join:
    return document_table.outerjoin(time_table, document_table.c.key == time_table.c.key)


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _among(keys: Sequence[int]) -> sql.ColumnElement[bool]:
    return document_table.c.key.in_(keys)


def _drop(connection: sql.Connection, keys: Iterable[int]) -> None:
    for key in keys:
        for table in (document_table, time_table):
            connection.execute(sql.delete(table).where(table.c.key == key))


def _note_time(connection: sql.Connection, keys: Iterable[int]) -> None:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    rows = [{"key": key, "indexed": now} for key in keys]
    if rows:
        connection.execute(sql.insert(time_table), rows)


def _set(connection: sql.Connection, values: Mapping[str, str]) -> None:
    put(connection, state_table, values)


def _count(connection: sql.Connection) -> None:
    """Have the revision grow; others who write wait from here, so revisions come in order."""
    revision = sql.cast(sql.cast(state_table.c.value, sql.Integer) + 1, sql.Text)
    connection.execute(
        sql.update(state_table).where(state_table.c.name == "revision").values(value=revision)
    )

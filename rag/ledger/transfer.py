"""A ledger in a data folder is taken over to a PostgreSQL server, whole and in one transaction.

Documents get new keys there: a key must never name another content than it once did, and the
ledger on the server may have held others before. What is derived, as the index, is not taken.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sql

from rag.errors import LedgerError
from rag.ledger import SCHEMA, ledger_is_there, open_ledger
from rag.ledger.engines import engine_of, in_words, make_tables, put
from rag.ledger.rows import document_table, state_table, time_table

AT_ONCE = 50  # documents that are read at a time; one may have megabytes of vectors
KEPT = ("fingerprint", "canaries")  # of the state; all else is the server's own


@dataclass(frozen=True, slots=True)
class Transferred:
    """How many documents were taken over, and how many rows of the tables beside them."""

    documents: int
    others: tuple[int, ...]


def transfer(folder: Path, url: str, others: Sequence[sql.Table]) -> Transferred:
    """Copy a folder's ledger, with other tables that lie in its file, to the server.

    Raises LedgerError where there is none, where the server holds something already, or where
    anything fails on the way; then the server is as it was. The folder is only read.
    """
    with _source(folder) as source, _target(folder, url, others) as target:
        _check_empty(target, [document_table, *others])
        state = _state(source)
        documents = _copy_documents(source, target)
        counts = tuple(_copy(source, target, table) for table in others)
        values = {name: state[name] for name in KEPT if name in state}
        revision = str(int(_state(target)["revision"]) + 1)
        put(target, state_table, {**values, "index": "behind", "revision": revision})
    return Transferred(documents, counts)


@contextmanager
def _source(folder: Path) -> Iterator[sql.Connection]:
    """The ledger of a folder as it is at one moment."""
    if not ledger_is_there(folder):
        raise _nothing_in(folder)
    engine = engine_of(folder, "")
    try:
        with in_words("read"), engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            if not sql.inspect(connection).has_table(state_table.name):
                raise _nothing_in(folder)
            _check_layout(folder, _state(connection).get("schema", ""))
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _target(folder: Path, url: str, others: Sequence[sql.Table]) -> Iterator[sql.Connection]:
    """A transaction on the server, beside which nobody else writes any of the tables."""
    engine = engine_of(folder, url)
    try:
        with closing(open_ledger(folder, url)) as ledger, in_words("written"):
            ledger.own()  # whoever has its index in a folder could not follow
            for table in others:
                make_tables(engine, table.metadata)
            with engine.begin() as connection:
                names = ", ".join(table.name for table in (document_table, time_table, *others))
                connection.execute(sql.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
                yield connection
    finally:
        engine.dispose()


def _nothing_in(folder: Path) -> LedgerError:
    return LedgerError(
        f"There is no ledger in {folder} to take over; set RAG_DATA to the data folder that the "
        "documents were indexed in."
    )


def _check_layout(folder: Path, found: str) -> None:
    if found != SCHEMA:
        raise LedgerError(
            f"The ledger in {folder} was written by another version of Footnote (layout {found}, "
            f"this one takes over {SCHEMA}); run `rag documents list` with this version and "
            "without RAG_LEDGER_URL first, which brings an older one up to date."
        )


def _check_empty(target: sql.Connection, tables: Sequence[sql.Table]) -> None:
    for table in tables:
        if target.execute(sql.select(sql.literal(1)).select_from(table).limit(1)).first():
            raise LedgerError(
                f"The ledger that RAG_LEDGER_URL names holds {table.name} already, and nothing "
                "was taken over; name an empty database or schema."
            )


def _state(connection: sql.Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(sql.select(state_table))}


def _copy_documents(source: sql.Connection, target: sql.Connection) -> int:
    times = {row.key: row.indexed for row in source.execute(sql.select(time_table))}
    add = sql.insert(document_table).returning(document_table.c.key)
    count = 0
    for values in _rows(source, document_table, document_table.c.key):
        old = values.pop("key")
        key = target.execute(add, values).scalar_one()
        if old in times:
            target.execute(sql.insert(time_table).values(key=key, indexed=times[old]))
        count += 1
    return count


def _copy(source: sql.Connection, target: sql.Connection, table: sql.Table) -> int:
    """Copy a table that an older ledger may lack."""
    if not sql.inspect(source).has_table(table.name):
        return 0
    count = 0
    for values in _rows(source, table):
        target.execute(sql.insert(table).values(values))
        count += 1
    return count


def _rows(
    source: sql.Connection, table: sql.Table, *order: sql.ColumnElement[int]
) -> Iterator[dict[str, object]]:
    query = sql.select(table).order_by(*order).execution_options(yield_per=AT_ONCE)
    return (dict(row) for row in source.execute(query).mappings())

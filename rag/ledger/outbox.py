"""What a ledger holds and a shared vector index does not have yet, or has still.

A worker notes it in the transaction that writes a document, and settles it once the index has
followed. What a worker that was killed left behind is found here by the others.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sql

from rag.ledger.engines import in_words, make_tables, put
from rag.ledger.rows import state_table

metadata = sql.MetaData()
pending_table = sql.Table(
    "pending",
    metadata,
    sql.Column("key", sql.Integer, primary_key=True, autoincrement=False),
)
passage_table = sql.Table(  # how many passages the index has of each document
    "passages",
    metadata,
    sql.Column("key", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("count", sql.Integer, nullable=False),
)


class Outbox:
    """The notes of one ledger; its tables are made where they are missing."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        with in_words():
            make_tables(engine, metadata)

    def note(
        self, connection: sql.Connection, added: Mapping[int, int], removed: Iterable[int]
    ) -> None:
        """Note documents by their keys, the new ones with how many passages they have."""
        gone = [*removed]
        connection.execute(sql.delete(passage_table).where(passage_table.c.key.in_(gone)))
        counted = [{"key": key, "count": count} for key, count in added.items()]
        if counted:
            connection.execute(sql.insert(passage_table), counted)
        keys = [{"key": key} for key in dict.fromkeys([*added, *gone])]
        if keys:
            fresh = sql.dialects.postgresql.insert(pending_table).on_conflict_do_nothing()
            connection.execute(fresh, keys)

    def keys(self) -> list[int]:
        """Return the keys of the documents that the index has not followed."""
        with in_words(), self._engine.connect() as connection:
            return [*connection.execute(sql.select(pending_table.c.key)).scalars()]

    def settle(self, keys: Iterable[int]) -> None:
        """Note that the index has followed."""
        with in_words(), self._engine.begin() as connection:
            connection.execute(sql.delete(pending_table).where(pending_table.c.key.in_([*keys])))

    def passages(self) -> int:
        """Count the passages that the index has once everything is settled."""
        total = sql.func.coalesce(sql.func.sum(passage_table.c.count), 0)
        with in_words(), self._engine.connect() as connection:
            return int(connection.execute(sql.select(total)).scalar_one())

    def start_anew(self, counts: Mapping[int, int], state: Mapping[str, str]) -> None:
        """Note that a new index holds all of the ledger, and name it in the ledger's state."""
        rows = [{"key": key, "count": count} for key, count in counts.items()]
        with in_words(), self._engine.begin() as connection:
            for table in (pending_table, passage_table):
                connection.execute(sql.delete(table))
            if rows:
                connection.execute(sql.insert(passage_table), rows)
            put(connection, state_table, state)

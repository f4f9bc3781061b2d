"""The tables of conversations, where the ledger is and apart from its own.

Any process may write them: SQLite lets one writer in at a time and has the others wait. They are
made wherever they are missing, so a ledger of an earlier version gets them.
"""

from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.schema import CreateTable

from rag.ledger.engines import FILE_NAME, lock_making, server_engine

metadata = sql.MetaData()
conversation_table = sql.Table(
    "conversations",
    metadata,
    sql.Column("id", sql.Text, primary_key=True),
    sql.Column("title", sql.Text, nullable=False),
    sql.Column("created", sql.Text, nullable=False),  # universal time, ISO
    sql.Column("changed", sql.Text, nullable=False),
    sql.Column("words", sql.Text, nullable=False),  # of the title, to be searched
)
turn_table = sql.Table(
    "turns",
    metadata,
    sql.Column("conversation", sql.Text, primary_key=True),
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("id", sql.Text, nullable=False),
    sql.Column("words", sql.Text, nullable=False),  # of question and answer, to be searched
    sql.Column("body", sql.LargeBinary, nullable=False),  # the turn as JSON
)
_MADE = [
    str(CreateTable(table, if_not_exists=True).compile(dialect=sql.dialects.sqlite.dialect()))
    for table in metadata.sorted_tables
]


def connected(folder: Path, url: str, patience: float) -> sql.Engine:
    """What reaches the conversations; a writer waits so many seconds for another one.

    No connection outlives its use, so there is nothing to close.
    """
    if url:
        return server_engine(url, patience, is_pooled=False)
    engine = sql.create_engine(
        f"sqlite:///{folder / FILE_NAME}",
        connect_args={"timeout": patience},
        poolclass=sql.pool.NullPool,
    )
    sql.event.listen(engine, "connect", _prepare)
    return engine


def make_missing(connection: sql.Connection) -> None:
    """Make the tables on a server; in a file they are there as soon as it is opened."""
    if connection.dialect.name != "sqlite":
        lock_making(connection)
        metadata.create_all(connection)


def has_word(text: sql.ColumnElement[str], word: str) -> sql.ColumnElement[bool]:
    """Whether a text has a word in it, sign by sign."""
    return sql.func.replace(text, word, "") != text


def _prepare(connection: sql.engine.interfaces.DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for command in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *_MADE):
        cursor.execute(command)
    cursor.close()

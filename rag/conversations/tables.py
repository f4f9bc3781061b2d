"""The tables of conversations, in the file of the ledger and apart from its own.

Any process may write them: SQLite lets one writer in at a time and has the others wait. They are
made wherever they are missing, so a data folder of an earlier version gets them.
"""

from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.schema import CreateTable

from rag.ledger import FILE_NAME

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


def connected(folder: Path, patience: float) -> sql.Engine:
    """The file of a data folder; a writer waits so many seconds for another one.

    No connection outlives its use, so there is nothing to close.
    """
    engine = sql.create_engine(
        f"sqlite:///{folder / FILE_NAME}",
        connect_args={"timeout": patience},
        poolclass=sql.pool.NullPool,
    )
    sql.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sql.engine.interfaces.DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for command in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *_MADE):
        cursor.execute(command)
    cursor.close()

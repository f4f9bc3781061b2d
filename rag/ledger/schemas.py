"""Schemas of one PostgreSQL database: a ledger in each, and the list of those that have names.

The list is a table beside the usual ledger, so that every process that is given its address finds
the same ones. A schema is made and listed in one transaction, and goes the same way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sql

from rag.errors import LedgerError
from rag.ledger.engines import in_words, lock_making, server_engine

LONGEST = 63  # bytes of a schema's name; PostgreSQL cuts longer ones, and two would be one
USUAL = "public"

_metadata = sql.MetaData()
_listed = sql.Table(
    "collections",
    _metadata,
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("schema", sql.Text, nullable=False),
    sql.Column("mark", sql.Text, nullable=False),  # another one when it is made anew
    sql.Column("documents", sql.Text, nullable=False),
    sql.Column("embedding", sql.Text, nullable=False),
)
Row = Mapping[str, str]


def listed(url: str) -> Sequence[Row]:
    """The named schemas, by name; none where none was ever made."""
    with _connected(url) as connection:
        if not sql.inspect(connection).has_table(_listed.name):
            return ()
        rows = connection.execute(sql.select(_listed).order_by(_listed.c.name))
        return [dict(row) for row in rows.mappings()]


def make_schema(url: str, row: Row) -> None:
    """Make an empty schema for a name and list it; raises LedgerError when there is one."""
    with _connected(url) as connection:
        lock_making(connection)
        _metadata.create_all(connection)
        schema = _schema_for(connection, row["name"])
        connection.execute(sql.schema.CreateSchema(schema))
        connection.execute(sql.insert(_listed).values({**row, "schema": schema}))


def change_listed(url: str, row: Row) -> None:
    """Write other settings beside a name."""
    with _connected(url) as connection:
        change = sql.update(_listed).where(_listed.c.name == row["name"])
        connection.execute(change.values(documents=row["documents"], embedding=row["embedding"]))


def drop_schema(url: str, name: str) -> None:
    """Remove a named schema with all that is in it, and its name."""
    with _connected(url) as connection:
        found = sql.select(_listed.c.schema).where(_listed.c.name == name)
        schema = connection.execute(found).scalar_one_or_none()
        if schema is not None:
            connection.execute(sql.schema.DropSchema(schema, cascade=True))
            connection.execute(sql.delete(_listed).where(_listed.c.name == name))


def address_in(url: str, schema: str) -> str:
    """The address of the ledger in a schema of the same database."""
    address = sql.make_url(url)
    given = address.query.get("options", "")
    before = given if isinstance(given, str) else " ".join(given)
    options = f'{before} -csearch_path="{schema}"'.strip()
    return address.update_query_dict({"options": options}).render_as_string(hide_password=False)


def _schema_for(connection: sql.Connection, name: str) -> str:
    """A schema of its own: of that name, behind another ledger's where that is not the usual."""
    here = str(connection.execute(sql.select(sql.func.current_schema())).scalar_one() or USUAL)
    schema = name if here == USUAL else f"{here}_{name}"
    if len(schema.encode()) > LONGEST:
        raise LedgerError(
            f"{schema} is too long for the name of a schema; choose a shorter name, or a shorter "
            "schema in RAG_LEDGER_URL."
        )
    if schema.startswith("pg_") or sql.inspect(connection).has_schema(schema):
        raise LedgerError(
            f"The database has a schema {schema} for something else; choose another name."
        )
    return schema


@contextmanager
def _connected(url: str) -> Iterator[sql.Connection]:
    """A transaction; no connection outlives it."""
    with in_words(), server_engine(url, is_pooled=False).begin() as connection:
        yield connection

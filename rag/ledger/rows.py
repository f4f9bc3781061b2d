"""How the ledger lays out its tables, and how rows become nouns and back."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sql
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql

from rag.types import Document

BY_SIGNS = sql.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that is put in order sign by sign, as SQLite does, whatever a server's language is."""

metadata = sql.MetaData()
state_table = sql.Table(
    "state",
    metadata,
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)
document_table = sql.Table(
    "documents",
    metadata,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("id", BY_SIGNS, nullable=False, unique=True),
    sql.Column("hash", sql.Text, nullable=False),
    sql.Column("title", sql.Text, nullable=False),
    sql.Column("date", sql.Text),
    sql.Column("source", sql.Text, nullable=False),
    sql.Column("note", sql.Text, nullable=False),
    sql.Column("tags", sql.Text, nullable=False, server_default="[]"),  # a JSON list
    sql.Column("author", sql.Text, nullable=False, server_default=""),
    sql.Column("pages", sql.Text, nullable=False, server_default="[]"),  # a JSON list of offsets
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("sentences", sql.Integer, nullable=False),
    sql.Column("bounds", sql.LargeBinary, nullable=False),
    sql.Column("vectors", sql.LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # a key is never used again, so a passage's id names its content
)
time_table = sql.Table(  # apart, because to reach a column behind the vectors SQLite reads them
    "times",
    metadata,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("indexed", sql.Text, nullable=False),
)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A document as the ledger holds it.

    ``bounds`` is (n, 2) int32, the sentences' offsets; ``vectors`` is (n, dimension) float16,
    their unit vectors; ``hash`` is of the bytes it was read from. ``key`` is 0 until written.
    """

    document: Document
    hash: str
    bounds: NDArray[np.int32]
    vectors: NDArray[np.float16]
    key: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the list of what is held, without its text; ``indexed`` is in UTC."""

    key: int
    id: str
    hash: str
    title: str
    date: dt.date | None
    source: str
    note: str
    tags: tuple[str, ...]
    author: str
    sentences: int
    indexed: dt.datetime | None = None


ENTRY_COLUMNS = [
    *(
        document_table.c[name]
        for name in "key id hash title date source note tags author sentences".split()
    ),
    time_table.c.indexed,  # none in what an older version wrote
]


def entry_of(row: sql.Row[Any]) -> Entry:
    """Make an Entry of a row of ENTRY_COLUMNS."""
    values = dict(row._mapping)  # noqa: SLF001 - the public name of a row's columns and values
    values["date"] = dt.date.fromisoformat(row.date) if row.date else None
    values["tags"] = tuple(json.loads(row.tags))
    values["indexed"] = dt.datetime.fromisoformat(row.indexed) if row.indexed else None
    return Entry(**values)


def record_of(row: sql.Row[Any]) -> Record:
    """Make a Record of a whole row."""
    date = dt.date.fromisoformat(row.date) if row.date else None
    bounds = np.frombuffer(row.bounds, np.int32).reshape(-1, 2)
    return Record(
        document=Document(
            id=row.id,
            title=row.title,
            text=row.text,
            date=date,
            source=row.source,
            note=row.note,
            tags=tuple(json.loads(row.tags)),
            author=row.author,
            pages=tuple(json.loads(row.pages)),
        ),
        hash=row.hash,
        bounds=bounds,
        vectors=np.frombuffer(row.vectors, np.float16).reshape(len(bounds), -1),
        key=row.key,
    )


def row_of(record: Record) -> dict[str, object]:
    """Return the values of a document's row, without its key."""
    document = record.document
    return {
        "id": document.id,
        "hash": record.hash,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "source": document.source,
        "note": document.note,
        "tags": json.dumps(document.tags, ensure_ascii=False),
        "author": document.author,
        "pages": json.dumps(document.pages),
        "text": document.text,
    } | measured_of(record)


def measured_of(record: Record) -> dict[str, object]:
    """Return the values that depend on how sentences are cut and embedded."""
    return {
        "sentences": len(record.bounds),
        "bounds": record.bounds.astype(np.int32).tobytes(),
        "vectors": record.vectors.astype(np.float16).tobytes(),
    }

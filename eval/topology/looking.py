"""What the ledger holds, looked at again and again: that is what was acknowledged.

A transaction that others can see is on the disk: from then on the document must never be lost.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

import sqlalchemy as sql

from eval.topology.papers import Papers
from rag.ledger.rows import document_table

BETWEEN = 0.1  # seconds
SESSION = {"connect_timeout": 2, "options": "-c statement_timeout=5000"}


@dataclass
class Look:
    """What was seen of the ledger: documents that it had lost, and how often it was away."""

    lost: set[str] = field(default_factory=set)
    away: int = 0
    looks: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def looked_at(url: str, papers: Papers) -> Iterator[Look]:
    """Look until the block ends; ``papers`` is told what is held."""
    look = Look()
    thread = threading.Thread(target=_look_on, args=(url, papers, look), name="look")
    thread.start()
    try:
        yield look
    finally:
        look.stop.set()
        thread.join()


def _look_on(url: str, papers: Papers, look: Look) -> None:
    engine = sql.create_engine(url, connect_args=SESSION, pool_pre_ping=True)
    query = sql.select(document_table.c.id, document_table.c.hash)
    while not look.stop.wait(BETWEEN):
        try:
            with engine.connect() as connection:
                held = {row.id: row.hash for row in connection.execute(query)}
        except sql.exc.DatabaseError:  # it was killed
            look.away += 1
            continue
        look.looks += 1
        look.lost.update(papers.see(held, monotonic()))
    engine.dispose()

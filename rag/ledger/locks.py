"""Locks that several processes share through a ledger's server, and that die with their holder.

They are PostgreSQL's advisory locks of one session: the server lets go of them the moment a
process is killed, so nothing has to be given up by a clock. Not for use behind a pooler that
hands a session round.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sql
from sqlalchemy.engine.interfaces import DBAPIConnection

from rag.ledger.engines import in_words


class Locks:
    """The locks of one process on one ledger, whose ``name`` keeps them from those of others."""

    def __init__(self, engine: sql.Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._using = threading.Lock()
        self._connection: sql.Connection | None = None
        self._driver: DBAPIConnection | None = None
        self._held: list[str] = []

    def take(self, what: str) -> bool:
        """Take a lock at once or not at all; held twice it has to be released twice."""
        is_ours = bool(self._ask("pg_try_advisory_lock", what))
        if is_ours:
            self._held.append(what)
        return is_ours

    def release(self, what: Iterable[str]) -> None:
        """Release locks; those that are not held are passed over."""
        for one in what:
            if one in self._held:
                self._held.remove(one)
                self._ask("pg_advisory_unlock", one)

    def release_all(self) -> None:
        """Release every lock that was taken with ``take``."""
        self.release([*self._held])

    @contextmanager
    def together(self, what: str) -> Iterator[None]:
        """Hold a lock with others who hold it together; waits for one who holds it alone."""
        self._ask("pg_advisory_lock_shared", what)
        try:
            yield
        finally:
            self._ask("pg_advisory_unlock_shared", what)

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Hold a lock alone; waits for all who hold it."""
        self._ask("pg_advisory_lock", what)
        try:
            yield
        finally:
            self._ask("pg_advisory_unlock", what)

    def close(self) -> None:
        """Let go of everything."""
        with self._using:
            self._drop()

    def _ask(self, function: str, what: str) -> object:
        with self._using, in_words():
            try:
                call = getattr(sql.func, function)(self._number(what))
                return self._session().execute(sql.select(call)).scalar()
            except sql.exc.DatabaseError:
                self._drop()  # and with it all that was held
                raise

    def _session(self) -> sql.Connection:
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # the pool must not hand it to another with its locks
            self._connection = connection
            self._driver = connection.connection.dbapi_connection
            connection.execute(sql.text("SET lock_timeout = 0"))
        return self._connection

    def _drop(self) -> None:
        self._held.clear()
        if self._connection is not None:
            with suppress(sql.exc.DatabaseError):
                self._connection.close()
            self._connection = None
        if self._driver is not None:
            self._driver.close()  # of a server that died only the driver's own end is left
            self._driver = None

    def _number(self, what: str) -> int:
        digest = hashlib.sha256(f"{self._name} {what}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

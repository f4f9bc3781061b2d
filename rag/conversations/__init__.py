"""Conversations are kept: questions with their answers, evidence and citations as they were.

    a turn, as it is begun, stopped or finished → a row → the same turn, in any later process

``Conversations`` opens nothing until it is used, and a failure costs the keeping alone: each is
one sentence, and whoever answers goes on.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import sqlalchemy as sql

from rag.conversations.tables import (
    connected,
    conversation_table,
    has_word,
    make_missing,
    turn_table,
)
from rag.conversations.titles import longest, title_of
from rag.conversations.turns import Conversation, KeptTurn, now, of_bytes, to_bytes
from rag.errors import ConversationError, LedgerError
from rag.ledger.engines import has_tables, server_problem
from rag.rendering import one_line, printable

PATIENCE = 5.0  # seconds; an ingest commits every two or so

_ENTRY = [conversation_table.c[name] for name in ("id", "title", "created", "changed")]


class Conversations:
    """The conversations of a data folder, or of the ledger that ``url`` names.

    Every method is one transaction.
    """

    def __init__(self, folder: Path, url: str = "", patience: float = PATIENCE) -> None:
        self._engine = connected(folder, url, patience)

    def entries(self, search: str = "", limit: int | None = None) -> list[Conversation]:
        """List the conversations, the newest first; those that have every word searched for.

        A word may stand in the title, in a question or in an answer.
        """
        query = sql.select(*_ENTRY).order_by(conversation_table.c.changed.desc()).limit(limit)
        for word in _words(search).split():
            query = query.where(_has(word))
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(query)] if connection else []

    def conversation(self, name: str) -> Conversation | None:
        """One conversation by its id, or None if there is no such one."""
        query = sql.select(*_ENTRY).where(conversation_table.c.id == name)
        with self._reading() as connection:
            row = connection.execute(query).first() if connection else None
        return _entry(row) if row is not None else None

    def turns(self, name: str) -> list[KeptTurn]:
        """The turns of a conversation in their order; none if there is no such conversation."""
        table = turn_table
        query = sql.select(table.c.body).where(table.c.conversation == name)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(table.c.position)) if connection else ()
            return [of_bytes(row.body) for row in rows]

    def read(self, name: str) -> tuple[Conversation, list[KeptTurn]]:
        """A conversation and its turns; raises ConversationError for an id that is not known."""
        found = self.conversation(name)
        if found is None:
            raise ConversationError(
                f"There is no conversation {one_line(printable(name))[:40]}; it may have been "
                "deleted, and `rag conversations list` shows those that are kept."
            )
        return found, self.turns(name)

    def keep(
        self, turn: KeptTurn, name: str = "", instead: str = "", *, begins: bool = False
    ) -> Conversation:
        """Keep a turn, and return the conversation as it is now.

        Without a conversation's id, or with ``begins`` under that id, it begins one, which has the
        question for its title. A turn that is there already is replaced, and so is the turn whose
        id is ``instead``; else it is appended. Raises ConversationError when the conversation was
        deleted in the meantime.
        """
        moment = now()
        with self._writing() as connection:
            if begins or not name:
                name = _begun(connection, name or new_id(), title_of(turn.question), moment)
            if not _touched(connection, name, moment):
                raise ConversationError(
                    "This conversation was deleted in the meantime, so the answer is not kept; "
                    "ask in a new conversation."
                )
            if not _replaced(connection, name, instead or turn.id, turn):
                _append(connection, name, turn)
            query = sql.select(*_ENTRY).where(conversation_table.c.id == name)
            return _entry(connection.execute(query).one())

    def rename(self, name: str, title: str) -> bool:
        """Give a conversation another title; whether there is such a one."""
        title = longest(title)
        change = sql.update(conversation_table).where(conversation_table.c.id == name)
        with self._writing() as connection:
            done = connection.execute(change.values(title=title, words=_words(title)))
        return done.rowcount > 0

    def delete(self, name: str) -> bool:
        """Forget a conversation and all its turns; whether there was such a one."""
        with self._writing() as connection:
            connection.execute(sql.delete(turn_table).where(turn_table.c.conversation == name))
            gone = sql.delete(conversation_table).where(conversation_table.c.id == name)
            return connection.execute(gone).rowcount > 0

    @contextmanager
    def _reading(self) -> Iterator[sql.Connection | None]:
        """A connection; None where nothing was ever kept, for a reader makes no file."""
        with _named("cannot be read", "Check the permissions of RAG_DATA and try again."):
            if not has_tables(self._engine, turn_table.name):
                yield None
                return
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[sql.Connection]:
        advice = "Free disk space or check the permissions of RAG_DATA; what was kept before stays."
        with _named("cannot be kept", advice), self._engine.begin() as connection:
            make_missing(connection)
            yield connection


@contextmanager
def _named(what: str, advice: str) -> Iterator[None]:
    """Put what the database says into a sentence; on connecting it says it in its own class."""
    try:
        yield
    except (sql.exc.DatabaseError, sqlite3.Error) as error:
        reason = getattr(error, "orig", error)
        if type(reason).__module__.startswith("psycopg"):
            raise ConversationError(
                f"Conversations {what}. {server_problem(str(reason))}"
            ) from error
        raise ConversationError(f"Conversations {what} ({reason}). {advice}") from error
    except LedgerError as error:  # the server is away
        raise ConversationError(str(error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise ConversationError(
            "This conversation cannot be read; another version of Footnote may have written it."
        ) from error


def new_id() -> str:
    """An id that no conversation has."""
    return token_hex(6)


def _begun(connection: sql.Connection, name: str, title: str, moment: dt.datetime) -> str:
    day = moment.isoformat()
    values = {"id": name, "title": title, "created": day, "changed": day, "words": _words(title)}
    connection.execute(sql.insert(conversation_table).values(values))
    return name


def _touched(connection: sql.Connection, name: str, moment: dt.datetime) -> bool:
    change = sql.update(conversation_table).where(conversation_table.c.id == name)
    return connection.execute(change.values(changed=moment.isoformat())).rowcount > 0


def _replaced(connection: sql.Connection, name: str, other: str, turn: KeptTurn) -> bool:
    change = sql.update(turn_table).where(
        turn_table.c.conversation == name, turn_table.c.id == other
    )
    return connection.execute(change.values(_row(turn))).rowcount > 0


def _append(connection: sql.Connection, name: str, turn: KeptTurn) -> None:
    last = sql.select(sql.func.coalesce(sql.func.max(turn_table.c.position), 0) + 1)
    place = last.where(turn_table.c.conversation == name).scalar_subquery()
    values = {"conversation": name, "position": place, **_row(turn)}
    connection.execute(sql.insert(turn_table).values(values))


def _row(turn: KeptTurn) -> dict[str, Any]:
    words = _words(f"{turn.question} {turn.answer.text}")
    return {"id": turn.id, "words": words, "body": to_bytes(turn)}


def _has(word: str) -> sql.ColumnElement[bool]:
    """Whether a conversation has a word in its title or in one of its turns."""
    table = turn_table
    saying = sql.select(table.c.conversation).where(has_word(table.c.words, word))
    is_titled = has_word(conversation_table.c.words, word)
    return sql.or_(is_titled, conversation_table.c.id.in_(saying))


def _words(text: str) -> str:
    """The text as it is searched: in small letters, without what nobody types."""
    shown = one_line(printable(text)).casefold()
    return shown.encode("utf-8", "replace").decode("utf-8")


def _entry(row: sql.Row[Any]) -> Conversation:
    created, changed = map(dt.datetime.fromisoformat, (row.created, row.changed))
    return Conversation(row.id, row.title, created, changed)

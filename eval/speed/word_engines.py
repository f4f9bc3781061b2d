"""Engines that search for words, each behind the same four verbs, to be measured side by side.

Texts come as lines of stems with spaces between them, so that all of them see the same words.
The tantivy wheel is nobody's requirement here: install it to measure it.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from eval.speed.costs import folder_bytes

AT_ONCE = 10_000
MEMORY = 100_000_000  # bytes that tantivy may take while it writes
URL = "RAG_BENCH_POSTGRES"


class Engine(Protocol):
    """An index of numbered texts in a folder, or on a server."""

    def build(self, texts: Sequence[str]) -> None:
        """Index texts 0, 1, … from nothing."""

    def open(self) -> None:
        """Open what was built."""

    def top(self, words: Sequence[str], count: int) -> list[int]:
        """Return the numbers of the best texts for some words, best first."""

    def size(self) -> int:
        """Return the bytes it takes on the disk."""


@runtime_checkable
class Changing(Protocol):
    """An engine that takes changes; the others are built again from nothing."""

    def change(self, texts: Mapping[int, str]) -> None:
        """Put other texts in the place of some, so that the next question sees them."""


class Library:
    """The library bm25s with its files mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._words = folder / "words.txt"

    def build(self, texts: Sequence[str]) -> None:
        """Sort every word of every text; a change has to do the same."""
        import bm25s

        numbers: dict[str, int] = {}
        tokens = [[numbers.setdefault(w, len(numbers)) for w in text.split()] for text in texts]
        index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        index.index((tokens, numbers), show_progress=False, create_empty_token=False)
        index.save(self._folder, show_progress=False)

    def open(self) -> None:
        """Map the files."""
        import bm25s

        self._index = bm25s.BM25.load(self._folder, mmap=True)

    def scores(self, words: Sequence[str]) -> np.ndarray[Any, Any]:
        """Return the score of every text."""
        known = [self._index.vocab_dict[w] for w in words if w in self._index.vocab_dict]
        size = int(self._index.scores["num_docs"])
        return self._index.get_scores_from_ids(known) if known else np.zeros(size, np.float32)

    def top(self, words: Sequence[str], count: int) -> list[int]:
        """Take the best of all scores."""
        scores = self.scores(words)
        best = np.argpartition(-scores, min(count, len(scores) - 1))[:count]
        return [int(one) for one in best[np.argsort(-scores[best])] if scores[one] > 0]

    def size(self) -> int:
        """Return the bytes of its files."""
        return folder_bytes(self._folder)


class Table:
    """SQLite's FTS5; its BM25 has k1 = 1.2 and cannot be set otherwise."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._folder / "words.sqlite")

    def build(self, texts: Sequence[str]) -> None:
        """Write an index that keeps no text."""
        with self._connect() as connection:
            connection.execute(
                "CREATE VIRTUAL TABLE t USING fts5(x, content='', "
                "tokenize=\"unicode61 remove_diacritics 0 tokenchars '.'\")"
            )
            connection.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", enumerate(texts, 1))
            connection.execute("INSERT INTO t(t) VALUES ('optimize')")

    def open(self) -> None:
        """Connect."""
        self._connection = self._connect()

    def top(self, words: Sequence[str], count: int) -> list[int]:
        """Ask for any of the words."""
        query = " OR ".join(f'"{word}"' for word in words)
        rows = self._connection.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (query, count)
        )
        return [row[0] - 1 for row in rows]

    def change(self, texts: Mapping[int, str]) -> None:
        """Take the old text out by its words and put the new one in."""
        with self._connection as connection:
            for number, text in texts.items():
                row = (number + 1, text)
                connection.execute("INSERT INTO t(t, rowid, x) VALUES ('delete', ?, ?)", row)
                connection.execute("INSERT INTO t(rowid, x) VALUES (?, ?)", row)

    def size(self) -> int:
        """Return the bytes of its file."""
        return folder_bytes(self._folder)


class Tantivy:
    """The wheel ``tantivy``; its BM25 has k1 = 1.2 too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._module = import_module("tantivy")
        builder = self._module.SchemaBuilder()
        builder.add_integer_field("n", stored=True, indexed=True, fast=True)
        builder.add_text_field("x", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()

    def _add(self, writer: Any, number: int, text: str) -> None:
        writer.add_document(self._module.Document(n=number, x=text))

    def build(self, texts: Sequence[str]) -> None:
        """Write with one thread, as the others do."""
        index = self._module.Index(self._schema, path=str(self._folder))
        writer = index.writer(MEMORY, 1)
        for number, text in enumerate(texts):
            self._add(writer, number, text)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """Map the files."""
        self._index = self._module.Index.open(str(self._folder))
        self._searcher = self._index.searcher()

    def top(self, words: Sequence[str], count: int) -> list[int]:
        """Ask for any of the words."""
        query, occur = self._module.Query, self._module.Occur.Should
        terms = [(occur, query.term_query(self._schema, "x", word)) for word in words]
        found = self._searcher.search(query.boolean_query(terms), count).hits
        return [int(self._searcher.doc(place)["n"][0]) for _, place in found]

    def change(self, texts: Mapping[int, str]) -> None:
        """Delete and add, then commit and look again."""
        writer = self._index.writer(MEMORY, 1)
        for number, text in texts.items():
            writer.delete_documents("n", number)
            self._add(writer, number, text)
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def size(self) -> int:
        """Return the bytes of its files."""
        return folder_bytes(self._folder)


class Postgres:
    """PostgreSQL's full text; its rank knows nothing of how rare a word is."""

    def __init__(self, folder: Path) -> None:
        import psycopg

        self._connection = psycopg.connect(os.environ[URL], autocommit=True)
        self._name = f"words_{folder.name.replace('-', '_')}"

    def _run(self, query: str, values: Sequence[object] = ()) -> Any:
        return self._connection.execute(query.replace("TABLE_", self._name), values)

    def build(self, texts: Sequence[str]) -> None:
        """Copy the texts in and make a GIN index."""
        self._run("DROP TABLE IF EXISTS TABLE_")
        self._run("CREATE TABLE TABLE_ (n integer PRIMARY KEY, x tsvector)")
        for rows in batched_rows(texts):
            numbers, lines = zip(*rows, strict=True)
            self._run(
                "INSERT INTO TABLE_ SELECT n, to_tsvector('simple', x) "
                "FROM unnest(%s::integer[], %s::text[]) AS r(n, x)",
                (list(numbers), list(lines)),
            )
        self._run("CREATE INDEX ON TABLE_ USING gin (x)")
        self._run("ANALYZE TABLE_")

    def open(self) -> None:
        """It is open."""

    def top(self, words: Sequence[str], count: int) -> list[int]:
        """Ask for any of the words, ranked by how often they come and how long the text is."""
        query = " | ".join(f"'{word}'" for word in words)
        rows = self._run(
            "SELECT n FROM TABLE_, to_tsquery('simple', %s) q WHERE x @@ q "
            "ORDER BY ts_rank(x, q, 1) DESC LIMIT %s",
            (query, count),
        )
        return [row[0] for row in rows]

    def change(self, texts: Mapping[int, str]) -> None:
        """Update the rows."""
        for number, text in texts.items():
            self._run(
                "UPDATE TABLE_ SET x = to_tsvector('simple', %s) WHERE n = %s", (text, number)
            )

    def size(self) -> int:
        """Return the bytes of the table and its index."""
        return int(self._run("SELECT pg_total_relation_size('TABLE_')").fetchone()[0])


def batched_rows(texts: Sequence[str]) -> Iterable[Sequence[tuple[int, str]]]:
    """Numbered texts, some at a time."""
    every = list(enumerate(texts))
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


ENGINES: Mapping[str, Callable[[Path], Engine]] = {
    "bm25s": Library,
    "FTS5": Table,
    "tantivy": Tantivy,
    "PostgreSQL": Postgres,
}


def is_there(name: str) -> bool:
    """Whether an engine can be measured here."""
    if name == "PostgreSQL":
        return URL in os.environ
    with suppress(ImportError):
        import_module("tantivy" if name == "tantivy" else "numpy")
        return True
    return False

"""A document set on two servers, changed by as many processes as there are, all of them equal.

A document is at work in one process at a time (``Locks``). Its commit to the ledger is the truth;
what the vector index has still to follow is noted in the same transaction (``Outbox``) and done
by whoever comes next if its worker is killed. The index is mended or built anew by one alone,
while nobody commits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import sleep

from rag.errors import FingerprintError
from rag.generations import Generations
from rag.ledger import Connection, Ledger
from rag.ledger.rows import Entry, Record
from rag.passages import window_bounds
from rag.shared_index import INDEX, SharedIndex

PAUSE = 0.1  # seconds between looks whether another process is done with a document


class Sharing(SharedIndex):
    """This process's part in a shared document set: its claims, its commits, the index it has."""

    def __init__(self, ledger: Ledger, generations: Generations, fingerprint: str) -> None:
        super().__init__(ledger, generations)
        self._fingerprint = fingerprint

    # documents are claimed

    def claim(self, name: str) -> bool:
        """Claim a document by its name, unless another process is at work on it."""
        return self._locks.take(name)

    def release(self, names: Iterable[str]) -> None:
        """Let others have documents."""
        self._locks.release(names)

    def release_all(self) -> None:
        """Let others have every document that was claimed here."""
        self._locks.release_all()

    @contextmanager
    def claimed(self, names: Iterable[str]) -> Iterator[None]:
        """Wait until no other process is at work on any of these, and keep it so."""
        wanted = sorted(set(names))  # in one order everywhere, so that no two wait for each other
        try:
            for name in wanted:
                while not self.claim(name):
                    sleep(PAUSE)
            yield
        finally:
            self.release(wanted)

    def entry(self, name: str) -> Entry | None:
        """How a document stands this moment, whoever wrote it."""
        return self._ledger.entry(name)

    # documents are written

    def commit(self, records: Sequence[Record], removed: Sequence[int]) -> None:
        """Ledger first, then the index, then the word that it has followed.

        While the server of the index is away the ledger goes on: its notes say what the index has
        to follow, and whoever finds the server back sees to it.
        """
        while True:
            is_open = self._is_open()
            with self._locks.together(INDEX):
                if is_open and not self._is_current(self._ledger.state()):
                    continue  # another one has just been built
                keys = self._write(records, removed)
                is_followed = self._followed([*keys, *removed])
            if not is_followed:
                self._is_open()  # and with it everything is followed
            return

    def _write(self, records: Sequence[Record], removed: Sequence[int]) -> list[int]:
        counts = [len(window_bounds(record.bounds)) for record in records]

        def beside(connection: Connection, keys: Sequence[int]) -> None:
            self._check(self._ledger.state_in(connection))
            self._outbox.note(connection, dict(zip(keys, counts, strict=True)), removed)

        return self._ledger.write(records, removed, beside)

    def _check(self, state: Mapping[str, str]) -> None:
        if state.get("fingerprint") != self._fingerprint:
            raise FingerprintError(
                "The documents were embedded again with other settings meanwhile; start this "
                "process again with those settings."
            )

    def close(self) -> None:
        """Let go of everything."""
        self.close_store()
        self._locks.close()

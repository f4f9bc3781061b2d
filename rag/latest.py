"""The snapshot that questions are answered from, kept in step with the ledger."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from rag.assembling import assemble
from rag.errors import FootnoteError
from rag.ledger import Ledger
from rag.segments import Segments
from rag.snapshot import Snapshot

SECONDS_BETWEEN = 5.0  # while documents come in
SECONDS_OLD = 1.0  # that a snapshot may be which is looked after
SECONDS_LOOKING = 10.0  # the same while a large change is being read


class Latest:
    """Reads the documents again when they have changed, and only what has changed.

    While this process changes them, questions are answered from the snapshot before, and whoever
    changes them renews it: nobody who asks waits for that. Once the change is done, the next
    question sees it.
    """

    def __init__(self, ledger: Ledger, dimension: int, segments: Segments) -> None:
        self._ledger = ledger
        self._dimension = dimension
        self._segments = segments
        self._reading = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._renewed = 0.0
        self._looked = float("-inf")
        self.is_changing = False
        self.is_looking = False

    @property
    def is_asked(self) -> bool:
        """Whether anybody has asked a question."""
        return self._snapshot is not None

    def snapshot(self) -> Snapshot:
        """Return the documents as they are now, or as they were before the change at work."""
        present = self._snapshot
        if present is not None and (self.is_changing or self._is_looked_after()):
            return present
        with self._reading:
            return self._current()

    @property
    def present(self) -> Snapshot | None:
        """The snapshot that was taken last, if anybody has asked."""
        return self._snapshot

    def look(self) -> None:
        """Renew a snapshot that others have made old, while questions go on with it.

        Called again and again, so that nobody who asks has to wait for the documents of others.
        """
        self.is_looking = True
        try:
            self._renew()
            self._looked = monotonic()
        finally:
            self.is_looking = False

    def _is_looked_after(self) -> bool:
        allowed = SECONDS_LOOKING if self.is_looking else SECONDS_OLD
        return monotonic() - self._looked < allowed

    @contextmanager
    def changed(self) -> Iterator[None]:
        """Change documents within this block; one at a time may."""
        if self.is_changing:  # a change within a change
            yield
            return
        self.is_changing = True
        try:
            yield
        finally:
            with suppress(FootnoteError):  # then the next question says what is wrong
                self._renew()
            self.is_changing = False

    def follow(self) -> None:
        """Renew now and then while a long change is at work."""
        if monotonic() - self._renewed > SECONDS_BETWEEN:
            self._renew()

    def _renew(self) -> None:
        """Renew a snapshot that somebody has asked for."""
        if self._snapshot is not None:
            with self._reading:
                self._current()

    def _current(self) -> Snapshot:
        revision = self._ledger.state()["revision"]
        if self._snapshot is None or self._snapshot.revision != revision:
            with self._ledger.at_one_moment() as ledger:
                state = ledger.state()
                parts = self._segments.renew(ledger, state)
            self._snapshot = assemble(parts, state["revision"], self._dimension)
            self._renewed = monotonic()
        return self._snapshot

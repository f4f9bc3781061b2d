"""Files are shared out among the processes that ingest them: each is at work in one at a time.

A process takes what is free, and comes back for the rest once it is done with its own; so no two
of them ever wait for each other, and what a process that was killed had taken is taken over.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import sleep

from rag.changes import Change, IngestReport, Wanted, read_changes
from rag.sharing import PAUSE, Sharing


@dataclass(slots=True)
class Round:
    """One going through files: ``left`` are those that others are at work on."""

    sharing: Sharing
    done: IngestReport
    left: list[Wanted] = field(default_factory=list)

    def changes(self, wanted: Sequence[Wanted]) -> Iterator[Change]:
        """Read what is free and differs from what the ledger holds this very moment."""
        for change in read_changes(wanted, self.done, self._claim):
            if change.replaces is None or change.replaces.hash != change.hash:
                yield change
                continue
            self.done.unchanged.append(change.document.id)  # another process did it
            self.sharing.release([change.document.id])

    def _claim(self, one: Wanted) -> Wanted | None:
        if not self.sharing.claim(one.name):
            self.left.append(one)
            return None
        entry = self.sharing.entry(one.name)
        if entry is None or entry.source == one.found.source:
            return replace(one, replaces=entry)
        self.sharing.release([one.name])
        reason = f"{one.name} was just taken in from {entry.source}; run: rag ingest"
        self.done.failed.append((one.name, reason))
        return None


def take_in_shared(
    sharing: Sharing,
    wanted: Sequence[Wanted],
    done: IngestReport,
    write: Callable[[Iterator[Change]], None],
) -> None:
    """Have files written, each by whoever claims it first, until all are."""
    while wanted:
        going = Round(sharing, done)
        try:
            write(going.changes(wanted))
        finally:
            sharing.release_all()
        if going.left:
            sleep(PAUSE)
        wanted = going.left

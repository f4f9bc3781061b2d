"""The documents as a long-running program keeps them: listed, brought, read again, followed.

Work goes on in a thread of its own, whoever looks at it; it is the same for every visitor.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.arrivals import Arrival, Brought, Fate, take_in
from rag.changes import IngestReport, Progress
from rag.errors import FootnoteError, LedgerAway
from rag.ingest import ingest
from rag.ledger.rows import Entry
from rag.libraries import UNTIL_THEN, Library
from rag.mishaps import words_for
from rag.removals import RemovalReport, place_of, remove
from rag.watching import follow

_LOG = logging.getLogger("rag")


@dataclass(slots=True)
class Work:
    """Something that is being done to the documents, as far as it has come.

    ``arrivals`` are the files that were brought, in their order; ``report`` is what reading the
    folder came to; ``failed`` are sentences.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    progress: Progress | None = None
    report: IngestReport | None = None
    failed: list[str] = field(default_factory=list)
    is_done: bool = False

    def tell(self, arrival: Arrival) -> None:
        """Note what has become of a file; by the file itself, for two may have one name."""
        place = next(n for n, one in enumerate(self.arrivals) if one.file is arrival.file)
        self.arrivals[place] = arrival

    def watch(self, progress: Progress) -> None:
        """Note how far it is."""
        self.progress = progress

    def taken(self) -> list[Brought]:
        """Return the files whose names are taken, so that somebody has to decide."""
        return [one.file for one in self.arrivals if one.fate is Fate.TAKEN]

    def end(self) -> None:
        """Note that nothing more will happen, and let go of the bytes that are not needed."""
        self.is_done = True
        self.arrivals = [
            one if one.fate is Fate.TAKEN else replace(one, file=replace(one.file, data=b""))
            for one in self.arrivals
        ]


class Shelf:
    """The documents of an open library, and what is being done to them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._listed: tuple[str, Sequence[Entry]] = ("", ())
        self._stop = threading.Event()
        self._heard: IngestReport | None = None
        self.heard_at: dt.datetime | None = None
        self.works: list[Work] = []

    @property
    def folder(self) -> Path:
        """Where documents are kept."""
        return self._library.config.documents

    @property
    def removed_folder(self) -> Path:
        """Where the files of removed documents go."""
        return place_of(self._library.config)

    def revision(self) -> str:
        """Return what is another word after every change."""
        return self._library.ledger.state()["revision"]

    @property
    def listed_revision(self) -> str:
        """The revision that was listed last."""
        return self._listed[0]

    def entries(self) -> Sequence[Entry]:
        """List the documents, read again only when they have changed.

        While the ledger's server is away they are those that were listed last, if any were.
        """
        try:
            revision = self.revision()
            if self._listed[0] != revision:
                self._listed = (revision, self._library.documents())
        except LedgerAway as error:
            if not self._listed[0]:
                raise
            self._library.ledger_trouble = f"{error} {UNTIL_THEN}"
        else:
            self._library.ledger_trouble = ""
        return self._listed[1]

    def bring(self, files: Sequence[Brought], *, overwrite: bool = False) -> Work:
        """Save files into the folder and index them, as told by the work that is returned."""
        work = Work([Arrival(one, Fate.WAITING) for one in files])
        return self._start(
            work, lambda: take_in(self._library, files, work.tell, work.watch, replace=overwrite)
        )

    def read_again(self, names: Sequence[str] | None = None) -> Work:
        """Read the files of some documents again, or the whole folder; unchanged ones stay."""
        work = Work()

        def read() -> None:
            work.report = self._read(names, work)
            work.failed += [reason for _, reason in work.report.failed]

        return self._start(work, read)

    def dismiss(self, work: Work) -> None:
        """Forget a piece of work that is done."""
        self.works = [one for one in self.works if one is not work]

    def remove(self, names: Sequence[str]) -> RemovalReport:
        """Take documents out of the index and put their files away."""
        return remove(self._library, names)

    def follow(self) -> None:
        """Follow the folder from now on, in a thread of its own."""
        library = self._library
        threading.Thread(
            target=follow,
            args=(library, library.config.documents, self._hear, self._stop),
            name="follow",
            daemon=True,
        ).start()

    @property
    def is_followed(self) -> bool:
        """Whether the folder has been read by itself."""
        return self.heard_at is not None

    def troubles(self) -> Sequence[str]:
        """Return what went wrong when the folder was last read by itself, a sentence each."""
        heard = [reason for _, reason in self._heard.failed] if self._heard else []
        away = self._library.trouble
        return [away, *heard] if away and away not in heard else heard

    def close(self) -> None:
        """Follow the folder no longer."""
        self._stop.set()

    def _hear(self, report: IngestReport) -> None:
        self._heard, self.heard_at = report, dt.datetime.now().astimezone()

    def _read(self, names: Sequence[str] | None, work: Work) -> IngestReport:
        library = self._library
        if names is None:
            return ingest(library, [library.config.documents], watch=work.watch)
        wanted = [entry for entry in self.entries() if entry.id in set(names)]
        paths = [Path(one.source) for one in wanted if one.source]
        done = ingest(library, paths, watch=work.watch)
        done.failed += [
            (one.id, f"{one.id} came from no file, so it cannot be read again.")
            for one in wanted
            if not one.source
        ]
        return done

    def _start(self, work: Work, act: Callable[[], None]) -> Work:
        def run() -> None:
            try:
                act()
            except FootnoteError as error:
                work.failed.append(str(error))
            except Exception as error:  # noqa: BLE001 - the outermost place: a thread ends here
                work.failed.append(words_for(error))
                _LOG.exception("work on the documents ended")
            finally:
                work.end()

        self.works = [one for one in self.works if not one.is_done or one.taken()] + [work]
        threading.Thread(target=run, daemon=True).start()
        return work

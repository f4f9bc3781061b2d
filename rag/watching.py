"""A folder is followed: whenever a document in it changes, the index is brought into step."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from rag.changes import IngestReport
from rag.documents import ENDINGS, absolute
from rag.errors import FootnoteError, LedgerAway, StoreAway
from rag.ingest import ingest
from rag.libraries import Library
from rag.mishaps import words_for

QUIET = 300  # milliseconds without a change before a burst of them counts as over
LONGEST = 2_000  # milliseconds that a burst is waited for; what comes later is the next one
AGAIN = 1.0  # seconds before a server that was away is tried again
LOOK = 2_000  # milliseconds between looks whether the folder is still the same one

_LOG = logging.getLogger("rag")


def follow(
    library: Library, folder: Path, tell: Callable[[IngestReport], None], stop: Event
) -> None:
    """Bring the index into step at once and after every change, until ``stop`` is set.

    ``tell`` gets each report; what goes wrong is named in it and tried again at the next change.
    A server that is away is told once, and tried again until it is back. A folder that is missing
    or has become empty forgets nothing.
    """
    for _ in changes(folder, stop):
        before = ""
        while trouble := _brought_into_step(library, folder, tell):
            if trouble != before:
                tell(IngestReport(failed=[(str(folder), trouble)]))
                before = trouble
            if stop.wait(AGAIN):
                break


def changes(folder: Path, stop: Event) -> Iterator[None]:
    """Yield once at the start, and then whenever documents below a folder may have changed.

    A folder that goes and comes back (a drive, say) is one change, and is followed again. So is
    what changes before it is watched: while the first change is being dealt with.
    """
    folder = absolute(folder)
    while not stop.is_set():
        identity = _identity(folder)
        stamp: int | None = _stamp(folder)
        yield
        if identity is None:
            _wait_until_there(folder, stop)
            continue
        for found in _watch(folder, stop):
            if _identity(folder) != identity:
                break
            if found or (stamp is not None and _stamp(folder) != stamp):
                yield
            stamp = None  # from now on nothing is missed
        else:
            stop.wait(LOOK / 1_000)  # stopped, or it cannot be watched this moment


def _brought_into_step(library: Library, folder: Path, tell: Callable[[IngestReport], None]) -> str:
    """Read the folder and tell what came of it; returns what is to be waited for, in a sentence."""
    try:
        done = ingest(library, [folder])
    except (LedgerAway, StoreAway) as error:
        return str(error)
    except FootnoteError as error:
        done = IngestReport(failed=[(str(folder), str(error))])
    except Exception as error:  # noqa: BLE001 - the outermost place: following goes on
        said = words_for(error)
        _LOG.exception("reading %s ended", folder)
        done = IngestReport(failed=[(str(folder), said)])
    tell(done)
    return ""


def _watch(folder: Path, stop: Event) -> Iterator[set[tuple[Change, str]]]:
    """Sets of changes; an empty one now and then, when there are none."""
    for by_asking in (False, True):  # a system that has run out of watches can still be asked
        try:
            yield from watch(
                folder,
                watch_filter=lambda _, path: is_of_interest(folder, path),
                debounce=LONGEST,
                step=QUIET,
                stop_event=stop,
                rust_timeout=LOOK,
                yield_on_timeout=True,
                force_polling=by_asking or None,
                poll_delay_ms=LOOK,
                ignore_permission_denied=True,
            )
        except FileNotFoundError:  # gone since we looked
            yield set()
        except (OSError, RuntimeError):  # what watchfiles raises for the system's refusals
            continue
        return


def is_of_interest(folder: Path, path: str) -> bool:
    """Whether a change of this path may change what is indexed.

    What is no longer there may have been a folder of documents.
    """
    try:
        parts = Path(path).relative_to(folder).parts
    except ValueError:
        return False
    if any(part.startswith(".") for part in parts):
        return False
    is_document = os.path.splitext(path)[1].lower() in ENDINGS  # noqa: PTH122 - every change
    return is_document or Path(path).is_dir() or not Path(path).exists()


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one of its name; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _stamp(folder: Path) -> int:
    """Another number when something below the folder was written, came or went."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # gone since it was listed
                about = Path(place, name).stat()
                found.append((place, name, about.st_mtime_ns, about.st_size))
    return hash(frozenset(found))


def _wait_until_there(folder: Path, stop: Event) -> None:
    while _identity(folder) is None and not stop.wait(LOOK / 1_000):
        pass

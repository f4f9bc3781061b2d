"""A library that stays open is kept in step with what other processes do, in the background."""

from threading import Event, Thread
from time import monotonic

from rag.errors import FootnoteError
from rag.libraries import Library

LOOK = 0.4  # seconds between looks at what others have changed
EXAMINE = 10.0  # seconds between trials whether a server's index still answers rightly


def keep_in_step(library: Library) -> Event:
    """Look after an open library in a thread of its own, until the event is set."""
    stop = Event()
    Thread(target=_look_after, args=(library, stop), name="keep in step", daemon=True).start()
    return stop


def _look_after(library: Library, stop: Event) -> None:
    examined = monotonic()
    while not stop.wait(LOOK):
        try:
            library.look()
            if monotonic() - examined > EXAMINE:
                examined = monotonic()
                library.examine()
        except (
            FootnoteError
        ):  # a server is away; whoever asks is told, and the next look tries again
            continue

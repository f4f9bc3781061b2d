"""What a reader makes of one file's bytes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text as it will be kept, with what the file says of itself.

    An empty ``title`` and a ``date`` of None mean that the file does not say; ``note`` holds
    what had to be guessed, in words for a person. ``tags`` are in lower case. ``pages`` are the
    offsets at which the pages of the file begin, the first one's first; empty where it has none.
    """

    text: str
    title: str = ""
    date: dt.date | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    pages: tuple[int, ...] = ()


Reader = Callable[[bytes, str], Content]

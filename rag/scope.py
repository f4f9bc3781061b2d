"""What a question is asked of: which documents, by name, folder, tag and date, and how much."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Scope:
    """Every condition that is given must hold; of several values of one kind, one is enough.

    ``documents``: names as ``rag documents list`` shows them, ``*`` standing for anything.
    ``folders``: below one of these. ``tags``: having one of these, however they are written.
    ``since`` and ``until``: dated then or between, both days included; a document without a date
    is in no range.
    """

    documents: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def holds(self, name: str, day: dt.date | None, tags: Collection[str]) -> bool:
        """Whether a document of this name, date and tags is in the scope."""
        return (
            _any(self.documents, lambda pattern: fnmatchcase(name, pattern))
            and _any(self.folders, lambda folder: name.startswith(f"{folder.strip('/')}/"))
            and _any(self.tags, lambda tag: tag.casefold() in tags)
            and self._is_in_time(day)
        )

    def _is_in_time(self, day: dt.date | None) -> bool:
        if self.since is None and self.until is None:
            return True
        after = self.since or dt.date.min
        return day is not None and after <= day <= (self.until or dt.date.max)


def _any(given: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return not given or any(map(fits, given))


EVERYWHERE = Scope()
DEFAULT_CHARACTERS = 3_000


@dataclass(frozen=True, slots=True)
class Search:
    """How evidence is looked for.

    ``characters``: how much of it, reached by the last sentence, which may go beyond. ``share``:
    the part that one document may have before others are asked. ``asked``: the day on which the
    question is asked, so that "this week" means something.
    """

    scope: Scope = EVERYWHERE
    asked: dt.date | None = None
    characters: int = DEFAULT_CHARACTERS
    share: float = 1.0


ANY_EVIDENCE = Search()

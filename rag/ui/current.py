"""The conversation that a tab shows, in step with what is kept of it.

What is kept is the truth, for other tabs and after a restart; the tab holds a copy, read again
when another one has changed it. Where keeping fails the copy is all there is, and is shown on.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.conversations import Conversations, new_id
from rag.errors import ConversationError
from rag.rendering import one_line, printable
from rag.turns import Turn, kept_of, turns_of
from rag.types import Compared
from rag.ui.drawn import Drawn, drawn
from rag.underway import Underway

NEXT = "Your next question begins a new one."
DELETED = f"This conversation was deleted. {NEXT}"


@dataclass
class Current:
    """The conversation of one tab.

    ``trouble`` is a sentence to be shown: that there is no such conversation, or that this one
    is not kept; ``unread``: that it cannot be read just now. ``changed`` is when what was read of
    it was written, None while nothing of it is kept. ``line`` are its answers under way, and the
    questions that wait for them.
    """

    id: str = field(default_factory=new_id)
    turns: list[Turn] = field(default_factory=list)
    changed: dt.datetime | None = None
    line: tuple[Underway, ...] = ()
    trouble: str = ""
    unread: str = ""
    _unkept: dict[str, str] = field(default_factory=dict)  # turn → the turn in whose place it is
    _drawn: dict[str, tuple[Turn, Sequence[Compared], Drawn]] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether there is something of it to be found by its id."""
        return self.changed is not None

    def past(self) -> list[Turn]:
        """The turns that are not under way."""
        coming = {one.turn.id for one in self.line}
        return [turn for turn in self.turns if turn.id not in coming]

    def take(self, kept: Conversations, underway: Underway) -> None:
        """Take over an answer that is over; where others wrote too, it is read with what they did.

        What could not be kept is tried once more.
        """
        self.line = tuple(one for one in self.line if one is not underway)
        if underway.since is None or underway.trouble:
            self.keep(kept, underway.turn, underway.instead)
        elif underway.until and underway.since == self.changed:
            self._put(underway.turn, underway.instead)
            self.changed = underway.until

    def keep(self, kept: Conversations, turn: Turn, instead: str = "") -> None:
        """Put a turn into its place and keep it, with those that could not be kept before."""
        self._put(turn, instead)
        self._unkept.setdefault(turn.id, instead)
        try:
            for one in [one for one in self.turns if one.id in self._unkept]:
                place = self._unkept[one.id]
                entry = kept.keep(kept_of(one), self.id, place, begins=not self.is_kept)
                self.changed = entry.changed
                del self._unkept[one.id]
        except ConversationError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""

    def drawn(self, turn: Turn, compared: Sequence[Compared], collection: str) -> Drawn:
        """The HTML of a turn that is over, made once for as long as nothing of it changes."""
        known = self._drawn.get(turn.id)
        if known is None or known[0] is not turn or known[1] is not compared:
            known = self._drawn[turn.id] = (turn, compared, drawn(turn, compared, collection))
        return known[2]

    def _put(self, turn: Turn, instead: str) -> None:
        places = [n for n, one in enumerate(self.turns) if one.id in (turn.id, instead)]
        if places:
            self.turns[places[0]] = turn
        else:
            self.turns.append(turn)


def read(kept: Conversations, name: str) -> Current:
    """The conversation of an id as it is kept; a new one, with a sentence, for an unknown id."""
    entry = kept.conversation(name)
    if entry is None:
        shown = one_line(printable(name))[:40]
        return Current(trouble=f"There is no conversation {shown}; was it deleted? {NEXT}")
    return Current(entry.id, turns_of(kept.turns(name)), entry.changed)


def in_step(kept: Conversations, current: Current) -> Current:
    """The same conversation, read again if another tab has changed it since."""
    if not current.is_kept:
        return current
    entry = kept.conversation(current.id)
    if entry is None:
        return Current(trouble=DELETED)
    return current if entry.changed == current.changed else read(kept, current.id)

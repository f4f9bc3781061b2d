"""The conversation that a tab shows, in step with what is kept of it.

What is kept is the truth, for other tabs and after a restart; the tab holds a copy, read again
when another one has changed it. Where keeping fails the copy is all there is, and is shown on.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.conversations import Conversations
from rag.errors import ConversationError
from rag.rendering import one_line, printable
from rag.types import Compared
from rag.ui.drawn import Drawn, drawn
from rag.ui.turns import Turn, kept_of, turns_of

NEXT = "Your next question begins a new one."
DELETED = f"This conversation was deleted. {NEXT}"


@dataclass
class Current:
    """The conversation of one tab; without an id nothing of it is kept yet.

    ``trouble`` is a sentence to be shown: that there is no such conversation, or that this one
    is not kept; ``unread``: that it cannot be read just now. ``changed`` is when what was read of
    it was written.
    """

    id: str = ""
    turns: list[Turn] = field(default_factory=list)
    changed: dt.datetime | None = None
    trouble: str = ""
    unread: str = ""
    _unkept: dict[str, str] = field(default_factory=dict)  # turn → the turn in whose place it is
    _drawn: dict[str, tuple[Turn, Sequence[Compared], Drawn]] = field(default_factory=dict)

    def keep(self, kept: Conversations, turn: Turn, instead: str = "") -> None:
        """Put a turn into its place and keep it, with those that could not be kept before."""
        self._put(turn, instead)
        self._unkept.setdefault(turn.id, instead)
        try:
            for one in [one for one in self.turns if one.id in self._unkept]:
                entry = kept.keep(kept_of(one), self.id, self._unkept[one.id])
                self.id, self.changed = entry.id, entry.changed
                del self._unkept[one.id]
        except ConversationError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""

    def drawn(self, turn: Turn, compared: Sequence[Compared]) -> Drawn:
        """The HTML of a turn that is over, made once for as long as nothing of it changes."""
        known = self._drawn.get(turn.id)
        if known is None or known[0] is not turn or known[1] is not compared:
            known = self._drawn[turn.id] = (turn, compared, drawn(turn, compared))
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
    entry = kept.conversation(current.id) if current.id else None
    if entry is None:
        return Current(trouble=DELETED) if current.id else current
    return current if entry.changed == current.changed else read(kept, current.id)

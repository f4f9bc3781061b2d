"""Answers that are being given, whether or not anybody looks on.

    a question, begun and kept ─▶ a thread of its own ─▶ its states ─▶ kept as it ended
                                                        └─▶ any number of readers follow

One question of a conversation is answered at a time; what is asked meanwhile waits its turn.
Threads do not hold up the end of the process: a question is kept before it is answered, so that
a process which ends has lost the prose alone.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Protocol

from rag.conversations import Conversations
from rag.errors import ConversationError
from rag.proceeding import Answering, proceed
from rag.turns import Turn, history_of, kept_of, stopped

PULSE = 0.1  # seconds between two looks of a reader: what changes faster cannot be read
BROKEN = (
    "This answer broke off by a fault of the program; ask again, and if it does so again, what the "
    "program prints says why."
)


class Home(Answering, Protocol):
    """Who answers, and where the conversations are kept."""

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept."""


class Underway:
    """The answer to one question: ``turn`` is its latest state.

    ``since`` is when the conversation was written as this was begun, None where it is not kept;
    ``until`` when the end was kept, None where it was not, or where others wrote in between.
    ``trouble`` says why the end could not be kept.
    """

    def __init__(self, begun: Turn, instead: str = "", since: dt.datetime | None = None) -> None:
        self.turn = begun
        self.instead = instead
        self.since = since
        self.until: dt.datetime | None = None
        self.trouble = ""
        self._lock = Lock()
        self._is_ended = False
        self._settled = Event()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come, and what came is kept if it can be."""
        return self._settled.is_set()

    def states(self) -> Iterator[Turn]:
        """The latest state, now and every tenth of a second; the last one as soon as it is over."""
        while not self.is_over:
            yield self.turn
            self._settled.wait(PULSE)
        yield self.turn

    def grow(self, turn: Turn) -> bool:
        """Take in the next state; returns whether more are wanted."""
        with self._lock:
            if not self._is_ended:
                self.turn = turn
            return not self._is_ended

    def end(self, last: Callable[[Turn], Turn]) -> bool:
        """Let no more states in; returns whether it was this that ended it."""
        with self._lock:
            if self._is_ended:
                return False
            self._is_ended, self.turn = True, last(self.turn)
            return True

    def keep(self, kept: Conversations, name: str) -> None:
        """Keep how it ended, if the question was kept."""
        if self.since is None:
            return
        try:
            before = kept.conversation(name)
            after = kept.keep(kept_of(self.turn), name)
        except ConversationError as error:
            self.trouble = str(error)
        else:
            self.until = after.changed if before and before.changed == self.since else None

    def settle(self) -> None:
        """Tell those who follow that it is over."""
        self._settled.set()


class Answers:
    """The answers that are under way in this process, by the ids of their conversations."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._lines: dict[str, list[Underway]] = {}

    def line(self, name: str) -> tuple[Underway, ...]:
        """What a conversation is answered: the first is being given, the others wait for it.

        Whoever looks here first and reads what is kept then, misses nothing.
        """
        with self._lock:
            return tuple(self._lines.get(name, ()))

    def ask(self, name: str, underway: Underway) -> None:
        """Answer a question of a conversation as soon as those before it are answered."""
        with self._lock:
            line = self._lines.setdefault(name, [])
            line.append(underway)
            is_first = len(line) == 1
        if is_first:
            self._start(name, underway)

    def stop(self, name: str, underway: Underway) -> None:
        """End an answer here, and keep what was said; one that is over stays as it is."""
        if underway.end(stopped):
            self._settle(name, underway)

    def drop(self, name: str) -> None:
        """End all that a conversation is answered, and ask nothing more of what waits."""
        for underway in reversed(self.line(name)):
            self.stop(name, underway)

    def _start(self, name: str, underway: Underway) -> None:
        Thread(target=self._run, args=(name, underway), name="answer", daemon=True).start()

    def _run(self, name: str, underway: Underway) -> None:
        """Let the states come until the last one, or until nobody wants more of them."""
        try:
            with closing(proceed(self._home, underway.turn)) as states:
                for turn in states:
                    if not underway.grow(turn):
                        break
        finally:
            if underway.end(_at_its_end):
                self._settle(name, underway)

    def _settle(self, name: str, underway: Underway) -> None:
        """Keep how it ended, and begin the one that waited for it."""
        underway.keep(self._home.conversations, name)
        with self._lock:
            line = self._lines[name]
            is_first = line[0] is underway
            line.remove(underway)
            following = line[0] if line and is_first else None
            if not line:
                del self._lines[name]
        if following:
            following.grow(_after(following, underway.turn))
            self._start(name, following)
        underway.settle()


def _at_its_end(turn: Turn) -> Turn:
    return turn if turn.is_over else replace(turn, error=BROKEN)


def _after(following: Underway, before: Turn) -> Turn:
    """The turn that waited, with what was said meanwhile; one that replaces another knows none."""
    if following.instead:
        return following.turn
    return replace(following.turn, history=(*before.history, *history_of([before])))

"""Documents come in, change and go, at a pace, until so many have lived."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from eval.topology.papers import GONE, Papers

STEPS = (1, 2, GONE)  # what becomes of a document: it comes, changes, and goes
MOST_OPEN = 150  # events that may wait for being acknowledged; then nothing new is begun
BETWEEN = 0.02  # seconds


@dataclass
class Lives:
    """The lives of documents: ``done`` of them are over; ``ended`` is set when all are."""

    papers: Papers
    waiting: deque[str]
    pace: float  # events a second
    done: int = 0
    events: int = 0
    alive: deque[tuple[str, int]] = field(default_factory=deque)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def live(self) -> None:
        """Have them live until all have, or it is stopped."""
        due = monotonic()
        while not self.stop.wait(BETWEEN):
            due = max(due, monotonic() - 1.0)  # what was held up is not made up for at once
            while due <= monotonic() and self._step():
                due += 1 / self.pace
            if not self.waiting and not self.alive:
                break
        self.ended.set()

    def _step(self) -> bool:
        """Begin one event, of one who was begun before or of a new one; False if none may be."""
        unsettled = self.papers.unsettled()
        if len(unsettled) >= MOST_OPEN:
            return False
        open_now = set(unsettled)
        for _ in range(len(self.alive)):
            name, step = self.alive.popleft()
            if name in open_now:
                self.alive.append((name, step))
                continue
            return self._go_on(name, step)
        return self._come() if self.waiting else False

    def _come(self) -> bool:
        return self._go_on(self.waiting.popleft(), 0)

    def _go_on(self, name: str, step: int) -> bool:
        if step == len(STEPS):
            self.done += 1
            return True
        self.papers.write(name, STEPS[step])
        self.events += 1
        self.alive.append((name, step + 1))
        return True


@contextmanager
def living(papers: Papers, names: Sequence[str], pace: float) -> Iterator[Lives]:
    """Have documents live while the block lasts, at so many events a second."""
    lives = Lives(papers, deque(names), pace)
    thread = threading.Thread(target=lives.live, name="lives")
    thread.start()
    try:
        yield lives
    finally:
        lives.stop.set()
        thread.join()

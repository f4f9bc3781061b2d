"""A model that speaks when it is let, and questions left to the thread that answers them."""

import threading
from collections.abc import Iterator, Sequence

from rag.conversations import new_id
from rag.proceeding import begin
from rag.turns import kept_of
from rag.types import Message
from rag.ui.opening import LibraryEngine
from rag.underway import Underway

PATIENCE = 30.0  # seconds, on a busy machine
WORDS = [f"word{number} " for number in range(40)]


class Voice:
    """A model that says the next word when it is let."""

    def __init__(self) -> None:
        self.let = threading.Semaphore(0)
        self.heard: list[Sequence[Message]] = []
        self.is_left = threading.Event()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.heard.append(messages)
        try:
            yield "The talks were mediated [A1]. "
            for word in WORDS:
                while not self.let.acquire(timeout=0.05):
                    yield ""  # a sign of life
                yield word
        finally:
            self.is_left.set()

    def speak(self, words: int = len(WORDS)) -> None:
        self.let.release(words)


def put(engine: LibraryEngine, question: str, name: str = "") -> tuple[str, Underway]:
    """Ask as the page does: begun, kept, and left to its thread."""
    turn = begin(engine, question, [])
    is_new = not name
    name = name or new_id()
    entry = engine.conversations.keep(kept_of(turn), name, begins=is_new)
    underway = Underway(turn, "", entry.changed)
    engine.answers.ask(name, underway)
    return name, underway

"""People who ask, think, and ask again; whoever finds no replica there asks the next one.

That is what a proxy before the replicas does: a connection that is refused or broken off was not
answered by anybody, so another is asked. Everything that a replica does answer counts.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from eval.topology.judging import is_missed, oldest, wrong_sentences
from eval.topology.papers import Papers, is_made_up, question_about
from rag.errors import FootnoteError

PATIENCE = 30.0  # seconds that one waits for an answer
OK = 200
BETWEEN_REPLICAS = 0.05


class NobodyAnswers(FootnoteError):
    """No replica could be reached for a whole PATIENCE."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it: ``wrong`` sentences, a document ``missed``, an ``error``.

    ``age`` is how long something newer was held than what is cited; ``retried`` counts replicas
    that were not there.
    """

    at: float
    seconds: float
    status: int
    retried: int
    wrong: tuple[str, ...] = ()
    missed: str = ""
    age: float = 0.0
    cited: int = 0
    error: str = ""


@dataclass
class Crowd:
    """People who ask every ``think`` seconds or so; ``draw`` gives what, and about which document.

    The document is "" where the question is not about a certain one.
    """

    papers: Papers
    replicas: Sequence[str]
    draw: Callable[[Random], tuple[str, str]]
    think: float
    answers: list[Asked] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def be(self, number: int) -> None:
        """Be one of them until it is stopped."""
        random = Random(number)  # noqa: S311 - no secret
        self.stop.wait(random.uniform(0, self.think))
        while not self.stop.is_set():
            due = monotonic() + random.uniform(0.5, 1.5) * self.think
            question, about = self.draw(random)
            self.answers.append(ask(self.papers, self.replicas, number, question, about))
            self.stop.wait(
                max(0.0, due - monotonic())
            )  # as many questions, however long each takes

    def between(self, begun: float, ended: float) -> list[Asked]:
        """What was asked in a stretch of time."""
        return [one for one in self.answers if begun <= one.at < ended]


@contextmanager
def asking(crowd: Crowd, people: int) -> Iterator[Crowd]:
    """Have so many people ask while the block lasts."""
    threads = [threading.Thread(target=crowd.be, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()


def ask(papers: Papers, replicas: Sequence[str], first: int, question: str, about: str) -> Asked:
    """Ask a question and hold the answer against the papers."""
    begun = monotonic()
    try:
        status, body, retried = _reply(replicas, first, question)
    except NobodyAnswers as error:
        return Asked(begun, monotonic() - begun, 0, 0, error=str(error))
    ended = monotonic()
    if status != OK:
        return Asked(begun, ended - begun, status, retried, error=str(body)[:200])
    wrong = tuple(wrong_sentences(papers, body, begun, ended))
    missed = about if about and is_missed(papers, body, about, begun) else ""
    age = oldest(papers, body["citations"], begun)
    cited = len(body["citations"])
    return Asked(begun, ended - begun, status, retried, wrong, missed, age, cited)


def _reply(replicas: Sequence[str], first: int, question: str) -> tuple[int, Any, int]:
    until, retried = monotonic() + PATIENCE, 0
    while monotonic() < until:
        url = replicas[(first + retried) % len(replicas)]
        try:
            status, body = post(url, question)
        except (OSError, http.client.HTTPException):
            retried += 1
            sleep(BETWEEN_REPLICAS)
            continue
        return status, body, retried
    raise NobodyAnswers("no replica could be reached")


def post(url: str, question: str) -> tuple[int, Any]:
    """Ask one replica; raises OSError or HTTPException when it was not there to the end."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    body = json.dumps({"question": question, "mode": "quotes"})
    try:
        connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


def drawing(
    papers: Papers, names: Sequence[str], others: Sequence[str]
) -> Callable[[Random], tuple[str, str]]:
    """Questions about documents that stand, about those that changed last, and the others."""

    def draw(random: Random) -> tuple[str, str]:
        kind = random.randrange(4)
        if others and kind == 0:
            return random.choice(others), ""
        recent = [name for name in [*papers.recent] if is_made_up(name)] if kind == 1 else []
        name = random.choice(recent or names)
        return question_about(name), name

    return draw

"""What all addresses have in common, and a question that has begun to be answered."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request

from rag.api.asked import Asked
from rag.api.desk import Desk, Running
from rag.api.engine import ApiEvent, LibraryEngine
from rag.api.leaving import unless_left
from rag.api.measures import Measures
from rag.api.settings import ApiSettings


@dataclass(frozen=True, slots=True)
class Opened:
    """A question at work whose first event is there, so that it can be answered at all."""

    first: ApiEvent
    rest: AsyncIterator[ApiEvent | None]
    running: Running[ApiEvent]
    tokens: list[tuple[int, int]]

    async def events(self) -> AsyncGenerator[ApiEvent | None]:
        """Every event, and None after a silence; closing it ends the work."""
        try:
            yield self.first
            async for one in self.rest:
                yield one
        finally:
            self.running.leave()


@dataclass(frozen=True, slots=True)
class Served:
    """One server: its engine, its places, its settings and what it counts."""

    engine: LibraryEngine
    desk: Desk
    settings: ApiSettings
    measures: Measures

    async def open(self, asked: Asked, request: Request) -> Opened:
        """Begin to answer; raises whatever keeps the question from being answered."""
        return await unless_left(request, self._open(asked))

    async def _open(self, asked: Asked) -> Opened:
        tokens: list[tuple[int, int]] = []
        events = self.engine.answer(asked, lambda *both: tokens.append(both))
        running = await self.desk.begin(self.measures.watched(events))
        try:
            rest = running.read()
            async for first in rest:
                if first is not None:
                    return Opened(first, rest, running, tokens)
        except BaseException:
            running.leave()
            raise
        raise AssertionError("an answer has events")

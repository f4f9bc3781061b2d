"""What all addresses have in common, and a question that has begun to be answered."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from rag.api.asked import Asked
from rag.api.desk import Desk, Running
from rag.api.engine import ApiEvent, LibraryEngine
from rag.api.engines import Engines
from rag.api.leaving import unless_left
from rag.api.measures import Measures
from rag.api.settings import ApiSettings
from rag.api.tokens import Caller
from rag.askers import note_asker
from rag.scope import Search


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
    """One server: its engines, its places, its settings and what it counts."""

    engines: Engines
    desk: Desk
    settings: ApiSettings
    measures: Measures

    async def open(self, asked: Asked, request: Request) -> Opened:
        """Begin to answer; raises whatever keeps the question from being answered."""
        return await unless_left(request, self._open(asked, caller_in(request)))

    async def retrieve(
        self, question: str, search: Search, collection: str, request: Request
    ) -> list[dict[str, object]]:
        """The evidence for a question, best first."""
        engine = await self._engine(collection, question, caller_in(request))
        return await self.desk.done(lambda: engine.retrieve(question, search))

    async def _engine(self, collection: str, question: str, caller: Caller) -> LibraryEngine:
        """The engine that is asked; opening one takes its time, so it is done in a thread."""

        def found() -> LibraryEngine:
            engine = self.engines.of(collection, caller)
            note_asker(engine.open_library.config, caller.name, question)
            return engine

        return await run_in_threadpool(found)

    async def _open(self, asked: Asked, caller: Caller) -> Opened:
        engine = await self._engine(asked.collection, asked.question, caller)
        tokens: list[tuple[int, int]] = []
        events = engine.answer(asked, lambda *both: tokens.append(both))
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


def caller_in(request: Request) -> Caller:
    """Who sent a request, as the gate has found."""
    caller: Caller = request.state.caller
    return caller

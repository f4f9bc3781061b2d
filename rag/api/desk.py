"""Questions are answered in threads, so many at once; others wait for a place, but not many.

The thread works, the event loop reads what it says. Whoever leaves is not worked for any longer
than until the thread's next word, and the place is free once the thread has ended.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import Event
from typing import Generic, TypeVar

from rag.api.failures import WAIT, Refused

PATIENCE = 30.0  # seconds that one waits for a place
KEEP_ALIVE = 5.0  # seconds of silence after which a reader is told that all is well

Said = TypeVar("Said")


class _End:
    """Nothing more is said."""


class Running(Generic[Said]):
    """A question at work: ``read`` what is said, or ``leave``."""

    def __init__(self, said: Iterator[Said], loop: asyncio.AbstractEventLoop) -> None:
        self._iterator = said
        self._loop = loop
        self._queue: asyncio.Queue[Said | BaseException | type[_End]] = asyncio.Queue()
        self._left = Event()

    def work(self) -> None:
        """Answer, in a thread."""
        try:
            for one in self._iterator:
                if self._left.is_set():
                    break
                self._tell(one)
            self._tell(_End)
        except BaseException as error:  # noqa: BLE001 - raised again where it is read
            self._tell(error)
        finally:
            close: Callable[[], None] = getattr(self._iterator, "close", lambda: None)
            close()

    async def read(self, silence: float = KEEP_ALIVE) -> AsyncIterator[Said | None]:
        """What is said, and None after every silence; raises what the work raised."""
        while True:
            try:
                async with asyncio.timeout(silence):
                    one = await self._queue.get()
            except TimeoutError:
                yield None
                continue
            if isinstance(one, BaseException):
                raise one
            if isinstance(one, type):
                return
            yield one

    def leave(self) -> None:
        """Want no more of it."""
        self._left.set()

    def _tell(self, one: Said | BaseException | type[_End]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it whoever was reading
            self._loop.call_soon_threadsafe(self._queue.put_nowait, one)


class Desk:
    """The places at which questions are answered; made and used in one event loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="question")
        self._places = asyncio.Semaphore(at_once)
        self._most = waiting
        self.waiting = 0
        self.at_work: set[Running[object]] = set()

    async def begin(self, said: Iterator[Said]) -> Running[Said]:
        """Have a question worked on as soon as there is a place; raises Refused without one."""
        await self._place()
        loop = asyncio.get_running_loop()
        running = Running(said, loop)
        self.at_work.add(running)  # type: ignore[arg-type]
        done = loop.run_in_executor(self._pool, running.work)
        done.add_done_callback(lambda _: self._free(running))
        return running

    async def done(self, work: Callable[[], Said]) -> Said:
        """What a short piece of work gives; raises what it raises, and Refused without a place."""
        running = await self.begin(work() for _ in range(1))
        async for one in running.read():
            if one is not None:
                return one
        raise AssertionError("it gives something")

    def close(self) -> None:
        """Let everybody go; threads end at their next word."""
        for running in self.at_work:
            running.leave()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _place(self) -> None:
        if self._places.locked() and self.waiting >= self._most:
            raise _busy(HTTPStatus.TOO_MANY_REQUESTS)
        self.waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await self._places.acquire()
        except TimeoutError:
            raise _busy(HTTPStatus.SERVICE_UNAVAILABLE) from None
        finally:
            self.waiting -= 1

    def _free(self, running: "Running[Said]") -> None:
        self.at_work.discard(running)
        self._places.release()


def _busy(status: HTTPStatus) -> Refused:
    return Refused(
        status, "Too many questions are asked at once; ask again shortly.", "busy", retry=WAIT
    )

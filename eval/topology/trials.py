"""A process is killed with ``kill -9`` and started again; a server's files are damaged between."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

from eval.crash.damaging import fill
from eval.topology.judging import shown_in
from eval.topology.layout import Layout
from eval.topology.papers import Papers, question_about
from eval.topology.people import OK, post

PATIENCE = 90.0  # seconds that a trial waits before it counts as failed
BETWEEN = 0.1
LATER = 2.0  # seconds that a trial goes on, so that what it broke is seen


@dataclass(frozen=True, slots=True)
class Damage:
    """Random bytes in the files of a Chroma server that have such names."""

    name: str
    pattern: str


GRAPH, DATABASE = "index_metadata.pickle", "chroma.sqlite3"

DAMAGES = (
    Damage("Chroma, its graphs' vectors random", "data_level0.bin"),  # it crashes when asked
    Damage("Chroma, all graph files random", "*/*"),  # it refuses when asked
    Damage("Chroma, its database random", DATABASE),  # it does not start
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was killed, and the seconds from then on until it answered again (``back``), and until
    every replica cited a document that came in right after the kill (``served``).

    ``rebuilt`` is when a damaged index was whole again.
    """  # noqa: D205

    what: str
    begun: float
    ended: float
    back: float
    served: float
    rebuilt: float | None = None
    fault: str = ""
    is_damage: bool = False  # while an index is built anew, what comes in waits; answers do not


def try_kill(layout: Layout, papers: Papers, what: str, probe: str) -> Trial:
    """Kill a process, and start it again at once."""
    one = layout.standing[what]

    def restart() -> None:
        one.kill()
        one.start()

    return _tried(layout, papers, what, probe, restart)


def try_damage(
    layout: Layout, papers: Papers, damage: Damage, probe: str, generation: Callable[[], int]
) -> Trial:
    """Kill the Chroma server, fill files of its index with random bytes, and start it again.

    It is started again whenever it ends, and where it cannot be started, over an empty folder, as
    docs/scale.md tells whoever runs it.
    """
    before = generation()
    must_build = damage.pattern == DATABASE or has_graph(layout.index)
    server, stop = layout.index_server, Event()
    keeper = Thread(target=_keep_up, args=(layout, stop), name="keep up")

    def restart() -> None:
        server.kill()
        for path in damaged_files(layout.index, damage.pattern):
            fill(path, Random(1))  # noqa: S311 - no secret
        _start(layout)
        keeper.start()

    trial = _tried(layout, papers, damage.name, probe, restart)
    is_built = _until(lambda: generation() > before, PATIENCE if must_build else 0.0)
    rebuilt = monotonic() - trial.begun
    stop.set()
    keeper.join()
    fault = "" if is_built or not must_build else "never built anew"
    return replace(
        trial,
        ended=monotonic(),
        rebuilt=rebuilt if is_built else None,
        fault=trial.fault or fault,
        is_damage=True,
    )


def damaged_files(folder: Path, pattern: str) -> list[Path]:
    """The files of a Chroma server's folder that have such names and hold anything."""
    return [path for path in folder.rglob(pattern) if path.is_file() and path.stat().st_size]


def has_graph(folder: Path) -> bool:
    """Whether the graph of a collection that is there was ever written.

    One of fewer than a thousand passages is not, and its files are not read.
    """
    query = "SELECT id FROM segments WHERE scope = 'VECTOR'"
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        names = [name for (name,) in database.execute(query)]
    return any((folder / name / GRAPH).exists() for name in names)


def _keep_up(layout: Layout, stop: Event) -> None:
    while not stop.wait(BETWEEN):
        process = layout.index_server.process
        if process is not None and process.poll() is not None:
            _start(layout)


def _start(layout: Layout) -> None:
    with suppress(AssertionError):
        layout.index_server.start()
        return
    for path in layout.index.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    layout.index_server.start()


def _tried(
    layout: Layout, papers: Papers, what: str, probe: str, restart: Callable[[], None]
) -> Trial:
    begun = monotonic()
    papers.write(probe, 1)
    try:
        restart()
    except (RuntimeError, AssertionError) as error:
        return Trial(what, begun, monotonic(), PATIENCE, PATIENCE, fault=str(error))
    back = monotonic() - begun
    urls = [one.url for one in layout.replicas]
    is_served = _until(lambda: _cite(urls, probe), PATIENCE)
    served = monotonic() - begun
    sleep(LATER)
    fault = "" if is_served else f"{probe} is never cited"
    return Trial(what, begun, monotonic(), back, served, fault=fault)


def _cite(urls: Sequence[str], probe: str) -> bool:
    return all(_cites(url, probe) for url in urls)


def _cites(url: str, probe: str) -> bool:
    try:
        status, body = post(url, question_about(probe))
    except OSError:
        return False
    return status == OK and probe in {one["document"] for one in shown_in(body)}


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    until = monotonic() + seconds
    while not is_so():
        if monotonic() > until:
            return False
        sleep(BETWEEN)
    return True

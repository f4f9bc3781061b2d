"""A process is killed with ``kill -9`` and started again; a server's files are damaged meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic, sleep

from eval.crash.damaging import fill
from eval.topology.layout import Layout
from eval.topology.papers import Papers, question_about
from eval.topology.people import OK, post

PATIENCE = 90.0  # seconds that a trial waits before it counts as failed
BETWEEN = 0.1
LATER = 3.0  # seconds that a trial goes on, so that what it broke is seen


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


def try_kill(layout: Layout, papers: Papers, what: str, probe: str) -> Trial:
    """Kill a process, and start it again at once."""
    one = layout.standing[what]

    def restart() -> None:
        one.kill()
        one.start()

    return _tried(layout, papers, what, probe, restart)


def try_damage(
    layout: Layout, papers: Papers, what: str, probe: str, generation: Callable[[], int]
) -> Trial:
    """Kill the Chroma server, fill the files of its graphs with random bytes, start it again."""
    before = generation()

    def restart() -> None:
        layout.index_server.kill()
        damage(layout.index, Random(1))  # noqa: S311 - no secret
        layout.index_server.start()

    begun = monotonic()
    trial = _tried(layout, papers, what, probe, restart)
    _until(lambda: generation() > before, PATIENCE)
    whole = monotonic() - begun
    is_whole = generation() > before
    return Trial(
        trial.what, trial.begun, monotonic(), trial.back, trial.served,
        whole if is_whole else None, trial.fault or "" if is_whole else "never built anew",
    )  # fmt: skip


def damage(folder: Path, random: Random) -> list[Path]:
    """Fill the files of all graphs below a Chroma server's folder with random bytes."""
    files = [path for path in folder.rglob("*/*") if path.is_file() and path.stat().st_size]
    for path in files:
        fill(path, random)
    return files


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
    return status == OK and probe in {one["document"] for one in body["citations"]}


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    until = monotonic() + seconds
    while not is_so():
        if monotonic() > until:
            return False
        sleep(BETWEEN)
    return True

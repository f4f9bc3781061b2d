"""A process that changes a library is killed again and again: ``python -m eval.kills --kills 200``.

Every second kill comes at a random moment, the others at the moment at which one of the files of
the store is written, made or removed. After each, another process opens what is left and holds it
against what was acknowledged: nothing lost, nothing half or mixed, every sentence found first by
itself, an answer within MOST_SECONDS. It uses the small embedding of the tests, so that no time of
loading a model is in the figures. The status is 1 if anything was wrong.
"""

import argparse
import multiprocessing
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median

from eval.crash.aiming import TARGETS, wait_for, wait_until
from eval.crash.living import Looked, Place, live, look
from eval.crash.notes import version_of
from eval.speed.tables import table

MOST_SECONDS = 2.0  # until the first answer after a restart
PATIENCE = 20.0  # seconds that an aimed kill waits for its file
LONGEST = 1.5  # seconds before a random kill
PROCESSES = multiprocessing.get_context("forkserver")


@dataclass(slots=True)
class Told:
    """What was acknowledged before a kill, and what may be seen or not.

    ``held`` is each document as it was acknowledged last; ``begun`` is what was at work when the
    process died; ``open`` are versions of earlier such work that no ingest has settled yet.
    """

    held: dict[str, int] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    open: dict[str, set[int]] = field(default_factory=dict)
    rounds: int = 0

    def hear(self, ear: Connection) -> None:
        """Take in all that was said; the last of it may have been cut."""
        try:
            while ear.poll():
                what, changes = ear.recv()
                self.begun = changes if what == "begin" else {}
                if what == "done":
                    self.held |= changes
                    self.rounds += 1
                    self.open = {} if changes else self.open
        except (EOFError, OSError):
            return

    def allowed(self) -> dict[str, set[int]]:
        """The versions at which each document may be seen: as acknowledged, or as it was begun."""
        for name, version in self.begun.items():
            self.open[name] = self.open.get(name, set()) | {self.held.get(name, 0), version}
        return {name: self.open.get(name, {version}) for name, version in self._all()}

    def settle(self, folder: Path) -> None:
        """What was begun stands in the folder or not, and the next ingest takes it from there."""
        self.held |= {name: version_of(folder, name) for name in self.begun}
        self.begun = {}

    def _all(self) -> list[tuple[str, int]]:
        return list({**self.begun, **self.held}.items())


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: what it was aimed at, and what the restart found."""

    target: str
    looked: Looked


def kill_and_look(place: Place, target: str, seed: int, told: Told) -> Kill:
    """Start a process that changes the library, kill it at its moment, and look at what is left."""
    random = Random(seed)  # noqa: S311 - no secret
    ear, mouth = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=live, args=(place, seed, dict(told.held), mouth))
    process.start()
    mouth.close()
    if not ear.poll(60):
        raise RuntimeError("the process that was to be killed did not begin")
    over = time.monotonic() + PATIENCE
    acknowledged = told.rounds + random.randint(0, 2)
    while told.rounds < acknowledged and time.monotonic() < over:
        told.hear(ear)
        time.sleep(0.002)
    if target:
        hit = wait_for(place.data, target, random.randint(1, 4), lambda: time.monotonic() > over)
        target = target if hit else ""
    else:
        wait_until(time.monotonic() + random.uniform(0, LONGEST), lambda: not process.is_alive())
    process.kill()
    process.join()
    told.hear(ear)
    if process.exitcode != -signal.SIGKILL:
        raise RuntimeError(f"the process ended by itself ({process.exitcode})")
    looked = look_apart(place, told)
    told.settle(place.documents)
    return Kill(target, looked)


def look_apart(place: Place, told: Told) -> Looked:
    """Look in a process of its own, so that one that crashes is counted and not followed."""
    ear, mouth = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=look, args=(place, told.allowed(), mouth))
    process.start()
    mouth.close()
    try:
        looked: Looked = ear.recv()
    except EOFError:
        process.join()
        return Looked([f"crashed: the restart ended with {process.exitcode}"], 0.0)
    process.join()
    return looked


def kill_many(kills: int, place: Place, seed: int) -> tuple[list[Kill], Told]:
    """Kill so many times, on one library, every second time aimed."""
    PROCESSES.set_forkserver_preload(["eval.crash.living", "chromadb"])
    told, done = Told(), []
    for number in range(kills):
        target = TARGETS[number // 2 % len(TARGETS)] if number % 2 else ""
        done.append(kill_and_look(place, target, seed + number, told))
    return done, told


def faults_of(kills: list[Kill]) -> Counter[str]:
    """How many faults there were of each sort; slow restarts are one."""
    faults = Counter(fault.split(":")[0] for kill in kills for fault in kill.looked.faults)
    faults["slow"] += sum(kill.looked.seconds > MOST_SECONDS for kill in kills)
    return faults


def kills_table(kills: list[Kill]) -> str:
    """The kills by what they were aimed at."""
    rows = [["killed", "kills", "rebuilt", "faults", "first answer, s", "slowest"]]
    for target in ["", *TARGETS]:
        some = [kill.looked for kill in kills if kill.target == target]
        if some:
            seconds = [one.seconds for one in some]
            rows.append([
                f"as {target} changes" if target else "at a random moment",
                str(len(some)),
                str(sum(one.passages > 0 for one in some)),
                str(sum(len(one.faults) for one in some)),
                f"{median(seconds):.2f}",
                f"{max(seconds):.2f}",
            ])  # fmt: skip
    return table(rows)


def rebuilds_line(looked: list[Looked]) -> str:
    """How fast indexes were built anew."""
    if not looked:
        return "no index was built anew"
    first = median(one.passages / one.searchable for one in looked)
    whole = median(one.passages / one.complete for one in looked)
    return (
        f"{len(looked)} indexes built anew, of {median(one.passages for one in looked):,.0f} "
        f"passages: searched after {first:,.0f} passages a second, complete after {whole:,.0f}"
    )


def main() -> int:
    """Kill, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--sentences", type=int, default=200, help="of a document")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(
            Path(scratch) / "data", Path(scratch) / "documents", given.documents, given.sentences
        )
        kills, told = kill_many(given.kills, place, given.seed)
    print(kills_table(kills))
    faults = faults_of(kills)
    print(rebuilds_line([kill.looked for kill in kills if kill.looked.passages]))
    print(f"{told.rounds} changes acknowledged; " + ", ".join(
        f"{faults[sort]} {sort}" for sort in ("lost", "mixed", "wrong", "crashed", "slow")
    ))  # fmt: skip
    for kill in kills:
        for fault in kill.looked.faults[:3]:
            print(f"{kill.target or 'random'}: {fault}")
    return int(faults.total() > 0)


if __name__ == "__main__":
    sys.exit(main())

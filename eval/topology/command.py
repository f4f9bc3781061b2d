"""The whole set, a crowd, documents that come, change and go, and kills; then what became of it."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import numpy as np

from eval.questions import read_questions
from eval.topology.layout import Layout, Sizes, set_up
from eval.topology.lives import living
from eval.topology.looking import looked_at
from eval.topology.papers import Papers, names
from eval.topology.people import Crowd, asking, drawing
from eval.topology.printing import Run, Stage, faults_of, printed
from eval.topology.trials import DAMAGES, Damage, Trial, try_damage, try_kill
from rag.documents import find_files, read_document
from rag.ledger import open_ledger
from rag.libraries import opened
from tests.servers import programs

SEEDS, GOLDEN = Path("seeds"), Path("eval/golden.jsonl")
SETTLED = 120.0  # seconds that everything begun may take to be acknowledged
NEAR = 100  # what an approximate search does not put first, it has among so many


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is: documents that stand and that live, people, seconds of each stage."""

    standing: int
    lives: int
    people: int
    think: float  # seconds between two questions of one person
    pace: float  # events a second
    alone: float  # seconds for which one person asks one replica
    calm: float  # seconds for which the crowd asks before anything is killed
    longest: float  # seconds from the start on after which nothing is waited for any more
    sentences: int
    sizes: Sizes
    damages: Sequence[Damage] = DAMAGES

    @property
    def first_of_crowd(self) -> int:
        """So many lives fall into the time of the one person."""
        return self.lives // 8


JUDGED = Plan(1_200, 2_000, 50, 10.0, 20.0, 60.0, 120.0, 720.0, 6, Sizes())
SHORT = Plan(24, 24, 6, 2.0, 8.0, 2.0, 3.0, 100.0, 4, Sizes(replicas=2), DAMAGES[-1:])


def run(plan: Plan, folder: Path) -> Run:
    """Set everything up, have it asked, changed and killed, and say what was seen."""
    documents = folder / "documents"
    documents.mkdir()
    papers = Papers(documents, plan.sentences)
    fill(papers, names(0, plan.standing))
    begun = monotonic()
    with (
        set_up(folder, documents, plan.sizes) as layout,
        looked_at(layout.config.ledger_url, papers) as look,
    ):
        settle(papers)
        say(f"all is up, {len(papers.history)} documents are in, after {monotonic() - begun:.0f} s")
        course = Course(plan, layout, papers, Run(look), begun)
        course.go()
        course.run.unsettled = settle(papers)
        course.run.ledger = [*held_otherwise(layout, papers)]
        course.run.index = [*index_faults(layout)]
    return course.run


@dataclass
class Course:
    """What happens once everything is up."""

    plan: Plan
    layout: Layout
    papers: Papers
    run: Run
    begun: float
    questions: list[str] = field(default_factory=lambda: questions_of(GOLDEN))

    def go(self) -> None:
        """One person alone; then the crowd, in peace and while processes are killed."""
        plan = self.plan
        lives = names(plan.standing, plan.lives)
        with self.asked_by(1, 1, plan.think / plan.people):  # warm, and not counted
            sleep(plan.alone / 6)
        with (
            self.asked_by(1, 1, plan.think / plan.people) as one,
            living(self.papers, lives[: plan.first_of_crowd], plan.pace),
        ):
            self.stage("one person, one replica", one, plan.alone)
        with (
            self.asked_by(plan.people, len(self.urls), plan.think) as crowd,
            living(self.papers, lives[plan.first_of_crowd :], plan.pace) as lived,
        ):
            sleep(plan.think)  # until everybody has begun
            self.stage(f"{plan.people} people, {len(self.urls)} replicas", crowd, plan.calm)
            self.kill(crowd)
            say("the last documents come, change and go")
            lived.ended.wait(max(0.0, self.begun + plan.longest - monotonic()))
        self.run.lived, self.run.wanted = self.plan.first_of_crowd + lived.done, plan.lives

    @property
    def urls(self) -> list[str]:
        """Where the replicas are."""
        return [one.url for one in self.layout.replicas]

    def asked_by(self, people: int, replicas: int, think: float) -> AbstractContextManager[Crowd]:
        """So many people ask the first so many replicas."""
        draw = drawing(self.papers, names(0, self.plan.standing), self.questions)
        return asking(Crowd(self.papers, self.urls[:replicas], draw, think), people)

    def stage(self, name: str, crowd: Crowd, seconds: float) -> None:
        """Have them ask for a while, and note what they were answered."""
        say(f"{name}: {seconds:.0f} s")
        begun, load = monotonic(), os.getloadavg()[0]
        sleep(seconds)
        answers = crowd.between(begun, monotonic())
        self.run.stages.append(Stage(name, seconds, answers, (load + os.getloadavg()[0]) / 2))

    def kill(self, crowd: Crowd) -> None:
        """Kill everything in turn; then the Chroma server again, damaging its files."""
        probes = iter(names(self.plan.standing + self.plan.lives, 50))
        for what in self.layout.standing:
            say(f"kill -9: {what}")
            self.note(try_kill(self.layout, self.papers, what, next(probes)), crowd)
        generation = partial(generation_of, self.layout)
        for damage in self.plan.damages:
            say(f"kill -9: {damage.name}")
            trial = try_damage(self.layout, self.papers, damage, next(probes), generation)
            self.note(trial, crowd)

    def note(self, trial: Trial, crowd: Crowd) -> None:
        """Note a trial with what people were answered meanwhile."""
        self.run.trials.append((trial, crowd))


def questions_of(path: Path) -> list[str]:
    """Questions about the briefings that stand for themselves."""
    return [one.text for one in read_questions(path) if one.answerable and not one.history]


def fill(papers: Papers, made_up: Sequence[str]) -> None:
    """Put the briefings and so many made-up documents into the folder."""
    for found in find_files(SEEDS):
        data = found.path.read_bytes()
        document = read_document(data, found.name, found.path)
        papers.put(found.name, 1, document.text, data)
    for name in made_up:
        papers.write(name, 1)


def settle(papers: Papers) -> list[str]:
    """Wait until everything that was begun is acknowledged; returns what never was."""
    until = monotonic() + SETTLED
    while papers.unsettled() and monotonic() < until:
        sleep(0.1)
    return papers.unsettled()


def generation_of(layout: Layout) -> int:
    """The number of the index that the ledger names."""
    with closing(open_ledger(layout.config.data, layout.config.ledger_url)) as ledger:
        return int(ledger.state()["generation"])


def held_otherwise(layout: Layout, papers: Papers) -> Iterator[str]:
    """Documents that the ledger does not hold as they were written last."""
    with closing(open_ledger(layout.config.data, layout.config.ledger_url)) as ledger:
        held = {record.document.id: record.document.text for record in ledger.records()}
    for name in papers.history:
        if held.get(name, "") != papers.latest(name).text:
            yield f"{name} is not held as it was written last"


def index_faults(layout: Layout) -> Iterator[str]:
    """What is wrong with the index once all is quiet; it is looked at and not mended."""
    with opened(layout.config) as library:
        sharing, snapshot = library.sharing, library.snapshot()
        store = library.store
        if sharing is None or store is None:
            yield f"there is no index: {library.trouble}"
            return
        if store.count() != len(snapshot.windows):
            yield f"the index has {store.count()} passages, not {len(snapshot.windows)}"
        for passage in range(0, len(snapshot.windows), max(1, len(snapshot.windows) // 200)):
            near = store.nearest(snapshot.vectors_of(np.array([passage]))[0], NEAR)
            if snapshot.name_of(passage) not in near:
                yield f"passage {snapshot.name_of(passage)} is not its own neighbour"


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"topology: {line}\n")


def main() -> int:
    """Run it and print what became of it; the status is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute, with few documents")
    for name in ("standing", "lives", "people"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("think", "pace", "alone", "calm"):
        parser.add_argument(f"--{name}", type=float)
    parser.add_argument("--keep", type=Path, help="a folder for the logs, which stay there")
    given = parser.parse_args()
    if programs() is None:
        say("skipped: PostgreSQL is not installed (apt-get install postgresql)")
        return 0
    changed = {name: value for name, value in vars(given).items()
               if value is not None and name not in ("short", "keep")}  # fmt: skip
    plan = replace(SHORT if given.short else JUDGED, **changed)
    with tempfile.TemporaryDirectory(prefix="footnote-topology-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        done = run(plan, folder)
    print(printed(done))
    faults = faults_of(done, is_measured=not given.short)
    for fault in faults[:40]:
        print(f"- {fault}")
    return int(bool(faults))

"""What a run goes through: one person alone, then a crowd, and processes killed under it."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from eval.questions import read_questions
from eval.topology.aftermath import generation_of
from eval.topology.layout import Layout, Sizes
from eval.topology.lives import living
from eval.topology.papers import Papers, names
from eval.topology.people import Crowd, asking, drawing
from eval.topology.printing import Run, Stage
from eval.topology.trials import DAMAGES, Damage, Trial, try_damage, try_kill

GOLDEN = Path("eval/golden.jsonl")


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


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"topology: {line}\n")

"""What a run came to: two tables, and the sentences that say what was wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from eval.speed.tables import table
from eval.topology.looking import Look
from eval.topology.people import OK, Asked, Crowd
from eval.topology.trials import Trial

MOST_TIMES = 2.0  # the median of a crowd to that of one person
MOST_SECONDS = 10.0  # until a process that was killed serves again
SHOWN = 5  # faults of one kind


@dataclass(frozen=True, slots=True)
class Stage:
    """What people were answered in a stretch of time; ``load`` is the machine's."""

    name: str
    seconds: float
    answers: Sequence[Asked]
    load: float


@dataclass
class Run:
    """Everything that was seen."""

    look: Look
    stages: list[Stage] = field(default_factory=list)
    trials: list[tuple[Trial, Crowd]] = field(default_factory=list)
    lived: int = 0
    wanted: int = 0
    unsettled: list[str] = field(default_factory=list)
    ledger: list[str] = field(default_factory=list)
    index: list[str] = field(default_factory=list)

    @property
    def crowds(self) -> list[Asked]:
        """All that the crowd was answered, and what the one person was."""
        crowd = self.trials[0][1].answers if self.trials else []
        return [*(self.stages[0].answers if self.stages else []), *crowd]

    def during(self, trial: Trial, crowd: Crowd) -> list[Asked]:
        """What was asked while something was killed."""
        return crowd.between(trial.begun, trial.ended)


def printed(run: Run) -> str:
    """The tables in Markdown, and what all of it came to."""
    trials = [_trial_row(trial, run.during(trial, crowd)) for trial, crowd in run.trials]
    return "\n\n".join(
        [table([STAGES, *map(_stage_row, run.stages)]), table([TRIALS, *trials]), _sum(run)]
    )


def _sum(run: Run) -> str:
    answers = run.crowds
    oldest = max((one.age for one in answers), default=0.0)
    told = (
        f"{run.lived} of {run.wanted} documents came, changed and went",
        f"{len(answers)} questions, {sum(one.cited for one in answers)} citations",
        f"{sum(map(_is_error, answers))} errors",
        f"{sum(bool(one.wrong) for one in answers)} answers with a wrong or stale sentence",
        f"{sum(bool(one.missed) for one in answers)} that did not show a document that stood",
        f"{sum(one.retried for one in answers)} connections tried at another replica",
        f"{len(run.look.lost)} acknowledged documents lost",
        f"the oldest sentence cited was {oldest:.2f} s out of date",
    )
    return "; ".join(told) + "."


STAGES = ["", "questions", "a second", "median, ms", "95 %, ms", "slowest, ms", "load"]
TRIALS = ["kill -9", "answers again, s", "new document cited by all, s", "index whole, s",
          "questions", "median, ms", "slowest, ms", "retried", "errors", "wrong"]  # fmt: skip


def _stage_row(stage: Stage) -> list[str]:
    seconds = sorted(one.seconds for one in stage.answers) or [0.0]
    return [
        stage.name,
        str(len(stage.answers)),
        f"{len(stage.answers) / stage.seconds:.1f}",
        f"{1000 * median(seconds):.0f}",
        f"{1000 * seconds[len(seconds) * 19 // 20]:.0f}",
        f"{1000 * seconds[-1]:.0f}",
        f"{stage.load:.1f}",
    ]


def _trial_row(trial: Trial, answers: Sequence[Asked]) -> list[str]:
    seconds = [one.seconds for one in answers] or [0.0]
    return [
        trial.what,
        f"{trial.back:.1f}",
        f"{trial.served:.1f}",
        "" if trial.rebuilt is None else f"{trial.rebuilt:.1f}",
        str(len(answers)),
        f"{1000 * median(seconds):.0f}",
        f"{1000 * max(seconds):.0f}",
        str(sum(one.retried for one in answers)),
        str(sum(map(_is_error, answers))),
        str(sum(bool(one.wrong or one.missed) for one in answers)),
    ]


def _is_error(one: Asked) -> bool:
    return one.status != OK


def faults_of(run: Run, *, is_measured: bool) -> list[str]:
    """What is wrong, a sentence each; times are held to their bars where they were measured."""
    faults = [*_answers(run.crowds), *_held(run), *_trials(run, is_timed=is_measured)]
    return [*faults, *_times(run)] if is_measured else faults


def _answers(answers: Sequence[Asked]) -> Iterator[str]:
    errors = [f"error: {one.status} {one.error}" for one in answers if _is_error(one)]
    yield from [*dict.fromkeys(errors)][:SHOWN]
    yield from [f"wrong: {each}" for one in answers for each in one.wrong][:SHOWN]
    yield from [f"missed: {one.missed} stood and was not shown" for one in answers if one.missed][
        :SHOWN
    ]
    if not any(one.cited for one in answers):
        yield "nothing was cited at all"


def _held(run: Run) -> Iterator[str]:
    if run.lived < run.wanted:
        yield f"only {run.lived} of {run.wanted} documents came, changed and went in the time"
    yield from [f"lost: {name} was acknowledged" for name in sorted(run.look.lost)][:SHOWN]
    yield from [f"never acknowledged: {name}" for name in run.unsettled][:SHOWN]
    yield from run.ledger[:SHOWN]
    yield from run.index[:SHOWN]


def _trials(run: Run, *, is_timed: bool) -> Iterator[str]:
    for trial, _ in run.trials:
        if trial.fault:
            yield f"{trial.what}: {trial.fault}"
        elif is_timed and not trial.is_damage and max(trial.back, trial.served) > MOST_SECONDS:
            yield f"{trial.what}: {max(trial.back, trial.served):.1f} s until it served again"


def _times(run: Run) -> Iterator[str]:
    one, crowd = (median(each.seconds for each in stage.answers) for stage in run.stages)
    if crowd > MOST_TIMES * one:
        yield f"the median of a crowd is {crowd / one:.1f} times that of one person"

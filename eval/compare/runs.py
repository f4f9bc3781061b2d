"""Run folders of ``python -m eval.run`` as a comparison reads them: scores, answers, settings.

Repeats of a question are one result: the mean of every score, and the first answer that there
is. Of two lines for one question and repeat the later one counts, as after a retry.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.questions import QuestionSetError, read_rows
from rag.errors import FootnoteError

CONFIG, RESULTS = "config.json", "results.jsonl"
SECTIONS = ("git", "golden", "documents", "fingerprint", "settings", "prompts")
DECIDES_NOTHING = ("tags", "split")
DIGITS = 16
LARGEST = 1e9  # of a score
Row = Mapping[str, Any]


class RunError(FootnoteError):
    """A run folder that cannot be read, compared or accepted; the message names it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question of a run; ``failed`` is the error if no repeat of it went well.

    ``digest`` changes with whatever the scores depend on: question, evidence, wanted answer.
    ``answer`` is what ``rag ask --json`` prints; empty where nothing was answered.
    """

    id: str
    question: Row
    digest: str
    scores: Mapping[str, float]
    answer: Row
    failed: str
    repeats: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder that was read; ``results`` by the question's id, in the run's order."""

    folder: Path
    config: Mapping[str, Any]
    results: Mapping[str, Result]

    @property
    def metrics(self) -> list[str]:
        """Every metric that any question has, in the order in which they first stand."""
        scores = (result.scores for result in self.results.values())
        return list(dict.fromkeys(name for row in scores for name in row))

    def setting(self, name: str) -> Any:
        """One of the settings, None where the run does not say."""
        return self.config["settings"].get(name)


def read_run(folder: Path) -> Run:
    """Read a run folder; raises RunError, in one sentence, for whatever is wrong with it."""
    config = _read_config(folder)
    lines: dict[str, dict[int, Row]] = defaultdict(dict)
    try:
        for row, place in read_rows(folder / RESULTS):
            lines[_text(row, "id", place)][_repeat(row, place)] = _checked(row, place)
    except QuestionSetError as error:
        raise RunError(f"{error} Is the run complete?") from error
    if not lines:
        raise RunError(f"{folder / RESULTS} holds no result; run eval.run again.")
    return Run(folder, config, {name: _result(list(one.values())) for name, one in lines.items()})


def digest_of(question: Row) -> str:
    """A digest of all that the scores of a question depend on."""
    parts = {name: part for name, part in question.items() if name not in DECIDES_NOTHING}
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def wanted_outcome(question: Row) -> str:
    """How the right answer to a question ends."""
    usual = "answered" if question.get("answerable", True) else "not_found"
    return str(question.get("outcome") or usual)


def _read_config(folder: Path) -> Mapping[str, Any]:
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{folder} is no run folder: it has no {CONFIG}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} cannot be read as JSON; run eval.run again.") from error
    if not isinstance(config, dict):
        raise RunError(f"{path} is no JSON object; run eval.run again.")
    for name in SECTIONS:
        if not isinstance(config.setdefault(name, {}), dict):
            raise RunError(f"{path} has no object under “{name}”; run eval.run again.")
    return config


def _text(row: Row, name: str, place: str) -> str:
    if not isinstance(row.get(name), str):
        raise RunError(f"{place} has no “{name}” that is a text; it is no result of eval.run.")
    return str(row[name])


def _repeat(row: Row, place: str) -> int:
    repeat = row.get("repeat", 0)
    if not isinstance(repeat, int):
        raise RunError(f"{place} has a “repeat” that is no whole number.")
    return repeat


def _checked(row: Row, place: str) -> Row:
    """A line of results, reduced to what is compared."""
    question, answer, scores = (row.get(name) or {} for name in ("question", "answer", "scores"))
    for name, part in {"question": question, "answer": answer, "scores": scores}.items():
        if not isinstance(part, dict):
            raise RunError(f"{place} has a “{name}” that is no object.")
    if row.get("status") not in ("ok", "error"):
        raise RunError(f"{place} has a “status” that is neither ok nor error.")
    return {
        "id": row["id"],
        "question": question,
        "digest": str(row.get("digest") or digest_of(question)),
        "answer": answer,
        "scores": {name: _score(name, value, place) for name, value in scores.items()},
        "failed": str(row.get("error") or "no reason given") * (row["status"] == "error"),
    }


def _score(name: str, value: Any, place: str) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) <= LARGEST:  # which NaN is not, either
        raise RunError(f"{place} scores {name} with {value!r}, which is no number.")
    return float(value)


def _result(repeats: Sequence[Row]) -> Result:
    good = [row for row in repeats if not row["failed"]]
    first = (good or repeats)[0]
    return Result(
        id=first["id"],
        question=first["question"],
        digest=first["digest"],
        scores=_means(map(_with_refusal, good)),
        answer=first["answer"],
        failed="" if good else first["failed"],
        repeats=len(good),
    )


def _with_refusal(row: Row) -> Mapping[str, float | None]:
    """The scores, with ``refusal_recall``: of what the documents do not answer, what was refused.

    Over all questions ``outcome_right`` can rise while the refusals are lost.
    """
    scores: Mapping[str, float | None] = row["scores"]
    if wanted_outcome(row["question"]) != "not_found" or "outcome_right" not in scores:
        return scores
    return {"refusal_recall": scores["outcome_right"], **scores}


def _means(rows: Iterable[Mapping[str, float | None]]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            if value is not None:
                values[name].append(value)
    return {name: fmean(found) for name, found in values.items()}

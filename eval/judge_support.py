"""How well the judge agrees with people: ``python -m eval.judge_support FOLDER``.

Takes the sets that eval.calibrate_checks takes, draws ``--limit`` claims of each (``--seed``), and
puts every one to the configured model through prompts/judge.txt. Says of *supported* against the
rest how far people agree with the rules, with the judge, and with both as an answer has them: the
judge decides what no rule objects to. What is not checked counts as not supported. Claims for
which the server failed are left out of every row and counted apart. The judge's figures over all
sets are kept for ``eval.run --judge``, which tells them beside what rests on the judge.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from eval.calibrate_checks import SETS, Example, Flags, f1_and_accuracy, read_examples
from eval.running.trust import Trust, keep_trust
from rag.checking import Embed, check
from rag.config import read_config
from rag.embedding import open_embedding
from rag.errors import ConfigError, FootnoteError, ModelError
from rag.judging import at_once, judged, judgement
from rag.model import Model, open_model
from rag.prompts import Prompt, load_prompt
from rag.types import Finding, Verdict

ENOUGH = 0.95
"""The share of claims that must have been judged for the agreement to be kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: what people said, and what the rules, the judge and both together say."""

    truth: bool
    rules: Verdict
    judge: Verdict
    both: Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of *supported* against the rest, all in percent but ``kappa`` (Cohen's, -1 to 1).

    ``precision`` is the share of what is called supported that people call so too.
    """

    precision: float
    f1: float
    accuracy: float
    kappa: float
    not_checked: float


def draw(examples: Sequence[Example], limit: int, seed: int) -> list[Example]:
    """Draw ``limit`` examples, the same ones for the same seed, in their order."""
    chosen = random.Random(seed).sample(range(len(examples)), min(limit, len(examples)))  # noqa: S311
    return [examples[number] for number in sorted(chosen)]


def examine(model: Model, prompt: Prompt, embed: Embed, example: Example) -> Row | ModelError:
    """Put one claim to the rules and to the judge, or return what went wrong at the server."""
    try:
        said = judgement(model, prompt, example.claim, example.evidence, ())
    except ModelError as error:
        return error
    return _row(example, check(example.claim, example.evidence, embed), said)


def _row(example: Example, rules: Finding, said: Finding) -> Row:
    both = judged(example.claim, example.evidence, (), rules, lambda *_: said)
    return Row(example.supported, rules.verdict, said.verdict, both.verdict)


def agreement(said: Sequence[Verdict], truth: Sequence[bool]) -> Agreement:
    """How far verdicts agree with people."""
    supported = np.array([verdict is Verdict.SUPPORTED for verdict in said])
    unchecked = np.array([verdict is Verdict.NOT_CHECKED for verdict in said])
    people = np.array(truth)
    f1, accuracy = f1_and_accuracy(supported, people)
    return Agreement(
        precision=100 * int((supported & people).sum()) / max(1, int(supported.sum())),
        f1=f1,
        accuracy=accuracy,
        kappa=kappa(supported, people),
        not_checked=100 * float(unchecked.mean()),
    )


def kappa(said: Flags, truth: Flags) -> float:
    """Cohen's kappa of two sets of marks; 0 where both are all of one kind."""
    agree = float((said == truth).mean())
    chance = float(said.mean() * truth.mean() + (1 - said.mean()) * (1 - truth.mean()))
    return 0.0 if chance == 1 else (agree - chance) / (1 - chance)


def report(name: str, found: Sequence[Row | ModelError]) -> Iterator[str]:
    """The lines for one set."""
    rows = [row for row in found if isinstance(row, Row)]
    failed = len(found) - len(rows)
    yield f"{name}: {len(rows)} claims, {failed} more failed at the server"
    for failure in dict.fromkeys(str(one) for one in found if isinstance(one, ModelError)):
        yield f"  {failure}"
    for who in ("rules", "judge", "both") if rows else ():
        at = agreement([getattr(row, who) for row in rows], [row.truth for row in rows])
        yield (
            f"  {who:6} precision {at.precision:5.1f}  F1 {at.f1:5.1f}  accuracy {at.accuracy:5.1f}"
            f"  kappa {at.kappa:5.2f}  not checked {at.not_checked:4.1f}"
        )


def run(
    folder: Path, limit: int, seed: int, cache: Path, environment: Mapping[str, str]
) -> Iterator[str]:
    """The lines for every set of a folder and for all of them together; raises FootnoteError."""
    config = read_config(environment)
    model = open_model(config)
    if model is None:
        raise ConfigError("There is no language model to judge; set OPENAI_BASE_URL and RAG_MODEL.")
    prompt = load_prompt(config.prompts, "judge")
    yield f"model {model.name}, prompt judge {prompt.version}, seed {seed}"
    ask = partial(examine, model, prompt, open_embedding(config).embed)
    everything: list[Row | ModelError] = []
    for name in SETS:
        found = at_once(ask, draw(read_examples(folder / f"{name}.jsonl"), limit, seed))
        yield from report(name, found)
        everything += found
    yield from report("all", everything)
    yield from _kept(cache, model.name, prompt.version, everything)


def _kept(
    cache: Path, model: str, version: str, found: Sequence[Row | ModelError]
) -> Iterator[str]:
    """Keep the judge's agreement, so that eval.run can tell it beside what rests on the judge."""
    rows = [row for row in found if isinstance(row, Row)]
    if len(rows) < ENOUGH * len(found):
        yield "not kept for eval.run --judge: too many claims failed"
    elif rows:
        at = agreement([row.judge for row in rows], [row.truth for row in rows])
        try:
            keep_trust(cache, Trust(model, version, len(rows), at.accuracy, at.kappa))
        except OSError as error:
            raise ConfigError(
                f"The figures cannot be kept in {cache} ({error.strerror}); name another --cache."
            ) from error
        yield f"kept in {cache} for eval.run --judge"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the figures; status 1 when something failed that can be mended."""
    parser = argparse.ArgumentParser(prog="python -m eval.judge_support")
    parser.add_argument("folder", type=Path, help="where the sets are")
    parser.add_argument("--limit", type=int, default=50, help="claims of each set")
    parser.add_argument("--seed", type=int, default=1, help="which claims")
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"), help="of eval.run")
    given = parser.parse_args(arguments)
    try:
        for line in run(given.folder, given.limit, given.seed, given.cache, environment):
            print(line, flush=True)
    except FootnoteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

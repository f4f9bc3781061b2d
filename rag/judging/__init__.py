"""The last rung of the checks, asked for by RAG_JUDGE: a language model judges a claim.

It refuses by default: what is not plainly a verdict is *not checked*, and so is every claim for
which the model did not answer. A contradiction that a rule found is not overruled; closeness of
wording and a particular that the sentence seems to lack are.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from rag.checking import objection
from rag.checking.reading import read_case
from rag.context import MAX_SENTENCE, harmless
from rag.errors import ModelError, ModelUnreachable
from rag.judging.replies import read_judgement
from rag.model import Model, reply
from rag.prompts import Prompt, fill, load_prompt
from rag.types import Finding, Message, Verdict

__all__ = [
    "Judge",
    "ask_for_judgement",
    "at_once",
    "judged",
    "judgement",
    "open_judge",
    "read_judgement",
]

Judge = Callable[[str, Sequence[str], Sequence[str]], Finding]
"""Says whether a claim follows from the cited sentences; the third are texts around those."""

AT_ONCE = 4
"""Claims that are judged at the same time."""

MAX_MATERIAL = 24_000
"""Characters of a claim with its cited sentences; with more of them nothing is asked."""

MAX_SECONDS = 20.0
"""That a judgement may take; the answer is there and waits for it."""

MAX_REPLY = 8_000
"""Characters of a judgement that are read; one that goes on is none."""

_BY_WORDING = (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED)
_NOTHING = "(nothing)"
_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def open_judge(model: Model, prompts: Path) -> Judge:
    """Return the judge that asks this model, one request a claim.

    Raises PromptError at once. A model that fails makes a claim *not checked*; one that cannot
    be reached is not asked again, so that nobody waits for every claim anew.
    """
    prompt = load_prompt(prompts, "judge")
    _messages(prompt, "", (), ())
    silent: list[ModelUnreachable] = []

    def judge(claim: str, cited: Sequence[str], neighbours: Sequence[str]) -> Finding:
        if silent:
            return _not_judged(silent[0])
        try:
            return judgement(model, prompt, claim, cited, neighbours)
        except ModelError as error:
            if isinstance(error, ModelUnreachable):
                silent.append(error)
            return _not_judged(error)

    return judge


def judgement(
    model: Model, prompt: Prompt, claim: str, cited: Sequence[str], neighbours: Sequence[str]
) -> Finding:
    """Ask the model about one claim and read what it says; raises ModelError."""
    if len(claim) + sum(map(len, cited)) > MAX_MATERIAL:
        return Finding(Verdict.NOT_CHECKED, "This is too long for the language model to judge.")
    return ask_for_judgement(model, _messages(prompt, claim, cited, neighbours))


def ask_for_judgement(model: Model, messages: Sequence[Message]) -> Finding:
    """Ask the model and read what it says as a verdict; raises ModelError."""
    return read_judgement(reply(model, messages, MAX_SECONDS, MAX_REPLY))


def judged(
    claim: str, cited: Sequence[str], neighbours: Sequence[str], finding: Finding, judge: Judge
) -> Finding:
    """Put the judge's finding in the place of one that the rules are not sure of.

    What a rule calls contradicted, and words in quotation marks that are not there, stay, and
    then the judge is not asked. A particular that is only lacking ("partly") may stand there in
    other words, so there the judge decides.
    """
    against = objection(read_case(claim, cited, neighbours))
    is_sure = against is not None and against.verdict is not Verdict.PARTLY
    if finding.verdict not in _BY_WORDING or is_sure:
        return finding
    return judge(claim, cited, neighbours)


def at_once(make: Callable[[_Item], _Made], items: Sequence[_Item]) -> tuple[_Made, ...]:
    """What is made of each item, in the order of the items; AT_ONCE at the same time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(make, items))


def _messages(
    prompt: Prompt, claim: str, cited: Sequence[str], neighbours: Sequence[str]
) -> list[Message]:
    variables = {
        "claim": harmless(claim, MAX_MATERIAL),
        "cited": _listed(cited, MAX_MATERIAL),
        "around": _listed(neighbours, MAX_SENTENCE),
    }
    return [Message("user", fill(prompt, variables))]


def _listed(texts: Sequence[str], longest: int) -> str:
    """One line for each text that has something in it."""
    lines = [f"- {line}" for text in texts if (line := harmless(text, longest))]
    return "\n".join(lines) or _NOTHING


def _not_judged(error: ModelError) -> Finding:
    return Finding(Verdict.NOT_CHECKED, f"Not judged by the language model: {error}")

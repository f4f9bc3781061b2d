"""A language model judges an answer: does it agree with gold, do cited sentences support claims?

Both are read strictly, what is no clear verdict counts as a no. The replies are asked for as JSON
of a schema; a server that knows no schemas is left with what the prompts ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.questions import Question
from eval.running.listening import Listener, Speaker
from rag.context import MAX_MATERIAL, harmless
from rag.findings import beside
from rag.judging import ask_for_judgement, at_once, judgement
from rag.judging.replies import VERDICTS
from rag.model import Model
from rag.prompts import Prompt, fill, load_prompt
from rag.snapshot import Snapshot
from rag.types import Answer, Finding, Kind, Message, Outcome, Statement, Verdict

AGREEMENT, SUPPORT = "judged_agreement", "judged_support"
JUDGED = (AGREEMENT, SUPPORT)
"""The scores that rest on a judge."""

FORM: Mapping[str, Any] = {
    "title": "judgement",
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": list(VERDICTS)},
    },
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Bench:
    """Who judges, and by which prompts."""

    speaker: Speaker
    agreement: Prompt
    support: Prompt

    @property
    def prompts(self) -> dict[str, str]:
        """The versions of the prompts, by the score that they decide."""
        return {AGREEMENT: self.agreement.version, SUPPORT: self.support.version}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of one answer; ``agreement`` is None where there is no gold answer."""

    agreement: Finding | None
    claims: tuple[tuple[Statement, Finding], ...]

    @property
    def scores(self) -> dict[str, float | None]:
        """Both scores by name; an answer that claims nothing has no support."""
        held = [finding.verdict is Verdict.SUPPORTED for _, finding in self.claims]
        found = self.agreement
        return {
            AGREEMENT: float(found.verdict is Verdict.SUPPORTED) if found else None,
            SUPPORT: sum(held) / len(held) if held else None,
        }


NOT_ANSWERED = Finding(Verdict.UNSUPPORTED, "The question was not answered.")
CITES_NOTHING = Finding(Verdict.UNSUPPORTED, "The claim cites nothing.")


def open_bench(speaker: Speaker, prompts: Path) -> Bench:
    """Return the judge that asks this model; raises PromptError at once."""
    bench = Bench(speaker, load_prompt(prompts, "agreement"), load_prompt(prompts, "judge"))
    _messages(bench.agreement, "", (), "")
    return bench


def judge(
    bench: Bench, listener: Listener, question: Question, answer: Answer, held: Snapshot
) -> Judgement:
    """Judge one answer; raises ModelError."""
    agreement = _agreement(bench, listener.model, question, answer)
    claims = [] if answer.outcome is Outcome.NOT_FOUND else _claims(answer)

    def support(claim: Statement) -> Finding:
        return _support(bench, listener.model, claim, answer, held)

    return Judgement(agreement, tuple(zip(claims, at_once(support, claims), strict=True)))


def judgement_json(judged: Judgement) -> dict[str, Any]:
    """A judgement as a line of ``results.jsonl`` holds it."""
    return {
        "agreement": _json(judged.agreement) if judged.agreement else None,
        "claims": [{"text": claim.text, **_json(finding)} for claim, finding in judged.claims],
    }


def _agreement(bench: Bench, model: Model, question: Question, answer: Answer) -> Finding | None:
    if not question.answerable or not question.answers:
        return None
    if answer.outcome is Outcome.NOT_FOUND:
        return NOT_ANSWERED
    messages = _messages(bench.agreement, question.text, question.answers, answer.text)
    return ask_for_judgement(model, messages)


def _support(
    bench: Bench, model: Model, claim: Statement, answer: Answer, held: Snapshot
) -> Finding:
    cited = [one for one in answer.citations if one.number in claim.citations]
    if not cited:
        return CITES_NOTHING
    texts = [one.text for one in cited]
    return judgement(model, bench.support, claim.text, texts, beside(cited, held))


def _messages(prompt: Prompt, question: str, right: Sequence[str], answer: str) -> list[Message]:
    variables = {
        "question": harmless(question, MAX_MATERIAL),
        "right": "\n".join(f"- {harmless(one, MAX_MATERIAL)}" for one in right),
        "answer": harmless(answer, MAX_MATERIAL),
    }
    return [Message("user", fill(prompt, variables))]


def _claims(answer: Answer) -> list[Statement]:
    return [one for one in answer.statements if one.kind is Kind.CLAIM]


def _json(finding: Finding) -> dict[str, str]:
    return {"verdict": finding.verdict.value, "reason": finding.reason}

"""What the spans tell: counts and names of states; texts apart, which have to be asked for."""

from collections import Counter
from collections.abc import Mapping

from rag.types import Answer, AnswerFinished, EvidenceFound

Fact = str | int | bool


def facts_of(answer: Answer) -> Mapping[str, Fact]:
    """What is told of a whole answer."""
    facts: dict[str, Fact] = {
        "footnote.outcome": answer.outcome.value,
        "footnote.mode": answer.mode.value,
        "footnote.incomplete": answer.incomplete,
        "footnote.followup": answer.standalone_question != answer.question,
    }
    return {**facts, **({"gen_ai.request.model": answer.model} if answer.model else {})}


def step_facts(step: str, answer: Answer | None, found: EvidenceFound) -> Mapping[str, Fact]:
    """What is told of one step of it."""
    if step == "retrieval":
        return {
            "footnote.sources": len(found.sources),
            "footnote.sentences": sum(len(source.sentences) for source in found.sources),
        }
    if answer and step == "model":
        return {"footnote.characters": len(answer.text)}
    if answer and step in ("checks", "quoting"):
        return _checked(answer)
    return {}


def texts_of(question: str, finished: AnswerFinished | None) -> Mapping[str, Fact]:
    """The words of question and answer."""
    asked: dict[str, Fact] = {"footnote.question": question}
    if finished is None:
        return asked
    answer = finished.answer
    said = {"footnote.standalone_question": answer.standalone_question}
    return {**asked, **said, "footnote.text": answer.text}


def _checked(answer: Answer) -> Mapping[str, Fact]:
    verdicts = Counter(statement.verdict.value for statement in answer.statements)
    counts = {
        "statements": len(answer.statements),
        "citations": len(answer.citations),
        "rejected": len(answer.rejected),
        "repairs": len(answer.repairs),
        "disagreements": len(answer.disagreements),
        **{f"verdicts.{name.replace(' ', '_')}": count for name, count in verdicts.items()},
    }
    return {f"footnote.{name}": count for name, count in counts.items()}

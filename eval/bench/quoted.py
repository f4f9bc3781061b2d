"""Questions answered by quotation, as ``rag ask`` does without a model, and shares of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from eval.metrics.answers import plain
from eval.questions import Question
from rag.answering import FOR_ANSWERS, ask, blank_answer
from rag.errors import QuestionError
from rag.libraries import Library
from rag.types import Answer, Outcome


@dataclass(frozen=True, slots=True)
class Quoted:
    """A question and the answer by quotation."""

    question: Question
    answer: Answer

    @property
    def is_refused(self) -> bool:
        """Whether it was said that the documents do not answer it."""
        return self.answer.outcome is Outcome.NOT_FOUND


def answer_all(library: Library, questions: Iterable[Question]) -> list[Quoted]:
    """Answer every question on its day; one without a word to search for is refused."""
    return [Quoted(question, _answer(library, question)) for question in questions]


def _answer(library: Library, question: Question) -> Answer:
    try:
        return ask(library, None, question.text, (), replace(FOR_ANSWERS, asked=question.day))
    except QuestionError:
        return blank_answer(question.text, question.text, None)


def refused(quoted: Iterable[Quoted], *, answerable: bool) -> float:
    """The share of the answerable questions, or of the others, that was refused, in per cent."""
    return share(one.is_refused for one in quoted if one.question.answerable == answerable)


def says(text: str, answers: Sequence[str]) -> bool:
    """Whether the words of a right answer stand in a text."""
    said = plain(text)
    return any(plain(answer) in said for answer in answers)


def share(flags: Iterable[bool]) -> float:
    """The share of those that hold, in per cent; 0 of none."""
    counted = list(flags)
    return 100 * sum(counted) / max(1, len(counted))

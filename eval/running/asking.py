"""One question is asked as a person would ask it, and becomes one line of ``results.jsonl``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eval.questions import Question
from eval.running.folder import Row
from eval.running.judging import FORM, Bench, judge, judgement_json
from eval.running.listening import Listener, Speaker
from eval.running.rows import evidence_of, row_of
from eval.running.scoring import METRICS, score_answered, score_found
from eval.running.selection import Case
from rag.answering import FOR_ANSWERS, answer_events, blank_answer
from rag.clock import Clock
from rag.errors import FootnoteError, ModelDenied, ModelError, ModelUnknown, QuestionError
from rag.evidence import Found, find_evidence
from rag.followup import make_standalone
from rag.libraries import Library
from rag.model import Model
from rag.rendering.json_form import to_json
from rag.retrieval import check_question
from rag.scope import Search
from rag.types import Answer, AnswerFinished, EvidenceFound

OF_THE_MODEL = ("standalone", "first_word", "model", "judge", "total")
"""Steps whose seconds say nothing when a reply was kept from before."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are asked: the documents, and the model if there is one.

    With ``only_retrieval`` nothing is answered; with ``bench`` answers are judged.
    """

    opened: Library
    speaker: Speaker | None
    only_retrieval: bool = False
    bench: Bench | None = None


def ask_case(desk: Desk, case: Case) -> Row:
    """Ask one question and score what comes of it; safe from several threads.

    Raises ModelDenied and ModelUnknown, which every other question would meet as well; what else
    the model server does wrong is recorded in the row.
    """
    return _retrieved(desk, case) if desk.only_retrieval else _answered(desk, case)


def _retrieved(desk: Desk, case: Case) -> Row:
    clock = Clock()
    question = case.question
    prompts = desk.opened.config.prompts
    standalone = make_standalone(None, prompts, question.text, question.history, question.day)
    clock.lap("standalone")
    found = find(desk.opened, question, standalone)
    clock.lap("retrieval")
    scores = score_found(question, evidence_of(found))
    return row_of(case, desk.opened, found, clock.laps(), scores)


def _answered(desk: Desk, case: Case) -> Row:
    listener = Listener(desk.speaker, case.repeat) if desk.speaker else None
    try:
        answer, at = _answer(desk.opened, listener.model if listener else None, case, listener)
    except (ModelDenied, ModelUnknown):
        raise
    except FootnoteError as error:
        return _failed(case, desk, listener, error)
    if listener and listener.failures:
        return _failed(case, desk, listener, listener.failures[0])
    found = find(desk.opened, case.question, answer.standalone_question)
    scores = score_answered(case, evidence_of(found), answer, desk.opened)
    row = row_of(case, desk.opened, found, _seconds(answer, listener), scores)
    said = _said(listener, at) if listener else {}
    return _judged({**row, "answer": to_json(answer), **said}, desk, case, answer)


def _judged(row: Row, desk: Desk, case: Case, answer: Answer) -> Row:
    """The row with what the judge says; one that the server did not let judge is an error."""
    if desk.bench is None:
        return row
    listener = Listener(desk.bench.speaker, case.repeat, FORM)
    try:
        judged = judge(desk.bench, listener, case.question, answer, desk.opened.snapshot())
    except (ModelDenied, ModelUnknown):
        raise
    except ModelError as error:
        failed = {"status": "error", "error": f"The answer could not be judged. {error}"}
        return {**row, **failed, "scores": dict.fromkeys(METRICS)}
    scores = {**row["scores"], **judged.scores}
    tokens = {"tokens": listener.tokens}
    return {**row, "scores": scores, "judged": {**judgement_json(judged), **tokens}}


def _answer(
    library: Library, model: Model | None, case: Case, listener: Listener | None
) -> tuple[Answer, int]:
    """The answer, and which of the calls was for it: the first after the evidence was found."""
    question, at = case.question, 0
    search = _search(question)
    try:
        for event in answer_events(library, model, question.text, question.history, search):
            if isinstance(event, EvidenceFound):
                at = len(listener.calls) if listener else 0
            elif isinstance(event, AnswerFinished):
                return event.answer, at
    except QuestionError:  # no word to search for: nothing can be found
        pass
    return blank_answer(question.text, question.text, model), at


def find(library: Library, question: Question, standalone: str) -> Found | None:
    """What is found for a question as it was searched for; None if it has no word to search for."""
    try:
        asked = check_question(standalone)
    except QuestionError:
        return None
    return find_evidence(library, library.snapshot(), asked, _search(question))


def _search(question: Question) -> Search:
    return replace(FOR_ANSWERS, asked=question.day)


def _seconds(answer: Answer, listener: Listener | None) -> Mapping[str, float]:
    calls = listener.calls if listener else ()
    left_out = OF_THE_MODEL if any(call.was_kept for call in calls) else ()
    return {step: took for step, took in answer.timings.items() if step not in left_out}


def _said(listener: Listener, at: int) -> Row:
    """What the model was told for the answer, what it said, and the tokens of all its calls."""
    if at >= len(listener.calls):
        return {"tokens": listener.tokens}
    call = listener.calls[at]
    messages = [{"role": one.role, "content": one.content} for one in call.messages]
    return {"messages": messages, "reply": call.reply, "tokens": listener.tokens}


def _failed(case: Case, desk: Desk, listener: Listener | None, error: FootnoteError) -> Row:
    said = _said(listener, len(listener.calls) - 1) if listener and listener.calls else {}
    row = row_of(case, desk.opened, None, {}, dict.fromkeys(METRICS))
    return {**row, **said, "status": "error", "error": str(error)}

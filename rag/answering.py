"""The whole story: a question, its evidence, the reply, its statements, their verdicts.

    question → standalone question → evidence → sources → reply → statements → verdicts → Answer

Asked with a model the reply streams from it; asked without, it is made of the documents' own
sentences. Either way the same events come out, the last of them with the whole answer.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from time import monotonic

from rag.assessing import assess
from rag.clock import Clock
from rag.context import answer_messages, number_evidence
from rag.disagreement import find_disagreements
from rag.errors import ModelCut, QuestionError
from rag.evidence import Found, find_evidence
from rag.followup import by_rule, has_questions, make_standalone
from rag.footnotes import citing, listed
from rag.judging import open_judge
from rag.libraries import Library
from rag.model import Model
from rag.quoting import quote
from rag.reply import ReplyBuilder
from rag.retrieval import FAIR_SHARE, check_question, check_scope, tidy_question
from rag.scope import Search
from rag.tracing import traced
from rag.types import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    Evidence,
    EvidenceFound,
    MarkAdded,
    Message,
    Mode,
    Outcome,
    TextAdded,
    Waiting,
)

FOR_ANSWERS = Search(share=FAIR_SHARE)
NEAREST = 3
"""How many sentences are shown as the nearest ones when nothing was found."""


def ask(
    library: Library,
    model: Model | None,
    question: str,
    history: Sequence[Message] = (),
    search: Search = FOR_ANSWERS,
) -> Answer:
    """Answer a question; raises QuestionError, and ModelError when the model fails."""
    for event in answer_events(library, model, question, history, search):
        if isinstance(event, AnswerFinished):
            return event.answer
    raise AssertionError("the events of an answer end with the answer")


def answer_events(
    library: Library,
    model: Model | None,
    question: str,
    history: Sequence[Message] = (),
    search: Search = FOR_ANSWERS,
) -> Iterator[AnswerEvent]:
    """Answer a question event by event: evidence first, then text and marks, then the answer.

    Raises QuestionError when there is nothing to search for. Raises ModelError when the model
    fails before it has said anything; a reply that is cut later ends as an incomplete answer.
    """
    events = _events(library, model, question, history, search)
    return traced(events, question, library.config)


def _events(
    library: Library,
    model: Model | None,
    question: str,
    history: Sequence[Message],
    search: Search,
) -> Iterator[AnswerEvent]:
    clock = Clock()
    question = tidy_question(question)
    prompts = library.config.prompts
    snapshot = library.snapshot()
    check_scope(snapshot, search.scope)
    find = cache(partial(find_evidence, library, snapshot, search=search))
    if model and has_questions(history):
        yield from _found_at_once(find, by_rule(question, history, search.asked))
    # only now: "And why?" has no word to search for, but what it leans on may have one
    standalone = check_question(
        make_standalone(model, prompts, question, history, today=search.asked)
    )
    clock.lap("standalone")
    found = find(standalone)
    sources = number_evidence(found.evidence)
    clock.lap("retrieval")
    yield EvidenceFound(sources)
    blank = blank_answer(question, standalone, model)
    if not sources:
        answer = blank
    elif model is None:
        answer = quote(blank, snapshot, find)
        yield from _spoken(answer)
    else:
        messages = answer_messages(prompts, standalone, sources, history, search.asked)
        judge = open_judge(model, prompts) if library.config.judge else None
        builder = ReplyBuilder(sources, citing(snapshot))
        incomplete = yield from _stream(model, messages, builder, clock)
        answer = assess(blank, builder, snapshot, library.embedding.embed, judge)
        answer = _cut(answer) if incomplete else answer
    answer = replace(answer, disagreements=find_disagreements(answer, snapshot, found.evidence))
    clock.lap("checks" if model else "quoting")
    for step, seconds in answer.timings.items():
        clock.within(step, seconds)
    yield AnswerFinished(_finished(answer, found.evidence, clock))


def blank_answer(question: str, standalone: str, model: Model | None) -> Answer:
    """Return an answer in which nothing is found yet."""
    return Answer(
        question=question,
        standalone_question=standalone,
        outcome=Outcome.NOT_FOUND,
        mode=Mode.MODEL if model else Mode.QUOTES,
        text="",
        model=model.name if model else "",
    )


def _found_at_once(find: Callable[[str], Found], question: str) -> Iterator[EvidenceFound]:
    """What the rule's reading of a follow-up finds, before a model is asked to read it."""
    try:
        yield EvidenceFound(number_evidence(find(check_question(question)).evidence))
    except QuestionError:  # the model may find a word to search for
        return


def _stream(
    model: Model, messages: Sequence[Message], builder: ReplyBuilder, clock: Clock
) -> Generator[TextAdded | MarkAdded | Waiting, None, bool]:
    """Pass on what the model says; returns whether its reply was cut."""
    begun, heard = monotonic(), False
    try:
        for piece in model.stream(messages):
            if not piece:
                yield Waiting(monotonic() - begun)
                continue
            if not heard:
                clock.lap("first_word")
            begun, heard = monotonic(), True
            yield from builder.feed(piece)
        incomplete = False
    except ModelCut:
        incomplete = True
    yield from builder.close()
    clock.lap("model")
    return incomplete


def _cut(answer: Answer) -> Answer:
    """An answer whose reply stopped in the middle: what it lacks is not known."""
    if answer.outcome is Outcome.NOT_FOUND:
        return replace(answer, incomplete=True)
    missing = answer.missing or "the rest of the reply, which was cut off"
    return replace(answer, incomplete=True, outcome=Outcome.PARTLY, missing=missing)


def _spoken(answer: Answer) -> Iterator[TextAdded | MarkAdded]:
    """A ready answer as the events that would have made it."""
    said = 0
    for mark in answer.marks:
        yield TextAdded(answer.text[said : mark.offset])
        yield MarkAdded(answer.citations[mark.citation - 1])
        said = mark.offset
    if said < len(answer.text):
        yield TextAdded(answer.text[said:])


def _finished(answer: Answer, evidence: Sequence[Evidence], clock: Clock) -> Answer:
    cited = {name for citation in answer.citations for name in citation.sentence_ids}
    uncited = [found for found in evidence if found.sentence.id not in cited]
    nothing = answer.outcome is Outcome.NOT_FOUND
    nearest = evidence[:NEAREST] if nothing else []
    return replace(
        answer,
        nearest=listed(nearest, "The nearest sentence found; it does not answer the question."),
        uncited=listed(uncited, "Read, not cited."),
        timings=clock.laps(),
    )

"""A draft is changed by its person, one part after the other; Enter leaves a part as it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from eval.adopting.drafts import CHOICES, Draft, free_id
from eval.adopting.showing import facts_words
from eval.adopting.terminal import Terminal
from eval.golden_rules import ABSENCES, Page, Pages
from eval.questions import Span
from rag.rendering import one_line
from rag.types import Outcome

EMPTY = "-"  # typed to leave a part empty
MOST_SHOWN = 5  # sentences that have the words


def edit(terminal: Terminal, draft: Draft, pages: Pages, taken: Sequence[str]) -> Draft:
    """Ask for every part of a draft; returns the draft with what was typed."""
    terminal.say(f"Enter keeps what stands in brackets, {EMPTY} empties it.")
    draft = _edit_question(terminal, draft, taken)
    draft = replace(draft, outcome=_outcome(terminal, draft.outcome))
    if draft.outcome is Outcome.PARTLY:
        draft = replace(draft, missing=_typed(terminal, "What is missing", draft.missing))
    if draft.answerable:
        draft = _edit_answer(terminal, draft, pages)
    return replace(draft, tags=_tags(terminal, draft))


def sentences_with(words: str, pages: Pages) -> list[Span]:
    """The whole sentences in which these words stand in a row, whatever is between the words."""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
    found = (span for page in pages.values() for span in _sentences(pattern, page))
    return list(dict.fromkeys(found))


def _sentences(pattern: re.Pattern[str], page: Page) -> Iterator[Span]:
    text = page.document.text
    for one in pattern.finditer(text):
        start = max((at for at in page.starts if at <= one.start()), default=one.start())
        end = min((at for at in page.ends if at >= one.end()), default=one.end())
        yield Span(page.document.id, start, end, text[start:end])


def _edit_question(terminal: Terminal, draft: Draft, taken: Sequence[str]) -> Draft:
    question = _typed(terminal, "Question", draft.question) or draft.question
    name = draft.id if question == draft.question else free_id(question, taken)
    name = _typed(terminal, "Id", name) or name
    history = draft.history
    if history and _typed(terminal, f"Keep the {len(history)} messages before it", "y") != "y":
        history = ()
    day = _typed(terminal, "Asked on", draft.date) if draft.date else ""
    return replace(draft, question=question, id=name, history=history, date=day)


def _edit_answer(terminal: Terminal, draft: Draft, pages: Pages) -> Draft:
    answers = _typed(terminal, "Right answer (other wordings after |)", " | ".join(draft.answers))
    facts = _typed(
        terminal,
        "Facts it must contain (; between facts, | between spellings of one)",
        facts_words(draft.facts),
    )
    return replace(
        draft,
        answers=tuple(_parts(answers, "|")),
        facts=tuple(tuple(_parts(fact, "|")) for fact in _parts(facts, ";")),
        evidence=_evidence(terminal, draft.evidence, pages),
    )


def _typed(terminal: Terminal, label: str, now: str) -> str:
    typed = one_line(terminal.ask(f"{label} [{now}]: "))
    return "" if typed == EMPTY else typed or now


def _parts(text: str, between: str) -> Iterator[str]:
    return filter(None, map(str.strip, text.split(between)))


def _outcome(terminal: Terminal, now: Outcome) -> Outcome:
    names = [one.value for one in Outcome]
    while (typed := _typed(terminal, f"Outcome, of {', '.join(names)}", now.value)) not in names:
        terminal.say(f"There is no outcome {typed}.")
    return Outcome(typed)


def _tags(terminal: Terminal, draft: Draft) -> frozenset[str]:
    known = CHOICES if draft.answerable else CHOICES | ABSENCES
    label = f"Tags, of {' '.join(sorted(known))}"
    while True:
        typed = _typed(terminal, label, " ".join(sorted(draft.tags & known)))
        chosen = frozenset(typed.replace(",", " ").split())
        if chosen <= known:
            return chosen
        terminal.say(f"These are not among them: {', '.join(sorted(chosen - known))}.")


def _evidence(terminal: Terminal, now: tuple[Span, ...], pages: Pages) -> tuple[Span, ...]:
    """Let sentences be added by their words and taken away by their place."""
    spans = list(now)
    while True:
        for place, span in enumerate(spans, 1):
            terminal.say(f"  {place}. {span.document}: “{one_line(span.text)}”")
        typed = one_line(
            terminal.ask("Evidence: words of a sentence add it, -1 takes the first away, Enter: ")
        )
        if not typed:
            return tuple(spans)
        if typed == EMPTY:
            spans = []
        elif re.fullmatch(r"-\d{1,3}", typed):
            spans = [span for place, span in enumerate(spans, 1) if place != -int(typed)]
        else:
            spans = list(dict.fromkeys([*spans, *_one_sentence(terminal, typed, pages)]))


def _one_sentence(terminal: Terminal, words: str, pages: Pages) -> list[Span]:
    """The one sentence with these words; none, and why, if there is no or more than one."""
    found = sentences_with(words, pages)
    if len(found) == 1:
        return found
    if not found:
        terminal.say("These words do not stand in the documents in a row.")
        return []
    terminal.say(f"{len(found)} sentences have these words; type more of the one that is meant:")
    for span in found[:MOST_SHOWN]:
        terminal.say(f"  {span.document}: “{one_line(span.text)}”")
    return []
